"""`POST /api/tickets/`: raising by program, and every way it is refused (T1)."""

import pytest

from helpdesk.models import ApplicationCatalog, Ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
)

pytestmark = pytest.mark.django_db

TOLD = {"application": "EXP", "title": "The export stops", "description": "It stops at page 3.", "priority": "high"}


@pytest.fixture
def expenses() -> ApplicationCatalog:
    return ApplicationFactory(code="EXP", name="Expenses")


def test_raising_answers_the_ticket_with_its_case_id(expenses):
    reporter = Caller(ReporterFactory(name="Tom Reed"))

    answer = reporter.post("tickets/", TOLD)

    ticket = Ticket.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": ticket.pk,
        "case_id": "N-EXP-1001",
        "title": "The export stops",
        "priority": "high",
        "status": "unassigned",
        "withdrawn": False,
        "application": {"code": "EXP", "name": "Expenses"},
        "reporter": {"id": reporter.user.pk, "name": "Tom Reed"},
        "reported_date": "2026-03-04",
        "created_at": "2026-03-04T12:00:00Z",
        "updated_at": "2026-03-04T12:00:00Z",
        "resolved_at": None,
        "assignment": None,
    }
    assert answer["Location"] == "http://testserver/api/tickets/N-EXP-1001/"
    assert answer["ETag"] == reporter.get("tickets/N-EXP-1001/")["ETag"]
    assert (ticket.description, ticket.reporter) == ("It stops at page 3.", reporter.user)


def test_everybody_with_a_role_may_raise(expenses):
    for factory in (SM1Factory, SM2Factory, EngineerFactory, RAFactory, AdminFactory):
        assert Caller(factory()).post("tickets/", TOLD).status_code == 201


def test_files_announced_are_kept(expenses):
    assert Caller(ReporterFactory()).post("tickets/", {**TOLD, "files_announced": 2}).status_code == 201
    assert Ticket.objects.get().files_announced == 2


@pytest.mark.parametrize(
    ("change", "status", "code", "fields"),
    [
        ({"application": "NIX"}, 404, "application_missing", None),
        ({"application": "OLD"}, 422, "application_retired", None),
        ({"title": " "}, 422, "field_invalid", {"title"}),
        ({"title": "x" * 201, "description": ""}, 422, "field_invalid", {"title", "description"}),
        ({"files_announced": 99}, 422, "field_invalid", {"files_announced"}),
        ({"priority": "urgent"}, 400, "invalid", {"priority"}),
        ({"title": 5}, 400, "invalid", {"title"}),
        ({"title": None}, 400, "invalid", {"title"}),
        ({"title": ["a"]}, 400, "invalid", {"title"}),
        ({"title": "a\x00b"}, 400, "parse_error", None),
        ({"title": "\ud800"}, 400, "parse_error", None),
        ({"files_announced": "2"}, 400, "invalid", {"files_announced"}),
        ({"files_announced": True}, 400, "invalid", {"files_announced"}),
        ({"files_announced": 10**30}, 400, "invalid", {"files_announced"}),
        ({"description": "x" * 100_001}, 400, "invalid", {"description"}),
        ({"status": "resolved", "case_id": "N-EXP-1"}, 400, "invalid", {"status", "case_id"}),
    ],
    ids=["no-application", "retired", "blank", "too-long", "too-many-files", "priority", "number", "null", "list", "nul",
         "surrogate", "text-for-number", "flag-for-number", "huge-number", "huge-text", "unknown"],
)  # fmt: skip
def test_what_cannot_be_raised_is_refused_by_name(expenses, change, status, code, fields):
    ApplicationFactory(code="OLD", is_retired=True)

    answer = Caller(ReporterFactory()).post("tickets/", {**TOLD, **change})

    assert refusal(answer) == (status, code)
    assert set(answer.json().get("errors", {})) == (fields or set())
    assert not Ticket.objects.exists()


def test_everything_that_is_missing_is_named(expenses):
    answer = Caller(ReporterFactory()).post("tickets/", {})

    assert refusal(answer) == (400, "invalid")
    assert set(answer.json()["errors"]) == {"application", "title", "description", "priority"}


@pytest.mark.parametrize("body", ["[]", "5", '"x"', "null"])
def test_a_body_that_is_no_object_is_refused(expenses, body):
    answer = Caller(ReporterFactory()).client.post("/api/tickets/", body, content_type="application/json")

    assert refusal(answer) == (400, "invalid")


def test_raising_takes_nothing_from_the_address(expenses):
    answer = Caller(ReporterFactory()).post("tickets/?priority=low", TOLD)

    assert refusal(answer) == (400, "invalid")
    assert answer.json()["errors"] == {"priority": ["There is no such parameter."]}
