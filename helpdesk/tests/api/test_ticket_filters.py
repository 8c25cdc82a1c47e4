"""`GET /api/tickets/`: each filter and each order, over one desk with a ticket of every kind."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.models import Ticket, User
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from helpdesk.tests.api.calling import Caller
from helpdesk.tests.api.test_tickets import cases
from tests.clock import NOON, held
from tests.factories import ApplicationFactory, EngineerFactory, SM1Factory, a_promise, a_ticket, in_progress
from tests.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Ticket]]:
    with kept(django_db_blocker, one_of_every_kind) as made:
        yield made


@pytest.fixture
def sm1(desk) -> Caller:
    return Caller(SM1Factory())


def one_of_every_kind() -> dict[str, Ticket]:
    """Asha Nair works on the three in hand."""
    expenses = ApplicationFactory(code="EXP", name="Expenses")
    engineer = EngineerFactory(name="Asha Nair")
    made: dict[str, Ticket] = {}
    held.set(NOON - timedelta(days=3))
    made["unassigned"] = a_ticket(application=expenses, priority="low", title="Fresh paint")
    held.forward(days=1)
    made["withdrawn"] = a_ticket()
    withdraw_ticket(actor=made["withdrawn"].reporter, ticket_id=made["withdrawn"].pk, reason="Twice.")
    made["late"] = in_progress(engineer=engineer, minutes=30)
    held.forward(hours=1)
    sweep_escalations(held.moment)
    made["escalated"] = Ticket.objects.get(pk=made.pop("late").pk)
    resolver = EngineerFactory()
    made["resolved"] = in_progress(engineer=resolver, minutes=600)
    resolve_ticket(actor=resolver, ticket_id=made["resolved"].pk, note="Done.")
    made["resolved_late"] = in_progress(engineer=resolver, minutes=30)
    held.forward(hours=1)
    resolve_ticket(actor=resolver, ticket_id=made["resolved_late"].pk, note="Done.")
    held.set(NOON)
    made["in_progress"] = in_progress(engineer=engineer, minutes=60)
    made["assigned"] = a_promise(engineer=engineer, minutes=30).ticket
    return made


ASKED = [
    ({}, ["assigned", "in_progress", "resolved_late", "resolved", "escalated", "withdrawn", "unassigned"]),
    ({"bucket": "unassigned"}, ["unassigned"]),
    ({"bucket": "open"}, ["assigned", "in_progress", "escalated", "unassigned"]),
    ({"bucket": "escalated"}, ["escalated"]),
    ({"bucket": "resolved"}, ["resolved"]),
    ({"bucket": "escalation_resolved"}, ["resolved_late"]),
    ({"bucket": "withdrawn"}, ["withdrawn"]),
    ({"bucket": "mine"}, []),
    ({"bucket": "reported"}, []),
    ({"application": "EXP"}, ["unassigned"]),
    ({"application": "exp"}, ["unassigned"]),
    ({"application": "NIX"}, []),
    ({"priority": "low"}, ["unassigned"]),
    ({"status": "resolved"}, ["resolved", "withdrawn"]),
    ({"status": "in_progress", "bucket": "open"}, ["in_progress"]),
    ({"assignee": "engineer"}, ["assigned", "in_progress", "escalated"]),
    ({"reported_from": "2026-03-04"}, ["assigned", "in_progress"]),
    ({"reported_to": "2026-03-01"}, ["unassigned"]),
    ({"reported_from": "2026-03-02", "reported_to": "2026-03-02"}, ["resolved_late", "resolved", "escalated", "withdrawn"]),
    ({"due_before": "2026-03-04T13:00:01Z", "bucket": "open"}, ["in_progress", "escalated"]),
    ({"due_before": "2026-03-04T14:00:01+01:00", "bucket": "open"}, ["in_progress", "escalated"]),
    ({"at_risk": "true"}, []),
    ({"at_risk": "false", "bucket": "escalated"}, ["escalated"]),
    ({"q": "FRESH"}, ["unassigned"]),
    ({"q": "n-exp-1001"}, ["unassigned"]),
    ({"q": "nothing like it"}, []),
    ({"ordering": "created_at", "bucket": "open"}, ["unassigned", "escalated", "in_progress", "assigned"]),
    ({"ordering": "due_at", "bucket": "open"}, ["escalated", "in_progress", "assigned", "unassigned"]),
    ({"ordering": "-due_at", "bucket": "open"}, ["assigned", "in_progress", "escalated", "unassigned"]),
    ({"ordering": "due_at", "status": "resolved_escalated"}, ["resolved_late"]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), ASKED, ids=[urlencode(asked) or "all" for asked, _ in ASKED])
def test_each_filter_and_order_by_its_name(sm1, desk, asked, expected):
    if "assignee" in asked:
        asked = {"assignee": desk["assigned"].assignment_id and User.objects.get(name="Asha Nair").pk}

    assert cases(sm1.get("tickets/", **asked)) == [desk[name].case_id for name in expected]


def test_what_will_miss_its_promise_is_found(sm1, desk):
    held.forward(minutes=61)

    assert set(cases(sm1.get("tickets/", at_risk="true"))) == {desk["in_progress"].case_id, desk["assigned"].case_id}
    assert desk["assigned"].case_id not in cases(sm1.get("tickets/", at_risk="false"))


def test_ones_own_work_by_its_due_time_and_what_one_reported(desk):
    engineer = Caller(User.objects.get(name="Asha Nair"))
    reporter = Caller(desk["unassigned"].reporter)

    assert cases(engineer.get("tickets/", bucket="mine")) == [
        desk[name].case_id for name in ("escalated", "in_progress", "assigned")
    ]
    assert cases(reporter.get("tickets/", bucket="reported")) == [desk["unassigned"].case_id]
    assert cases(reporter.get("tickets/")) == [desk["unassigned"].case_id]
