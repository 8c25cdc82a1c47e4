"""Where working hours count, the desk's pages reckon in them: the preview of a due time, and how late a promise is (C10)."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from helpdesk.models import Assignment, User
from helpdesk.selectors.calendars import lateness_of
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.tests.admin.desk import browser, list_of, page_of
from tests.clock import HeldClock
from tests.factories import EngineerFactory, RAFactory, SM1Factory, a_calendar, a_promise, an_assignment

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


@pytest.fixture
def engineer() -> User:
    """Works nine to five on weekdays."""
    engineer = EngineerFactory(reporting_authority=RAFactory())
    User.objects.filter(pk=engineer.pk).update(working_calendar=a_calendar(time_zone="UTC"))
    return engineer


def ask(client, assignment: Assignment, minutes: str) -> dict[str, str]:
    address = reverse("admin:helpdesk_ticket_due", args=(assignment.ticket_id,))
    return client.get(address, {"minutes": minutes}).json()


def test_the_preview_says_what_the_commitment_then_stores(clock: HeldClock, engineer):
    clock.set(at("20 16:00"))
    waiting = an_assignment(engineer=engineer)
    client = browser(engineer)

    clock.set(at("20 16:30"))
    assert ask(client, waiting, "120") == {"state": "due", "due": "Mon 23 Nov 10:00", "distance": "in 2 d 17 h"}
    assert commit_ticket(actor=engineer, ticket_id=waiting.ticket_id, resolution_minutes=120).due_at == at("23 10:00")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ("0", "A resolution time is between 1 min and 720 h."),
        ("30", "That time would have passed already; the shortest possible now is 1 h 1 min."),
        ("60", "That time would have passed already; the shortest possible now is 1 h 1 min."),
        ("", ""),
        ("-5", ""),
        ("9" * 40, ""),
    ],
)
def test_the_preview_refuses_as_the_commitment_does(clock: HeldClock, engineer, minutes, said):
    clock.set(at("20 16:00"))
    waiting = an_assignment(engineer=engineer)
    clock.set(at("22 12:00"))

    assert ask(browser(engineer), waiting, minutes) == {"state": "refused" if said else "empty", "said": said}


def test_a_ticket_one_may_not_see_has_no_preview(clock: HeldClock, engineer):
    foreign = an_assignment()

    answer = browser(engineer).get(reverse("admin:helpdesk_ticket_due", args=(foreign.ticket_id,)), {"minutes": "60"})

    assert answer.status_code == 404


def test_the_dialog_asks_only_where_working_hours_count(clock: HeldClock, engineer):
    by_hours, around = an_assignment(engineer=engineer), an_assignment()

    pages = [
        browser(one.engineer).get(reverse("admin:helpdesk_ticket_commit", args=(one.ticket_id,))).content.decode()
        for one in (by_hours, around)
    ]

    assert f'data-ask="{reverse("admin:helpdesk_ticket_due", args=(by_hours.ticket_id,))}"' in pages[0]
    assert "data-ask" not in pages[1]


def test_how_late_is_counted_in_working_time(clock: HeldClock, engineer):
    clock.set(at("20 12:00"))
    late, other = a_promise(engineer=engineer, minutes=240), a_promise(minutes=240)
    clock.set(at("23 09:30"))
    sweep_escalations(clock.moment)
    rows = [Assignment.objects.get(pk=one.pk).ticket for one in (late, other)]

    assert lateness_of(rows, at("23 09:30")) == {rows[0].pk: 90, rows[1].pk: 65 * 60 + 30}
    master, owner = browser(SM1Factory()), browser(engineer)
    assert "1 h 30 late" in master.get(page_of(late.ticket)).content.decode()
    assert "1 h 30 late" in master.get(list_of("escalated")).content.decode()
    assert "1 h 30 late" in owner.get(reverse("admin:my-work")).content.decode()


def test_lateness_is_found_for_many_in_two_statements(clock: HeldClock, engineer, django_assert_num_queries):
    promises = [a_promise(engineer=engineer, minutes=10) for _ in range(3)] + [a_promise(minutes=10) for _ in range(3)]
    rows = [Assignment.objects.select_related("ticket__assignment").get(pk=one.pk).ticket for one in promises]
    clock.forward(days=9)

    with django_assert_num_queries(2):
        assert len(lateness_of(rows, clock.moment)) == 6
