"""The page of one ticket: what it says, to whom, and the comment below it."""

import re
from html import escape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.models import Comment, ExtensionRequest, TicketEvent
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.comments import add_comment
from helpdesk.services.tickets import change_priority, resolve_ticket, withdraw_ticket
from helpdesk.tests.admin.desk import browser, escalated, page_of
from tests.factories import (
    EngineerFactory,
    RAFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


def read(user: object, ticket: object, **options: str) -> str:
    answer = browser(user, **options).get(page_of(ticket))
    assert answer.status_code == 200
    return answer.content.decode()


def comment_on(ticket: object) -> str:
    return reverse("admin:helpdesk_ticket_comment", args=(ticket.pk,))


def test_the_page_says_all_facts_and_the_whole_history():
    engineer = EngineerFactory(name="Asha Rao", reporting_authority=RAFactory(name="Meera Nair"))
    master = SM1Factory(name="Sam Ortiz")
    ticket = a_ticket(title="The export stops", description="First line\nSecond line", priority="medium")
    assign_ticket(actor=master, ticket_id=ticket.pk, engineer_id=engineer.pk)
    change_priority(actor=master, ticket_id=ticket.pk, priority="high", reason="Month end.")

    page = read(master, ticket)

    for said in (
        "The export stops",
        "First line\nSecond line",
        "Asha Rao",
        "Meera Nair",
        "Sam Ortiz, as SM1",
        "Assigned",
    ):
        assert said in page
    for said in (
        "To Asha Rao, as SM1; expected today 20:00.",
        "From medium to high.",
        "Month end.",
        "Priority changed",
    ):
        assert said in page


def test_hostile_text_stays_text_everywhere_on_the_page():
    hostile = '</p><script>alert("x")</script>'
    master = SM1Factory(name=hostile)
    ticket = a_ticket(title=hostile, description=hostile)
    add_comment(actor=master, ticket_id=ticket.pk, body=hostile)
    withdraw_ticket(actor=master, ticket_id=ticket.pk, reason=hostile)

    page = read(master, ticket)

    assert hostile not in page
    assert page.count(escape(hostile)) >= 5


def test_only_the_acts_possible_now_are_offered():
    ticket = a_ticket()
    master, engineer = SM1Factory(), EngineerFactory()
    assert "Assign" in buttons(master, ticket)

    assign_ticket(actor=master, ticket_id=ticket.pk, engineer_id=engineer.pk)

    assert buttons(master, ticket) == ["Reassign", "Change priority"]
    assert buttons(engineer, ticket) == ["Commit and start", "Commit"]
    assert buttons(RAFactory(roles=["ra", "admin"]), ticket) == []


def buttons(user: object, ticket: object) -> list[str]:
    answer = browser(user).get(page_of(ticket))
    return [button.title for button in answer.context_data["buttons"] if not button.refused]


def test_what_another_authority_forbids_is_disabled_with_the_rule_in_words():
    ticket = an_assignment(by=SM2Factory(name="Ravi Kumar")).ticket

    answer = browser(SM1Factory()).get(page_of(ticket))

    refused = [button.title for button in answer.context_data["buttons"] if button.refused]
    assert refused == ["Reassign"]
    assert f"{ticket.case_id} was assigned by SM2 Ravi Kumar; only SM2 can change it." in answer.content.decode()


def test_the_open_tab_decides_the_level_the_page_judges_by():
    both = UserFactory(roles=["sm1", "sm2"])
    ticket = an_assignment(by=SM2Factory()).ticket

    def refused(workspace: str) -> list[str]:
        answer = browser(both, workspace=workspace).get(page_of(ticket))
        return [button.title for button in answer.context_data["buttons"] if button.refused]

    assert refused("triage_sm1") == ["Reassign"]
    assert refused("triage_sm2") == []


def test_the_promise_that_passed_is_said_without_blame():
    ticket = escalated()

    page = read(SM1Factory(), ticket)

    assert "30 min late" in page
    assert "The promise of today 13:00 passed, told to" in page


def test_due_is_said_once_in_the_facts_and_expected_stays_said():
    master, promise, given = SM1Factory(), a_promise(), an_assignment()

    assert _fact(read(master, promise.ticket), "Due").startswith("today")
    assert _fact(read(master, escalated()), "Due").startswith("today")
    assert _fact(read(master, given.ticket), "Due").startswith("expected")


def _fact(page: str, name: str) -> str:
    """What stands beside a name under Facts, without its marks."""
    return re.sub(r"<[^>]+>", " ", page.partition(f"<dt>{name}</dt>")[2].partition("</dd>")[0]).strip()


def test_a_resolved_ticket_says_how():
    ticket = in_progress()
    resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="The cache was cleared.")

    page = read(SM1Factory(), ticket)

    assert "How it was resolved" in page
    assert "The cache was cleared." in page
    assert "kept" in page


def test_a_withdrawn_ticket_says_why_and_which_case_it_repeats():
    master, first = SM1Factory(), a_ticket()
    ticket = a_ticket()
    withdraw_ticket(actor=master, ticket_id=ticket.pk, reason="Raised twice.", repeats=first.case_id)

    page = read(master, ticket)

    assert "Raised twice." in page
    assert f'It repeats <span class="desk-case">{first.case_id}</span>' in page


def test_the_page_costs_the_same_with_a_long_history():
    ticket, master = in_progress(), SM1Factory()
    client = browser(master)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(ticket))
        return len(queries)

    add_comment(actor=master, ticket_id=ticket.pk, body="One")
    client.get(page_of(ticket))
    short = cost()
    for number in range(10):
        add_comment(actor=master if number % 2 else ticket.reporter, ticket_id=ticket.pk, body=f"Again {number}")

    assert cost() == short
    assert short <= 25


def test_a_comment_is_said_once_however_often_it_is_sent():
    master, ticket = SM1Factory(), a_ticket()
    sent = {"body": "Which browser?", "request_key": str(uuid4())}
    client = browser(master)

    answers = [client.post(comment_on(ticket), sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert [(one.body, one.is_internal, one.author) for one in Comment.objects.all()] == [
        ("Which browser?", False, master)
    ]
    assert TicketEvent.objects.filter(action="comment_added").count() == 1


def test_an_internal_comment_is_marked_and_stays_with_the_staff():
    ticket = a_ticket()

    browser(SM1Factory()).post(
        comment_on(ticket), {"body": "The vendor knows.", "internal": "on", "request_key": str(uuid4())}
    )

    assert Comment.objects.get().is_internal
    assert "internal, staff only" in read(SM1Factory(), ticket)


@pytest.mark.parametrize(
    ("body", "said"), [("", "Please write something first."), ("x" * 20_001, "at most 20000 characters")]
)
def test_a_refused_comment_stays_in_the_form_with_the_reason(body, said):
    ticket = a_ticket()

    answer = browser(SM1Factory()).post(comment_on(ticket), {"body": body, "request_key": str(uuid4())})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert f"{body}</textarea>" in page
    assert Comment.objects.count() == 0


def test_a_comment_needs_a_post_a_token_and_sight_of_the_ticket():
    ticket, sent = a_ticket(), {"body": "Hello", "request_key": str(uuid4())}

    assert browser(SM1Factory()).get(comment_on(ticket)).status_code == 405
    assert browser(SM1Factory(), enforce_csrf_checks=True).post(comment_on(ticket), sent).status_code == 403
    assert browser(EngineerFactory()).post(comment_on(ticket), sent).status_code == 404
    assert Comment.objects.count() == 0


def test_an_earlier_engineer_reads_but_does_not_write():
    engineer, master = EngineerFactory(), SM1Factory()
    ticket = an_assignment(engineer=engineer, by=master).ticket
    assign_ticket(actor=master, ticket_id=ticket.pk, engineer_id=EngineerFactory().pk, comment="On leave.")
    sent = {"body": "Hello", "request_key": str(uuid4())}

    page = read(engineer, ticket)
    answer = browser(engineer).post(comment_on(ticket), sent)

    assert "Add comment" not in page
    assert answer.status_code == 422
    assert Comment.objects.count() == 0
    assert ExtensionRequest.objects.count() == 0
