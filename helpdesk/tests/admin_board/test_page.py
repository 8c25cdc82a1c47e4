"""The board as it is read: who has it, whose column stands where, what a card says (C9, A2, P8)."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import UserRole
from helpdesk.services.reordering import reorder_queue
from helpdesk.tests.admin.desk import escalated
from helpdesk.tests.admin_board.scenes import cases_in, column_of, columns_of, line_of, on_board, page
from tests.clock import held
from tests.entering import enter
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db

POSTS = ("preview", "reorder", "suggest")


@pytest.mark.parametrize("factory", [EngineerFactory, RAFactory, AdminFactory, ReporterFactory])
def test_the_board_is_the_scrum_masters_alone(factory):
    client, engineer = on_board(factory()), an_assignment().engineer

    assert client.get(reverse("admin:queues")).status_code == 403
    assert client.get(reverse("admin:queues-versions")).status_code == 403
    assert client.get(reverse("admin:queues-line", args=[engineer.pk])).status_code == 403
    for name in POSTS:
        assert client.post(reverse(f"admin:queues-{name}", args=[engineer.pk])).status_code == 403


@pytest.mark.parametrize("factory", [SM1Factory, SM2Factory])
def test_both_levels_find_it_in_their_triage(factory):
    client = on_board(factory())

    assert (
        f'href="{reverse("admin:queues")}"'
        in client.get(f"{reverse('admin:helpdesk_ticket_changelist')}?bucket=open").content.decode()
    )
    assert "Nobody has a ticket in hand." in page(client)


def test_anonymous_people_sign_in_first():
    assert Client().get(reverse("admin:queues")).status_code == 302


@pytest.mark.parametrize("name", POSTS)
def test_nothing_is_done_by_a_get(name):
    engineer = an_assignment().engineer

    assert on_board(SM1Factory()).get(reverse(f"admin:queues-{name}", args=[engineer.pk])).status_code == 405


def test_a_post_without_the_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    enter(client, SM1Factory())

    assert client.post(reverse("admin:queues-preview", args=[an_assignment().engineer_id])).status_code == 403


def test_a_line_stands_escalated_then_in_progress_then_waiting_by_place():
    engineer = EngineerFactory(reporting_authority=RAFactory())
    late = escalated(engineer=engineer)
    now = in_progress(engineer=engineer)
    first, second = an_assignment(engineer=engineer).ticket, a_promise(engineer=engineer).ticket

    column = column_of(page(on_board(SM1Factory())), engineer)

    assert cases_in(column) == [late.case_id, now.case_id, first.case_id, second.case_id]
    assert re.findall(r'class="board-group">([^<]+)<', column) == ["Escalated", "In progress", "Waiting"]
    assert re.findall(r'class="board-place"[^>]*>(\d+)<', column) == ["1", "2"]
    assert "1 escalated" in column
    assert "1 in progress" in column
    assert "2 waiting" in column


def test_a_card_says_due_or_expected_and_the_forecast():
    engineer = EngineerFactory()
    a_promise(engineer=engineer, minutes=120)
    an_assignment(engineer=engineer)

    promised, expected = column_of(page(on_board(SM1Factory())), engineer).split("board-card-waiting")[1:]

    assert re.search(r'desk-time-due.*?desk-time-word">due<.*?today 14:00', promised)
    assert "forecast today 14:00" in promised
    assert re.search(r'desk-time-expected.*?desk-time-word">expected<.*?today 22:00', expected)
    assert "(in 10 h)" in expected


def test_a_promise_at_risk_says_behind_what_and_by_how_much():
    engineer = EngineerFactory()
    ahead = a_promise(engineer=engineer, minutes=60).ticket
    a_promise(engineer=engineer, minutes=60)
    held.forward(minutes=40)

    column = column_of(page(on_board(SM1Factory())), engineer)

    assert f"at risk: behind {ahead.case_id}, late by 40 min" in column
    assert "2 at risk" in column


def test_free_at_is_where_the_forecast_ends_and_promised_is_the_committed_work():
    engineer = EngineerFactory()
    in_progress(engineer=engineer, minutes=90)
    a_promise(engineer=engineer, minutes=30)
    an_assignment(engineer=engineer)

    column = column_of(page(on_board(SM1Factory())), engineer)

    assert re.search(r"Free <time[^>]*>today 22:00</time>", column)
    assert "2 h promised" in column


def test_what_sm2_assigned_is_locked_for_sm1_and_free_for_sm2():
    engineer = EngineerFactory()
    an_assignment(engineer=engineer, by=SM2Factory(name="Ravi"))
    words = "assigned by SM2 Ravi; only SM2 can change it"

    assert f'data-locked="{words}"' in column_of(page(on_board(SM1Factory())), engineer)
    assert "data-locked" not in column_of(page(on_board(SM2Factory())), engineer)


def test_somebody_with_both_levels_sees_locks_by_the_open_tab():
    engineer, both = EngineerFactory(), SM1Factory(roles=["sm1", "sm2"])
    an_assignment(engineer=engineer, by=SM2Factory())

    assert "data-locked" in page(on_board(both, workspace="triage_sm1"))
    assert "data-locked" not in page(on_board(both, workspace="triage_sm2"))


def test_engineers_without_work_are_hidden_until_asked_for():
    busy, free = an_assignment().engineer, EngineerFactory()
    client = on_board(SM1Factory())

    assert columns_of(page(client)) == [busy.name]
    assert set(columns_of(page(client, show="all"))) == {busy.name, free.name}
    assert f'data-to="{free.pk}"' in page(client)


def test_who_left_the_pool_keeps_a_column_while_they_hold_work():
    engineer = an_assignment().engineer
    UserRole.objects.filter(user=engineer).update(is_claimed=False)

    column = column_of(page(on_board(SM1Factory())), engineer)

    assert "engineer inactive" in column
    assert f'data-closed="{engineer.name} cannot take tickets any more."' in column
    assert f'data-to="{engineer.pk}"' not in page(on_board(SM1Factory()))


def test_search_finds_engineers_cases_and_words():
    asha, other = EngineerFactory(name="Asha Nair"), EngineerFactory(name="Kenji")
    an_assignment(engineer=asha)
    case = an_assignment(engineer=other, ticket=a_ticket(title="Visa refused")).ticket
    client = on_board(SM1Factory())

    assert columns_of(page(client, q="asha")) == ["Asha Nair"]
    assert columns_of(page(client, q=case.case_id.lower())) == ["Kenji"]
    assert columns_of(page(client, q="visa")) == ["Kenji"]
    assert "No line fits what you asked for." in page(client, q="nothing of the kind")


def test_an_application_narrows_the_columns_and_sets_other_cards_aside():
    asked, engineer = ApplicationFactory(), EngineerFactory()
    mine = an_assignment(engineer=engineer, ticket=a_ticket(application=asked)).ticket
    other = an_assignment(engineer=engineer).ticket
    an_assignment()

    markup = page(on_board(SM1Factory()), application=str(asked.pk))

    assert columns_of(markup) == [engineer.name]
    assert cases_in(markup) == [mine.case_id, other.case_id]
    assert re.findall(r'class="([^"]*board-card-aside)".*?data-case="([^"]+)"', markup) == [
        ("board-card board-card-waiting board-card-aside", other.case_id)
    ]


def test_only_at_risk_shows_trouble():
    in_progress(minutes=600)
    engineer = a_promise(minutes=60).engineer
    held.forward(minutes=10)

    assert columns_of(page(on_board(SM1Factory()), show="risk")) == [engineer.name]


def test_columns_stand_by_trouble_by_who_is_free_soonest_or_by_name():
    first, second = EngineerFactory(name="Zoe"), EngineerFactory(name="Ben")
    a_promise(engineer=first, minutes=60)
    in_progress(engineer=second, minutes=300)
    client = on_board(SM1Factory())

    assert columns_of(page(client, sort="free")) == ["Zoe", "Ben"]
    assert columns_of(page(client, sort="name")) == ["Ben", "Zoe"]
    held.forward(minutes=20)
    assert columns_of(page(client)) == ["Zoe", "Ben"]


@pytest.mark.parametrize(
    "query",
    [
        {"application": "x"}, {"application": "-1"}, {"application": "9" * 30}, {"application": "9" * 5000}, {"show": "?"},
        {"sort": ""}, {"q": "%"},
    ],
)  # fmt: skip
def test_an_odd_address_shows_the_board(query):
    an_assignment()

    assert on_board(SM1Factory()).get(reverse("admin:queues"), query).status_code == 200


def test_words_of_people_are_escaped():
    engineer = EngineerFactory(name="<b>Bo</b>")
    an_assignment(engineer=engineer, ticket=a_ticket(title='"><script>alert(1)</script>'))

    markup = page(on_board(SM1Factory()))

    assert "<script>alert" not in markup
    assert "<b>Bo" not in markup


def test_one_column_and_the_tokens_of_all_are_read_apart():
    engineer, free = an_assignment().engineer, EngineerFactory()
    client = on_board(SM1Factory())

    versions = json.loads(client.get(reverse("admin:queues-versions")).content)["versions"]
    answer = client.get(reverse("admin:queues-line", args=[engineer.pk])).json()["columns"]

    assert versions == {str(engineer.pk): line_of(engineer).shown, str(free.pk): line_of(free).shown}
    assert f'data-version="{versions[str(engineer.pk)]}"' in answer[str(engineer.pk)]
    assert client.get(reverse("admin:queues-line", args=[987654])).status_code == 404


def test_the_token_changes_with_order_membership_due_times_and_escalations():
    engineer = EngineerFactory(reporting_authority=RAFactory())
    known = {line_of(engineer).shown}
    for change in (
        lambda: an_assignment(engineer=engineer),
        lambda: a_promise(engineer=engineer),
        lambda: reorder_queue(
            actor=SM1Factory(),
            engineer_id=engineer.pk,
            order=[slot.ref for slot in reversed(line_of(engineer).queue.waiting)],
            comment="Better so.",
        ),
        lambda: escalated(engineer=engineer),
    ):
        change()
        assert line_of(engineer).shown not in known
        known.add(line_of(engineer).shown)


def test_the_board_costs_the_same_for_one_card_and_for_many(django_assert_max_num_queries):
    client = on_board(SM1Factory())
    engineer = EngineerFactory()
    an_assignment(engineer=engineer)
    page(client)
    for by in (SM1Factory(), SM2Factory(), SM2Factory()):
        an_assignment(engineer=engineer, by=by)
        an_assignment(by=by)
    held.set(held.moment + timedelta(minutes=1))

    with django_assert_max_num_queries(15):
        assert len(cases_in(page(client))) == 7
