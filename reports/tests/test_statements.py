"""How many statements a report and its row count take: the same for one row and for five thousand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.services import audit
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket
from reports.exports.catalog import REPORTS, Name
from reports.tests.desk import asked, written
from reports.tests.many import multiply
from tests.clock import held
from tests.factories import AdminFactory, in_progress

pytestmark = pytest.mark.django_db

MOST = {"tickets": 4, "sla": 4, "engineers": 9, "escalations": 4, "history": 2, "audit": 2}
"""Statements of each report, the working hours of its engineers included."""


@pytest.fixture(params=[1, 50, 5_000], ids=str)
def many(request) -> int:
    """So many tickets, promises, engineers, escalations and acts at least."""
    ticket = in_progress()
    sweep_escalations(held.forward(hours=5))
    resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="Late, but done.")
    audit.note(act="signed_in", actor=ticket.reporter, now=held.moment)
    multiply(ticket, request.param)
    return int(request.param)


def test_a_report_takes_as_many_statements_for_one_row_as_for_five_thousand(many):
    what = asked(AdminFactory())
    taken = {}

    for name in Name:
        report = REPORTS[name.value]
        with CaptureQueriesContext(connection) as captured:
            content = written(what, name.value, "csv")
        taken[name.value] = len([one for one in captured if "FETCH" not in one["sql"]])
        assert content.count(b"\n") > many
        with CaptureQueriesContext(connection) as counting:
            assert report.count(what) >= many
        assert len(counting) <= 2

    assert {name: count for name, count in taken.items() if count > MOST[name]} == {}, taken
