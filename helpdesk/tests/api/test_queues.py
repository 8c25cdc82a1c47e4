"""`GET/PUT /api/engineers/{id}/queue/`: who reads whose line, and putting it in another order (C6, C9, A2, A6)."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Assignment, TicketEvent, User
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.people import set_reporting_authority
from helpdesk.tests.api.calling import Caller, refusal
from tests.clock import held
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db

READS, WRITES = 12, 25


@pytest.fixture
def asha() -> User:
    return EngineerFactory(name="Asha Nair")


def address(engineer: User | str) -> str:
    return f"engineers/{engineer.pk if isinstance(engineer, User) else engineer}/queue/"


def waiting(answer) -> list[str]:
    return [row["case_id"] for row in answer.json()["waiting"]]


def places(engineer: User) -> list[str]:
    rows = Assignment.objects.filter(engineer=engineer, place__isnull=False).order_by("place")
    return list(rows.values_list("ticket__case_id", flat=True))


def test_the_line_with_its_exact_shape(asha):
    working = in_progress(engineer=asha, minutes=120)
    promise = a_promise(engineer=asha, minutes=60)
    held.forward(hours=1, minutes=30)

    answer = Caller(SM1Factory()).get(address(asha))

    assert answer.status_code == 200
    assert answer["ETag"].strip('"')
    assert answer.json() == {
        "engineer": {"id": asha.pk, "name": "Asha Nair"},
        "escalated": [],
        "in_progress": [
            {
                "case_id": working.case_id,
                "title": working.title,
                "status": "in_progress",
                "priority": "medium",
                "level": "SM1",
                "starts_at": "2026-03-04T12:00:00Z",
                "due_at": "2026-03-04T14:00:00Z",
                "committed": True,
                "forecast_at": "2026-03-04T14:00:00Z",
                "at_risk": False,
            }
        ],
        "waiting": [
            {
                "case_id": promise.ticket.case_id,
                "title": promise.ticket.title,
                "status": "assigned",
                "priority": "medium",
                "level": "SM1",
                "starts_at": "2026-03-04T14:00:00Z",
                "due_at": "2026-03-04T15:00:00Z",
                "committed": True,
                "forecast_at": "2026-03-04T15:00:00Z",
                "at_risk": False,
            }
        ],
    }


def test_who_reads_whose_line(asha):
    authority, stranger = RAFactory(), RAFactory()
    set_reporting_authority(actor=None, engineer=asha, authority=authority, reason="", now=held.moment)
    an_assignment(engineer=asha)

    for reader in (SM1Factory(), SM2Factory(), AdminFactory(), asha, authority):
        assert Caller(reader).get(address(asha)).status_code == 200, reader.name
    for reader in (EngineerFactory(), stranger):
        assert refusal(Caller(reader).get(address(asha))) == (404, "person_missing")
    assert refusal(Caller(ReporterFactory()).get(address(asha))) == (403, "role_needed")


@pytest.mark.parametrize("reference", ["0", "987654321", "9" * 30, "x", "-1", "1e3", "%00", "%D9%A1"])
def test_nobody_of_that_number_is_missing(reference):
    assert refusal(Caller(SM1Factory()).get(address(reference))) == (404, "person_missing")
    answer = Caller(SM1Factory()).put(address(reference), {"order": []}, **{"If-Match": '"x"'})
    assert refusal(answer) == (404, "person_missing")


def test_somebody_who_is_no_engineer_has_no_line():
    assert refusal(Caller(SM1Factory()).get(address(ReporterFactory()))) == (404, "person_missing")


def test_another_order_is_saved_under_its_version_and_told(asha):
    first, second = (a_promise(engineer=asha, minutes=60) for _ in range(2))
    master = Caller(SM1Factory())
    read = master.get(address(asha))
    order = [second.ticket.case_id.lower(), first.ticket.case_id]

    answer = master.put(address(asha), {"order": order, "comment": "Payroll."}, **{"If-Match": read["ETag"]})

    assert answer.status_code == 200
    assert waiting(answer) == [second.ticket.case_id, first.ticket.case_id] == places(asha)
    assert [row["due_at"] for row in answer.json()["waiting"]] == ["2026-03-04T13:00:00Z", "2026-03-04T14:00:00Z"]
    assert answer["ETag"] == master.get(address(asha))["ETag"] != read["ETag"]
    assert TicketEvent.objects.filter(action="queue_reordered", metadata__comment="Payroll.").exists()


def test_the_order_there_is_already_changes_nothing(asha):
    first, second = (a_promise(engineer=asha) for _ in range(2))
    master = Caller(SM2Factory())
    read, events = master.get(address(asha)), TicketEvent.objects.count()

    answer = master.put(
        address(asha), {"order": [first.ticket.case_id, second.ticket.case_id]}, **{"If-Match": read["ETag"]}
    )

    assert (answer.status_code, answer["ETag"]) == (200, read["ETag"])
    assert TicketEvent.objects.count() == events


def test_without_a_version_nothing_is_replaced(asha):
    promise = a_promise(engineer=asha)
    answer = Caller(SM1Factory()).put(address(asha), {"order": [promise.ticket.case_id]})

    assert refusal(answer) == (428, "if_match_required")


@pytest.mark.parametrize("seen", ['"stale"', "stale", 'W/"x"', ""], ids=["stale", "bare", "weak", "empty"])
def test_a_line_that_changed_is_a_failed_precondition(asha, seen):
    first, second = (a_promise(engineer=asha) for _ in range(2))
    answer = Caller(SM1Factory()).put(
        address(asha), {"order": [second.ticket.case_id, first.ticket.case_id], "comment": "x"}, **{"If-Match": seen}
    )

    assert refusal(answer) == (412, "queue_changed")
    assert answer.json()["data"]["waiting"] == [first.ticket.case_id, second.ticket.case_id] == places(asha)


def test_an_order_that_is_none_is_refused_with_the_cases_that_are_wrong(asha):
    working, first, second = in_progress(engineer=asha), a_promise(engineer=asha), a_promise(engineer=asha)
    other = a_promise(engineer=EngineerFactory()).ticket.case_id
    one, two = first.ticket.case_id, second.ticket.case_id
    master = Caller(SM1Factory())
    elsewhere = "does not wait in the line of Asha Nair."
    orders = {
        (one, one, two): [f"{one} is named twice."],
        (one,): [f"{two} waits too and is not named."],
        (): [f"{one} waits too and is not named.", f"{two} waits too and is not named."],
        (one, two, other): [f"{other} {elsewhere}"],
        (one, two, "N-NIX-1"): [f"N-NIX-1 {elsewhere}"],
        (working.case_id, one, two): [f"{working.case_id} {elsewhere}"],
    }

    for order, said in orders.items():
        answer = master.put(address(asha), {"order": list(order)}, **{"If-Match": master.get(address(asha))["ETag"]})
        assert refusal(answer) == (422, "field_invalid")
        assert answer.json()["errors"] == {"order": said}
    assert places(asha) == [one, two]


def test_what_has_just_been_escalated_may_be_named(asha):
    late, first, second = (a_promise(engineer=asha, minutes=minutes) for minutes in (60, 600, 600))
    master = Caller(SM1Factory())
    held.forward(hours=2)
    read = master.get(address(asha))
    order = [one.ticket.case_id for one in (late, second, first)]

    answer = master.put(address(asha), {"order": order, "comment": "So."}, **{"If-Match": read["ETag"]})

    assert answer.status_code == 200, answer.content
    assert waiting(answer) == order[1:]
    assert [row["case_id"] for row in answer.json()["escalated"]] == order[:1]
    sweep_escalations(held.moment)


def test_what_delays_a_promise_needs_a_comment(asha):
    first, second = (a_promise(engineer=asha) for _ in range(2))
    master = Caller(SM1Factory())
    order = [second.ticket.case_id, first.ticket.case_id]

    answer = master.put(address(asha), {"order": order}, **{"If-Match": master.get(address(asha))["ETag"]})

    assert refusal(answer) == (422, "comment_required")


def test_sm1_leaves_alone_what_sm2_assigned_and_a_level_must_be_held(asha):
    first = a_promise(engineer=asha, by=SM2Factory())
    second = a_promise(engineer=asha)
    body = {"order": [second.ticket.case_id, first.ticket.case_id], "comment": "So."}
    master, both = Caller(SM1Factory()), Caller(UserFactory(roles=["sm1", "sm2"]))
    seen = {"If-Match": master.get(address(asha))["ETag"]}

    refused = master.put(address(asha), body, **seen)
    assert refusal(refused) == (403, "assigned_by_sm2")
    assert refused.json()["data"]["case_id"] == first.ticket.case_id
    assert refusal(master.put(address(asha), body | {"level": "SM2"}, **seen)) == (403, "level_not_held")
    assert refusal(both.put(address(asha), body | {"level": "SM1"}, **seen)) == (403, "assigned_by_sm2")
    assert both.put(address(asha), body, **seen).status_code == 200


def test_nobody_else_reorders(asha):
    promise, authority = a_promise(engineer=asha), RAFactory()
    set_reporting_authority(actor=None, engineer=asha, authority=authority, reason="", now=held.moment)
    for person in (asha, authority, AdminFactory(), EngineerFactory()):
        answer = Caller(person).put(address(asha), {"order": [promise.ticket.case_id]}, **{"If-Match": "*"})
        assert refusal(answer) == (403, "role_needed")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "order"),
        ({"order": "N-EXP-1001"}, "order"),
        ({"order": [1]}, "order.0"),
        ({"order": [None]}, "order.0"),
        ({"order": [""]}, "order.0"),
        ({"order": ["x" * 41]}, "order.0"),
        ({"order": ["x"] * 2001}, "order"),
        ({"order": [], "comment": 5}, "comment"),
        ({"order": [], "level": "SM3"}, "level"),
        ({"order": [], "engineer": 5}, "engineer"),
        ({"order": [], "seen": "x"}, "seen"),
    ],
)
def test_a_body_that_is_none_is_refused_by_field(asha, body, field):
    answer = Caller(SM1Factory()).put(address(asha), body, **{"If-Match": "*"})

    assert refusal(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


def test_a_stranger_is_no_one(asha):
    assert refusal(Client().get(f"/api/{address(asha)}")) == (401, "not_authenticated")


@pytest.mark.parametrize("many", [2, 12])
def test_the_line_takes_few_statements_however_long_it_is(asha, many):
    cases = [a_promise(engineer=asha).ticket.case_id for _ in range(many)]
    master = Caller(SM2Factory())
    read = master.get(address(asha))

    with CaptureQueriesContext(connection) as reading:
        master.get(address(asha))
    with CaptureQueriesContext(connection) as writing:
        answer = master.put(
            address(asha), {"order": [*reversed(cases)], "comment": "So."}, **{"If-Match": read["ETag"]}
        )

    assert answer.status_code == 200
    assert waiting(answer) == [*reversed(cases)]
    assert len(reading) <= READS
    assert len([one for one in writing if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= WRITES
