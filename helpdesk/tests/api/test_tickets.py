"""`GET /api/tickets/`: lists with their filters, orders and pages."""

from urllib.parse import urlencode

import pytest

from helpdesk.api.ticket_shapes import AssignmentSerializer, TicketRowSerializer
from helpdesk.models import ApplicationCatalog
from helpdesk.tests.api.calling import Caller, refusal
from tests.clock import held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    SM1Factory,
    a_promise,
    a_ticket,
    an_assignment,
)

pytestmark = pytest.mark.django_db

FIELDS = set(TicketRowSerializer().fields)


@pytest.fixture
def expenses() -> ApplicationCatalog:
    return ApplicationFactory(code="EXP", name="Expenses")


@pytest.fixture
def sm1() -> Caller:
    return Caller(SM1Factory())


def cases(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["case_id"] for row in answer.json()["results"]]


def test_a_row_of_a_list_has_exactly_the_fields_of_its_shape(sm1):
    promised = a_promise(engineer=EngineerFactory(name="Asha Nair"), by=SM1Factory(name="Maya"), minutes=90)
    a_ticket()

    answer = sm1.get("tickets/")

    assert set(answer.json()) == {"next", "previous", "results"}
    fresh, row = answer.json()["results"]
    assert set(fresh) == set(row) == FIELDS
    assert fresh["assignment"] is None
    assert set(row["assignment"]) == set(AssignmentSerializer().fields)
    assert row["assignment"] == {
        "engineer": {"id": promised.engineer_id, "name": "Asha Nair"},
        "level": "SM1",
        "assigned_by": {"id": promised.assigned_by_id, "name": "Maya"},
        "assigned_at": "2026-03-04T12:00:00Z",
        "starts_at": "2026-03-04T12:00:00Z",
        "due_at": "2026-03-04T13:30:00Z",
        "committed": True,
        "resolution_minutes": 90,
        "extra_minutes": 0,
    }


def test_a_mere_reporter_gets_of_a_row_what_the_portal_shows(expenses):
    ticket = a_ticket()
    expected = an_assignment(ticket=ticket, engineer=EngineerFactory(name="Asha Nair"))

    row = Caller(ticket.reporter).get("tickets/").json()["results"][0]

    assert row["assignment"] == {
        "engineer": {"id": expected.engineer_id, "name": "Asha Nair"},
        "level": None,
        "assigned_by": None,
        "assigned_at": "2026-03-04T12:00:00Z",
        "starts_at": None,
        "due_at": "2026-03-04T20:00:00Z",
        "committed": False,
        "resolution_minutes": None,
        "extra_minutes": 0,
    }

    held.forward(hours=9)
    assert Caller(ticket.reporter).get("tickets/").json()["results"][0]["assignment"]["due_at"] is None


def test_everybody_gets_what_they_see_and_an_engineer_both_kinds_of_rows():
    engineer, other = EngineerFactory(), EngineerFactory()
    reported = a_ticket(reporter=engineer)
    an_assignment(ticket=reported, engineer=other)
    worked_on = an_assignment(engineer=engineer).ticket
    a_ticket()

    rows = Caller(engineer).get("tickets/").json()["results"]

    assert {row["case_id"]: row["assignment"]["level"] for row in rows} == {
        reported.case_id: None,
        worked_on.case_id: "SM1",
    }


@pytest.mark.parametrize(
    "asked",
    [
        {"assignee__password": "x"}, {"reporter": "1"}, {"ordering": "assignee__password"}, {"ordering": "title"},
        {"bucket": "everything"}, {"status": "open"}, {"priority": "1"}, {"assignee": "me"}, {"assignee": "0"},
        {"assignee": "1e3"}, {"assignee": str(10**30)}, {"assignee": "\u0661"}, {"at_risk": "yes"}, {"at_risk": "1"},
        {"reported_from": "yesterday"}, {"reported_from": "20260304"}, {"reported_to": "2026-02-30"},
        {"due_before": "2026-03-04"}, {"due_before": "2026-03-04T12:00:00"}, {"q": "ab"}, {"q": "x" * 101}, {"q": "a\x00bc"},
        {"page_size": "0"}, {"page_size": "101"}, {"page_size": "-1"}, {"cursor": "x"}, {"cursor": "e30"}, {"cursor": "é"},
        {"cursor": "W10"}, {"cursor": "x" * 500}, {"page": "2"}, {"offset": "25"}, {"format": "csv"}, {"_": "1"},
    ],
    ids=lambda asked: urlencode(asked)[:40],
)  # fmt: skip
def test_other_names_and_values_are_refused_by_name(sm1, asked):
    answer = sm1.get("tickets/", **asked)

    assert refusal(answer) == (400, "invalid")
    assert set(answer.json()["errors"]) == set(asked)


def test_a_name_given_twice_is_refused(sm1):
    answer = sm1.client.get("/api/tickets/?status=assigned&status=resolved")

    assert answer.json()["errors"] == {"status": ["Please give this once."]}


# --- pages --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordering", ["created_at", "-created_at", "due_at", "-due_at"])
def test_pages_there_and_back_show_every_ticket_once(sm1, ordering):
    """Among them many of one moment, and some without a due time."""
    engineer = EngineerFactory()
    for number in range(9):
        ticket = a_ticket()
        if number % 3:
            an_assignment(ticket=ticket, engineer=engineer if number % 2 else None)
        held.forward(hours=number // 4)
    whole = cases(sm1.get("tickets/", ordering=ordering))

    pages, address = [], f"/api/tickets/?ordering={ordering}&page_size=2"
    while address:
        page = sm1.client.get(address).json()
        pages.append(page)
        address = page["next"]
    back, address = [pages[-1]], pages[-1]["previous"]
    while address:
        page = sm1.client.get(address).json()
        back.insert(0, page)
        address = page["previous"]

    assert len(whole) == len(set(whole)) == 9
    assert [row["case_id"] for page in pages for row in page["results"]] == whole
    assert [row["case_id"] for page in back for row in page["results"]] == whole
    assert [len(page["results"]) for page in back] == [2, 2, 2, 2, 1]


def test_a_page_begins_at_its_row_whatever_came_before_it_meanwhile(sm1):
    for _ in range(3):
        a_ticket()
        held.forward(minutes=1)
    first = sm1.get("tickets/", page_size=2).json()
    late = a_ticket()

    second = sm1.client.get(first["next"]).json()

    shown = [row["case_id"] for row in [*first["results"], *second["results"]]]
    assert len(shown) == len(set(shown)) == 3
    assert late.case_id not in shown


def test_a_cursor_of_another_order_is_refused(sm1):
    for _ in range(3):
        a_ticket()
    cursor = sm1.get("tickets/", page_size=2).json()["next"].split("cursor=")[1].split("&")[0]

    assert sm1.get("tickets/", cursor=cursor).status_code == 200
    answer = sm1.get("tickets/", cursor=cursor, ordering="due_at")
    assert (refusal(answer), list(answer.json()["errors"])) == ((400, "invalid"), ["cursor"])


def test_the_address_of_the_next_page_keeps_the_filters(sm1):
    for _ in range(3):
        a_ticket(priority="high")

    address = sm1.get("tickets/", page_size=2, priority="high").json()["next"]

    assert address.startswith("http://testserver/api/tickets/?")
    assert {"page_size=2", "priority=high"} < set(address.split("?")[1].split("&"))
