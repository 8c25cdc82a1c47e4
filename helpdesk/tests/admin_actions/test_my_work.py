"""My work: the engineer's own queue, what to do now on top, broken promises above it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tests.admin_actions.scenes import address_of, seen, signed_in
from tests.clock import held
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    a_promise,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


def page_of(person) -> str:
    return signed_in(person).get(reverse("admin:my-work")).content.decode()


def part(page: str, name: str) -> str:
    """One section of the page by its heading's id."""
    start = page.index(f'aria-labelledby="{name}"')
    return page[start : page.index("</section>", start)]


def cases_in(part_of_page: str) -> list[str]:
    """The case ids in it, in the order they are read."""
    return list(dict.fromkeys(re.findall(r"N-AP\d+-\d+", part_of_page)))


def test_work_stands_in_queue_order_with_the_present_ticket_on_top():
    engineer = EngineerFactory()
    now = in_progress(engineer=engineer)
    second = an_assignment(engineer=engineer)
    third = a_promise(engineer=engineer)
    in_progress()

    page = page_of(engineer)

    assert cases_in(part(page, "work-now")) == [now.case_id]
    assert cases_in(part(page, "work-waiting")) == [second.ticket.case_id, third.ticket.case_id]
    assert "work-escalated" not in page


def test_ticket_in_progress_shows_how_much_of_its_promise_is_used():
    engineer = EngineerFactory()
    in_progress(engineer=engineer, minutes=120)
    held.forward(minutes=30)

    now = part(page_of(engineer), "work-now")

    assert "25 % used" in now
    assert address_of("resolve", engineer.assignments.get().ticket) in now


def test_what_needs_a_resolution_time_is_marked_and_only_that():
    engineer = EngineerFactory()
    in_progress(engineer=engineer)
    an_assignment(engineer=engineer)
    a_promise(engineer=engineer)

    waiting = part(page_of(engineer), "work-waiting")

    assert waiting.count("needs a resolution time") == 1


def test_a_start_that_passed_is_called_the_planned_one():
    engineer = EngineerFactory()
    in_progress(engineer=engineer, minutes=60)
    a_promise(engineer=engineer)
    assert "<dt>Starts</dt>" in part(page_of(engineer), "work-waiting")

    held.forward(hours=2)

    waiting = part(page_of(engineer), "work-waiting")
    assert "<dt>Planned start</dt>" in waiting
    assert "<dt>Starts</dt>" not in waiting


def test_expected_due_time_never_reads_as_promised():
    engineer = EngineerFactory()
    in_progress(engineer=engineer)
    an_assignment(engineer=engineer)

    waiting = part(page_of(engineer), "work-waiting")

    assert "<dt>Expected</dt>" in waiting
    assert "<dt>Promised</dt>" not in waiting


def test_next_ticket_without_a_time_takes_it_in_place():
    given = an_assignment()
    client = signed_in(given.engineer)
    page = client.get(reverse("admin:my-work")).content.decode()
    now = part(page, "work-now")
    version = seen(given.ticket)["seen"]

    answer = client.post(
        address_of("commit_and_start", given.ticket),
        {**seen(given.ticket), "hours": "1"},
        headers={"HX-Current-URL": f"http://testserver{reverse('admin:my-work')}"},
    )

    assert f'hx-post="{address_of("commit_and_start", given.ticket)}"' in now
    for field, label in (("hours", "Hours"), ("minutes", "Minutes")):
        assert re.search(rf'<label [^>]*for="now_{field}">{label}</label>', now)
    assert f'hx-post="{address_of("commit", given.ticket)}"' in now
    assert f'name="seen" value="{version}"' in now
    assert answer.headers["HX-Redirect"] == reverse("admin:my-work")


def test_broken_promises_stand_on_top_with_how_late_and_resolve():
    engineer = EngineerFactory()
    late = in_progress(engineer=engineer, minutes=60)
    an_assignment(engineer=engineer)
    sweep_escalations(held.forward(hours=3))

    page = page_of(engineer)

    escalated = part(page, "work-escalated")
    assert cases_in(escalated) == [late.case_id]
    assert "2 h late" in escalated
    assert "the promise of today 13:00 passed" in escalated
    assert address_of("resolve", late) in escalated
    assert page.index("work-escalated") < page.index("work-now")


def test_escalations_are_only_their_own():
    engineer = EngineerFactory()
    other = in_progress(minutes=60)
    sweep_escalations(held.forward(hours=3))

    assert other.case_id not in page_of(engineer)


def test_recently_resolved_stands_below_the_work():
    engineer = EngineerFactory()
    done = in_progress(engineer=engineer)
    resolve_ticket(actor=engineer, ticket_id=done.pk, note="Raised the limit")

    page = page_of(engineer)

    assert cases_in(part(page, "work-resolved")) == [done.case_id]
    assert "Nothing is waiting for you." in page


def test_ticket_behind_a_late_one_shows_at_risk():
    engineer = EngineerFactory()
    in_progress(engineer=engineer, minutes=60)
    a_promise(engineer=engineer, minutes=60)
    held.forward(minutes=90)

    assert "at risk" in part(page_of(engineer), "work-waiting")


def test_empty_work_says_so_in_words():
    assert "Nothing is waiting for you." in page_of(EngineerFactory())


def test_page_costs_the_same_for_one_and_for_many_tickets(django_assert_max_num_queries):
    engineer = EngineerFactory()
    client, address = signed_in(engineer), reverse("admin:my-work")
    an_assignment(engineer=engineer)
    client.get(address)
    for _ in range(5):
        an_assignment(engineer=engineer)
    for _ in range(2):
        in_progress(engineer=engineer)

    with django_assert_max_num_queries(12):
        client.get(address)


def test_uncommitted_next_ticket_costs_no_more_statements(django_assert_max_num_queries):
    engineer = EngineerFactory()
    an_assignment(engineer=engineer)
    client = signed_in(engineer)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("admin:my-work")).content.decode()

    assert "data-time-pair" in page


@pytest.mark.parametrize("other", [SM1Factory, RAFactory, AdminFactory, ReporterFactory])
def test_others_have_no_my_work(other):
    assert signed_in(other()).get(reverse("admin:my-work")).status_code == 403


def test_anonymous_person_signs_in_first():
    answer = Client().get(reverse("admin:my-work"))

    assert answer.status_code in (302, 401)
    assert "work-now" not in answer.content.decode()


def test_page_cannot_be_posted_to():
    assert signed_in(EngineerFactory()).post(reverse("admin:my-work")).status_code == 405
