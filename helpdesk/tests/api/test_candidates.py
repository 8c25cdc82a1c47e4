"""`GET /api/tickets/{id}/candidates/`: the assign table for programs (A5, A7, C2, C9)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.factories import (
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db

STATEMENTS = 12


def address(reference: object) -> str:
    return f"tickets/{reference}/candidates/"


def test_the_pool_with_what_each_would_come_to():
    busy, free = EngineerFactory(name="Asha Nair"), EngineerFactory(name="Ben Okoro")
    working = in_progress(engineer=busy, minutes=120)
    waiting = a_promise(engineer=busy, minutes=60).ticket
    ticket = a_ticket(priority="medium")

    answer = Caller(SM1Factory()).get(address(ticket.case_id))

    assert answer.status_code == 200
    assert answer.json() == {
        "count": 2,
        "next": None,
        "previous": None,
        "results": [
            {
                "engineer": {"id": free.pk, "name": "Ben Okoro"},
                "present": False,
                "open": 0,
                "in_progress": [],
                "free_at": "2026-03-04T12:00:00Z",
                "starts_at": "2026-03-04T12:00:00Z",
                "due_at": "2026-03-04T20:00:00Z",
                "forecast_at": "2026-03-04T20:00:00Z",
                "busy": False,
                "would_be_late": [],
            },
            {
                "engineer": {"id": busy.pk, "name": "Asha Nair"},
                "present": False,
                "open": 2,
                "in_progress": [working.case_id],
                "free_at": "2026-03-04T15:00:00Z",
                "starts_at": "2026-03-04T15:00:00Z",
                "due_at": "2026-03-04T23:00:00Z",
                "forecast_at": "2026-03-04T23:00:00Z",
                "busy": True,
                "would_be_late": [waiting.case_id],
            },
        ],
    }


def test_who_has_the_ticket_is_marked_and_the_number_will_do():
    promise = a_promise(engineer=EngineerFactory(name="Asha"))

    rows = Caller(SM1Factory()).get(address(promise.ticket_id)).json()["results"]

    assert [(row["engineer"]["name"], row["present"]) for row in rows] == [("Asha", True)]


@pytest.mark.parametrize("reference", ["N-EXP-999999", "0", "987654321", "9" * 30, "x", "-1"])
def test_a_missing_ticket_is_missing(reference):
    assert refusal(Caller(SM1Factory()).get(address(reference))) == (404, "ticket_missing")


def test_a_ticket_that_nobody_can_have_says_so():
    done, taken_back, master = in_progress(), a_ticket(), Caller(SM1Factory())
    resolve_ticket(actor=done.assignment.engineer, ticket_id=done.pk, note="Done.")
    withdraw_ticket(actor=taken_back.reporter, ticket_id=taken_back.pk, reason="Twice.")

    for ticket in (done, taken_back):
        assert refusal(master.get(address(ticket.pk))) == (409, "wrong_status")


def test_only_scrum_masters_see_the_pool_and_nothing_stands_behind_the_address():
    assignment = an_assignment()
    for person in (assignment.engineer, assignment.ticket.reporter, ReporterFactory()):
        assert refusal(Caller(person).get(address(assignment.ticket_id))) == (403, "role_needed")
    answer = Caller(SM1Factory()).get(address(assignment.ticket_id), engineer="1")
    assert refusal(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["engineer"]


@pytest.mark.parametrize("many", [1, 50])
def test_the_pool_takes_few_statements_however_many_there_are(many):
    for _ in range(many):
        EngineerFactory()
    first = EngineerFactory()
    a_promise(engineer=first)
    ticket, caller = a_ticket(), Caller(SM1Factory())
    caller.get(address(ticket.pk))

    with CaptureQueriesContext(connection) as captured:
        answer = caller.get(address(ticket.pk))

    assert answer.json()["count"] == many + 1
    assert len(captured) <= STATEMENTS
