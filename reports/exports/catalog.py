"""The reports there are: what each is called, which filters it takes and where its rows come from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db.models import QuerySet

from helpdesk.models import Ticket, User
from helpdesk.selectors import report_rows
from helpdesk.selectors.report_rows import counted, read
from reports.exports import layouts, narrowing, performance
from reports.exports.columns import Column, Row
from reports.exports.filters import Filters
from workflow.states import Labelled

OF_TICKETS = frozenset(
    {"bucket", "application", "priority", "reported_from", "reported_to", "q", "age", "triage", "promise", "promise_of"}
)
"""Filters of a report about tickets; the days are those of report."""
OF_ACTS = frozenset({"reported_from", "reported_to", "act", "ticket", "person"})
OF_HISTORY = OF_ACTS | {"bucket", "application", "priority"}
OF_AUDIT = OF_ACTS | {"show"}


class Name(Labelled):
    """The reports."""

    TICKETS = "tickets", "Tickets"
    SLA = "sla", "SLA records"
    ENGINEERS = "engineers", "Engineers"
    ESCALATIONS = "escalations", "Escalations"
    HISTORY = "history", "Ticket history"
    AUDIT = "audit", "Audit trail"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One report as somebody asked for it, at one moment; days and moments are of their zone."""

    user: User
    filters: Filters
    now: datetime
    zone: tzinfo


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report. `count` is how many rows `rows` gives, reckoned by the database alone."""

    name: Name
    about: str
    takes: frozenset[str]
    columns: Callable[[Asked], Sequence[Column]]
    rows: Callable[[Asked], Iterator[Row]]
    count: Callable[[Asked], int]


def _chosen(asked: Asked) -> QuerySet[Ticket]:
    return narrowing.tickets(asked.filters, asked.user, asked.now)


def _tickets(asked: Asked) -> report_rows.Rows:
    return report_rows.ticket_rows(_chosen(asked))


def _records(asked: Asked) -> report_rows.Rows:
    return report_rows.record_rows(_chosen(asked))


def _engineers(asked: Asked) -> report_rows.Rows:
    return report_rows.engineer_rows(_chosen(asked))


def _escalations(asked: Asked) -> report_rows.Rows:
    return report_rows.escalation_rows(_chosen(asked))


def _history(asked: Asked) -> report_rows.Rows:
    among = narrowing.in_a_trail(asked.filters, asked.user, asked.now)
    return report_rows.event_rows(among, narrowing.events(asked.filters, asked.zone))


def _audit(asked: Asked) -> report_rows.Rows:
    return report_rows.audit_rows(narrowing.audited(asked.filters, asked.zone))


def _of(
    name: Name, about: str, takes: frozenset[str], columns: Callable[[Asked], Sequence[Column]],
    source: Callable[[Asked], report_rows.Rows],
) -> Report:  # fmt: skip
    """A report whose rows are those of one query."""
    return Report(
        name=name,
        about=about,
        takes=takes,
        columns=columns,
        rows=lambda asked: read(source(asked)),
        count=lambda asked: counted(source(asked)),
    )


REPORTS: dict[str, Report] = {
    one.name.value: one
    for one in (
        _of(
            Name.TICKETS,
            "One row a ticket: where it stands, who has it, what was promised and how long it took.",
            OF_TICKETS,
            lambda asked: layouts.tickets(asked.now),
            _tickets,
        ),
        _of(
            Name.SLA,
            "One row a promise: when it was due, extended, kept or broken.",
            OF_TICKETS,
            lambda asked: layouts.records(asked.now),
            _records,
        ),
        Report(
            name=Name.ENGINEERS,
            about="One row an engineer: time promised and taken, the share kept, extensions and breaches.",
            takes=OF_TICKETS,
            columns=lambda asked: layouts.ENGINEERS,
            rows=lambda asked: performance.of(_engineers(asked), _chosen(asked)),
            count=lambda asked: counted(_engineers(asked)),
        ),
        _of(
            Name.ESCALATIONS,
            "One row an escalation: whose promise passed, who was told, and how late it is or was.",
            OF_TICKETS,
            lambda asked: layouts.escalations(asked.now),
            _escalations,
        ),
        _of(
            Name.HISTORY,
            "One row an event of a ticket: who did what, when, from what to what.",
            OF_HISTORY,
            lambda asked: layouts.HISTORY,
            _history,
        ),
        _of(
            Name.AUDIT,
            "One row an act on people, roles and settings, a sign-in, a refusal, a download or an export.",
            OF_AUDIT,
            lambda asked: layouts.AUDIT,
            _audit,
        ),
    )
}
