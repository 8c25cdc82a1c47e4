"""`GET /api/dashboard/summary/`: its shape, its filters, who is told, and every refusal (rules 8)."""

from datetime import date
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import ApplicationCatalog, User
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.people import set_reporting_authority
from helpdesk.services.tickets import resolve_ticket, start_ticket, withdraw_ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.clock import held
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
)

pytestmark = pytest.mark.django_db

ADDRESS = "dashboard/summary/"
STATEMENTS = 12
NONE_CHOSEN = {"application": [], "priority": [], "from": None, "to": None}


@pytest.fixture
def expenses() -> ApplicationCatalog:
    return ApplicationFactory(name="Expenses", code="EXP")


@pytest.fixture
def authority() -> User:
    return RAFactory()


@pytest.fixture
def desk(expenses: ApplicationCatalog, authority: User) -> None:
    """Five tickets of 4 March, one of every fate, and one of another application on 5 March whose engineer nobody leads."""
    engineer = EngineerFactory()
    set_reporting_authority(actor=None, engineer=engineer, authority=authority, reason="", now=held.moment)
    on_time, late, escalated, withdrawn, _ = (a_ticket(application=expenses, priority="high") for _ in range(5))
    for ticket in (on_time, late, escalated):
        a_promise(ticket=ticket, engineer=engineer, minutes=60)
    withdraw_ticket(actor=withdrawn.reporter, ticket_id=withdrawn.pk, reason="Twice.")
    start_ticket(actor=engineer, ticket_id=on_time.pk)
    resolve_ticket(actor=engineer, ticket_id=on_time.pk, note="Done.")
    held.forward(hours=9)
    sweep_escalations(held.moment)
    resolve_ticket(actor=engineer, ticket_id=late.pk, note="Done at last.")
    held.forward(hours=12)
    a_promise(ticket=a_ticket(priority="low"), minutes=600)


def test_the_summary_and_its_exact_shape(desk):
    answer = Caller(SM1Factory()).get(ADDRESS)

    assert answer.status_code == 200
    assert answer.json() == {
        "open": 3,
        "breached": 2,
        "resolved_on_time": 1,
        "escalated": 1,
        "resolved_after_escalation": 1,
        "sla_compliance": 33.3,
        "filters": NONE_CHOSEN,
    }


def test_nothing_decided_has_no_compliance():
    assert Caller(SM1Factory()).get(ADDRESS).json() == {
        "open": 0,
        "breached": 0,
        "resolved_on_time": 0,
        "escalated": 0,
        "resolved_after_escalation": 0,
        "sla_compliance": None,
        "filters": NONE_CHOSEN,
    }


@pytest.mark.parametrize(
    ("query", "filters", "counts"),
    [
        ({"application": "exp"}, {"application": ["EXP"]}, (2, 2, 1)),
        ({"priority": "low"}, {"priority": ["low"]}, (1, 0, 0)),
        ({"priority": "low,high"}, {"priority": ["high", "low"]}, (3, 2, 1)),
        ({"priority": "medium"}, {"priority": ["medium"]}, (0, 0, 0)),
        ({"from": "2026-03-05"}, {"from": "2026-03-05"}, (1, 0, 0)),
        ({"to": "2026-03-04"}, {"to": "2026-03-04"}, (2, 2, 1)),
        ({"from": "2026-03-04", "to": "2026-03-04"}, {"from": "2026-03-04", "to": "2026-03-04"}, (2, 2, 1)),
        ({"from": "1970-01-01", "to": "2199-12-31"}, {"from": "1970-01-01", "to": "2199-12-31"}, (3, 2, 1)),
    ],
)
def test_filters_choose_and_are_told_back(desk, query, filters, counts):
    told = Caller(SM2Factory()).get(ADDRESS, **query).json()

    assert told["filters"] == NONE_CHOSEN | filters
    assert (told["open"], told["breached"], told["resolved_on_time"]) == counts


def test_a_reporting_authority_is_told_of_their_engineers_tickets_alone(desk, authority):
    told = Caller(authority).get(ADDRESS).json()

    assert (told["open"], told["breached"], told["resolved_on_time"]) == (1, 2, 1)
    assert Caller(RAFactory()).get(ADDRESS).json()["breached"] == 0
    assert Caller(UserFactory(roles=["ra", "admin"])).get(ADDRESS).json()["open"] == 3


def test_a_retired_application_is_counted_on(desk, expenses):
    ApplicationCatalog.objects.filter(pk=expenses.pk).update(is_retired=True)

    assert Caller(AdminFactory()).get(ADDRESS, application="EXP").json()["resolved_on_time"] == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("application=NOPE", "application"),
        ("application=EXP,NOPE", "application"),
        ("application=", "application"),
        ("application=EXP,", "application"),
        (f"application={quote('EXP;--')}", "application"),
        ("application=EXP%00", "application"),
        ("application=" + ",".join(["EXP"] * 51), "application"),
        ("application=EXP&application=EXP", "application"),
        ("priority=urgent", "priority"),
        ("priority=high,", "priority"),
        ("from=2026-03-05&to=2026-03-04", "to"),
        ("from=yesterday", "from"),
        ("from=2026-02-30", "from"),
        ("to=0000-01-01", "to"),
        ("from=2026-03-05T00:00:00Z", "from"),
        ("first=2026-03-05", "first"),
        ("application__id=1", "application__id"),
        ("reporter__password=x", "reporter__password"),
    ],
)
def test_what_is_no_filter_is_refused_by_its_name(expenses, query, field):
    answer = Caller(SM1Factory()).client.get(f"/api/{ADDRESS}?{query}")

    assert refusal(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("factory", [ReporterFactory, EngineerFactory], ids=["reporter", "engineer"])
def test_others_are_not_told(factory):
    assert refusal(Caller(factory()).get(ADDRESS)) == (403, "role_needed")


def test_strangers_and_other_methods_are_refused_in_shape(client):
    assert refusal(client.get(f"/api/{ADDRESS}")) == (401, "not_authenticated")
    assert refusal(Caller(SM1Factory()).post(ADDRESS)) == (405, "method_not_allowed")


@pytest.mark.parametrize("many", [1, 12])
def test_the_summary_takes_few_statements_however_many_tickets_there_are(many, expenses, authority):
    engineer = EngineerFactory(reporting_authority=authority)
    for _ in range(many):
        a_promise(ticket=a_ticket(application=expenses), engineer=engineer)
    caller = Caller(authority)
    caller.get(ADDRESS)

    with CaptureQueriesContext(connection) as captured:
        answer = caller.get(ADDRESS, application="EXP", **{"from": "2026-01-15", "to": date(2026, 3, 20).isoformat()})

    assert answer.json()["open"] == many
    assert len(captured) <= STATEMENTS
