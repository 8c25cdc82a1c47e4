"""`GET /api/tickets/{id}/` with its history and its conversation: to the staff with everything, to its reporter as the portal shows it (P9)."""

import pytest

from helpdesk.models import Ticket
from helpdesk.services.comments import add_comment
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.clock import held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    """The second in Asha's line, with a promise, a request for more time and words among the staff."""
    asha, maya = EngineerFactory(name="Asha Nair"), SM1Factory(name="Maya Iyer")
    first = a_promise(engineer=asha, by=maya, minutes=60).ticket
    raised = a_ticket(
        reporter=ReporterFactory(name="Tom Reed"), application=ApplicationFactory(code="EXP", name="Expenses")
    )
    promise = a_promise(ticket=raised, engineer=asha, by=maya, minutes=120)
    request_extension(actor=asha, ticket_id=raised.pk, extra_minutes=30, comment="The fix needs a release.")
    add_comment(actor=asha, ticket_id=raised.pk, body="It is the cache.", internal=True)
    add_comment(actor=asha, ticket_id=raised.pk, body="Looking at it.")
    assert promise.place
    assert first.case_id
    return raised


def allowed(answer) -> set[str]:
    return {one["name"] for one in answer.json()["actions"] if one["allowed"]}


def test_the_staff_read_everything(ticket):
    maya = Caller(SM1Factory())

    answer = maya.get(f"tickets/{ticket.case_id}/")

    told = answer.json()
    ahead = Ticket.objects.exclude(pk=ticket.pk).get().case_id
    assert told["assignment"]["starts_at"] == "2026-03-04T13:00:00Z"
    assert told["assignment"]["due_at"] == "2026-03-04T15:00:00Z"
    assert {name: told["assignment"][name] for name in ("forecast_at", "at_risk", "behind")} == {
        "forecast_at": "2026-03-04T15:00:00Z",
        "at_risk": False,
        "behind": ahead,
    }
    assert told["sla"] == {"original_due_at": "2026-03-04T15:00:00Z", "extended_due_at": None, "breached": False}
    assert (told["extension"]["status"], told["extension"]["comment"]) == ("pending", "The fix needs a release.")
    assert told["description"] == "It stops at page 3."
    assert answer["ETag"].strip('"')
    assert "approve_extension" in allowed(answer) or "decide_extension" in allowed(answer)


def test_its_reporter_reads_what_the_portal_shows_and_nothing_of_other_cases(ticket):
    ahead = Ticket.objects.exclude(pk=ticket.pk).get().case_id

    answer = Caller(ticket.reporter).get(f"tickets/{ticket.case_id}/")

    told = answer.json()
    hidden = {"level": None, "assigned_by": None, "starts_at": None, "resolution_minutes": None, "behind": None}
    assert hidden.items() <= told["assignment"].items()
    assert told["assignment"]["due_at"] == "2026-03-04T15:00:00Z"
    assert told["sla"] == {"original_due_at": None, "extended_due_at": None, "breached": False}
    assert told["extension"] is None
    assert ahead.encode() not in answer.content
    assert b"Maya" not in answer.content


def test_an_agreed_extension_is_told_to_the_reporter_without_its_words(ticket):
    for person in (SM1Factory(), SM2Factory()):
        decide_extension(actor=person, ticket_id=ticket.pk, approve=True, comment="Between us.")

    told = Caller(ticket.reporter).get(f"tickets/{ticket.pk}/").json()["extension"]

    assert told | {"id": 0} == {
        "id": 0,
        "status": "approved",
        "extra_minutes": 30,
        "comment": None,
        "requested_by": None,
        "requested_at": None,
        "decisions": [],
    }


def test_the_history_is_for_the_staff_the_oldest_first_and_page_by_page(ticket):
    maya = Caller(SM1Factory())

    first = maya.get(f"tickets/{ticket.pk}/events/", page_size=2).json()
    rest = maya.client.get(first["next"]).json()
    at_once = maya.get(f"tickets/{ticket.pk}/events/").json()["results"]

    assert [one["action"] for one in at_once][:2] == ["ticket_raised", "ticket_assigned"]
    assert first["results"] + rest["results"] == at_once[: len(first["results"]) + len(rest["results"])]
    assert set(at_once[0]) == {"id", "action", "label", "actor", "at", "data"}
    assert at_once[0]["actor"] == {"id": ticket.reporter_id, "name": "Tom Reed"}
    assert Caller(ticket.reporter).get(f"tickets/{ticket.pk}/events/").json()["results"] == []


def test_internal_words_are_the_staffs(ticket):
    address = f"tickets/{ticket.pk}/comments/"

    staff = Caller(SM1Factory()).get(address).json()["results"]
    reporter = Caller(ticket.reporter).get(address).json()["results"]

    assert [(one["body"], one["internal"]) for one in staff] == [("It is the cache.", True), ("Looking at it.", False)]
    assert [one["body"] for one in reporter] == ["Looking at it."]
    assert set(reporter[0]) == {"id", "author", "body", "internal", "created_at"}


def test_what_was_said_is_answered_as_it_will_be_read(ticket):
    caller = Caller(ticket.reporter)

    answer = caller.post(f"tickets/{ticket.case_id}/comments/", {"body": "  It happens on Fridays. \r\n"})

    assert answer.status_code == 201
    assert answer.json()["author"] == {"id": ticket.reporter_id, "name": "Tom Reed"}
    assert answer.json() == caller.get(f"tickets/{ticket.case_id}/comments/").json()["results"][-1]


def test_a_comment_is_no_change_of_the_ticket(ticket):
    """Who read the ticket before somebody spoke has read it as it is (A6)."""
    maya = Caller(SM1Factory())
    read = maya.get(f"tickets/{ticket.pk}/")["ETag"]
    maya.post(f"tickets/{ticket.pk}/comments/", {"body": "Well?"})

    assert maya.get(f"tickets/{ticket.pk}/")["ETag"] == read
    sent = {"priority": "low", "reason": "Not so urgent."}
    assert maya.post(f"tickets/{ticket.pk}/priority/", sent, **{"If-Match": read}).status_code == 200


def test_actions_say_what_this_caller_may_do_now_and_why_not(ticket):
    engineer, maya = Caller(Ticket.objects.get(pk=ticket.pk).assignment.engineer), SM1Factory()

    for_engineer = engineer.get(f"tickets/{ticket.pk}/")
    for_master = Caller(maya).get(f"tickets/{ticket.pk}/")

    assert "start" in allowed(for_engineer)
    assert "reassign" in allowed(for_master)
    assert "start" not in allowed(for_master)
    for answer in (for_engineer, for_master):
        for one in answer.json()["actions"]:
            assert bool(one["reason"]) is not one["allowed"], one


def test_what_actions_allow_is_allowed(ticket):
    """No offer is a lie: each act that is offered to its engineer is done."""
    engineer = Caller(Ticket.objects.get(pk=ticket.pk).assignment.engineer)
    bodies = {"start": {}, "resolve": {"note": "The cache was full."}}

    for act, body in bodies.items():
        assert act in allowed(engineer.get(f"tickets/{ticket.pk}/"))
        assert engineer.post(f"tickets/{ticket.pk}/{act}/", body).status_code == 200
    assert not {"start", "resolve"} & allowed(engineer.get(f"tickets/{ticket.pk}/"))


def test_a_withdrawn_ticket_says_why_and_names_the_case_it_repeats_only_to_who_may_know_it():
    other = a_ticket()
    ticket = a_ticket()
    withdraw_ticket(actor=SM1Factory(), ticket_id=ticket.pk, reason="Known already.", repeats=other.case_id)

    assert Caller(SM1Factory()).get(f"tickets/{ticket.pk}/").json()["withdrawal"] == {
        "reason": "Known already.",
        "repeats": other.case_id,
    }
    answer = Caller(ticket.reporter).get(f"tickets/{ticket.pk}/")
    assert answer.json()["withdrawal"] == {"reason": "Known already.", "repeats": None}
    assert other.case_id.encode() not in answer.content


def test_a_resolved_ticket_says_how():
    assignment = a_promise()
    engineer = Caller(assignment.engineer)
    engineer.post(f"tickets/{assignment.ticket_id}/start/", {})
    held.forward(minutes=5)
    resolve_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, note="The disk was full.")

    told = engineer.get(f"tickets/{assignment.ticket_id}/").json()

    assert (told["status"], told["resolution_note"]) == ("resolved", "The disk was full.")
    assert told["resolved_at"] == "2026-03-04T12:05:00Z"


def test_number_and_case_id_name_the_same_ticket_and_a_foreign_one_is_not_there():
    assignment = an_assignment()
    engineer = Caller(assignment.engineer)

    by_number = engineer.get(f"tickets/{assignment.ticket_id}/")
    by_case = engineer.get(f"tickets/{assignment.ticket.case_id.lower()}/")

    assert by_number.content == by_case.content
    assert refusal(Caller(ReporterFactory()).get(f"tickets/{assignment.ticket_id}/")) == (404, "ticket_missing")
