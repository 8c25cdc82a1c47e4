"""What reports read: tickets as the lists have them, and what hangs on them, a row each, in order, without models in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from helpdesk.models import (
    Assignment,
    AuditEvent,
    Escalation,
    ExtensionRequest,
    SLARecord,
    Ticket,
    TicketEvent,
    User,
)
from helpdesk.selectors import access, buckets, numbers
from helpdesk.selectors.calendars import times_of
from helpdesk.selectors.numbers import Chosen
from workflow.calendars import WorkingTime
from workflow.states import OPEN, Bucket, ExtensionStatus, Number

CHUNK = 2_000
"""Rows fetched together."""

LONGEST_STATEMENT = "120s"
"""For reading a whole table; a page may take ten seconds."""

Row = dict[str, Any]
Rows = QuerySet[Any, Row]

TICKET = (
    "case_id", "application__code", "application__name", "title", "priority", "status", "is_withdrawn", "reporter__name",
    "reporter__email", "reported_date", "created_at", "escalated_at", "resolved_at", "assignment__engineer",
    "assignment__engineer__name", "assignment__engineer__reporting_authority__name", "assignment__assigned_by__name",
    "assignment__level", "assignment__assigned_at", "assignment__committed_at", "assignment__resolution_minutes",
    "assignment__extra_minutes", "assignment__starts_at", "assignment__started_at", "assignment__due_at",
)  # fmt: skip
RECORD = (
    "ticket__case_id", "ticket__application__code", "ticket__title", "ticket__priority", "ticket__status",
    "ticket__reported_date", "assignment__engineer", "assignment__engineer__name", "assignment__assigned_by__name",
    "assignment__level", "assigned_at", "assignment__committed_at", "assignment__resolution_minutes",
    "assignment__extra_minutes", "assignment__starts_at", "assignment__started_at", "original_due_at", "extended_due_at",
    "resolved_at", "ended_at", "breached", "breached_at",
)  # fmt: skip
ESCALATION = (
    "ticket__case_id", "ticket__application__code", "ticket__title", "ticket__priority", "ticket__status",
    "ticket__reported_date", "assignment__engineer", "assignment__engineer__name", "escalated_to__name", "due_at",
    "escalated_at", "reason", "ticket__assignment__engineer__name", "ticket__resolved_at",
)  # fmt: skip
AUDIT = (
    "timestamp", "actor__name", "actor__email", "act", "subject__email", "subject_label", "before", "after", "reason", "request_id",
)  # fmt: skip
EVENT = (
    "timestamp", "ticket__case_id", "ticket__application__code", "ticket__title", "actor__name", "actor__email", "action", "metadata",
)  # fmt: skip
ENGINEER = ("pk", "name", "email", "is_active", "reporting_authority__name")
PERFORMANCE = (
    "assignment__engineer", "assignment__committed_at", "assignment__resolution_minutes", "assignment__extra_minutes",
    "assignment__starts_at", "assignment__started_at", "original_due_at", "resolved_at", "ended_at", "breached",
)  # fmt: skip


def tickets(user: User, shown: Bucket | Number | None, chosen: Chosen) -> QuerySet[Ticket]:
    """The tickets of a list or behind a number as this person sees them, of the chosen; all where no list is named."""
    if isinstance(shown, Number):
        return numbers.tickets_of(shown, user, chosen)
    seen = buckets.bucket(shown, user) if shown else access.visible_to(user)
    return seen.filter(numbers.of_tickets(chosen))


def ticket_rows(of: QuerySet[Ticket]) -> Rows:
    """In the order they were raised."""
    return _rows(of.order_by("created_at", "pk"), TICKET)


def record_rows(of: QuerySet[Ticket]) -> Rows:
    """Each promise of these tickets and what came of it, in the order they were given (S2)."""
    return _rows(_records(of).order_by("assigned_at", "pk"), RECORD)


def escalation_rows(of: QuerySet[Ticket]) -> Rows:
    """The escalations of these tickets, in the order they happened (E1)."""
    escalations = Escalation.objects.filter(ticket__in=of.order_by().values("pk"))
    return _rows(escalations.order_by("escalated_at", "pk"), ESCALATION)


def event_rows(of: QuerySet[Ticket], when: Q) -> Rows:
    """What happened to these tickets, in its order (T5)."""
    events = TicketEvent.objects.filter(when, ticket__in=of.order_by().values("pk"))
    return _rows(events.order_by("timestamp", "pk"), EVENT)


def audit_rows(when: Q) -> Rows:
    """What happened besides tickets, in its order (P4)."""
    return _rows(AuditEvent.objects.filter(when).order_by("timestamp", "pk"), AUDIT)


def engineer_rows(of: QuerySet[Ticket]) -> Rows:
    """Everybody who ever had one of these tickets, by name, with how their requests for more time ended."""
    held = Assignment.objects.filter(engineer=OuterRef("pk"), ticket__in=of.order_by().values("pk"))
    return _rows(User.objects.get_queryset().filter(Exists(held)).order_by("name", "pk"), ENGINEER)


def performance_rows(of: QuerySet[Ticket]) -> Rows:
    """What the promises of these tickets come to is reckoned from these, in no order."""
    return _rows(_records(of).order_by(), PERFORMANCE)


def open_by_engineer(of: QuerySet[Ticket]) -> dict[int, int]:
    """How many of these tickets each engineer holds now."""
    held = of.using(source()).filter(status__in=OPEN, assignment__isnull=False).order_by()
    return dict(held.values_list("assignment__engineer").annotate(n=Count("pk")))


def extensions_by_engineer(of: QuerySet[Ticket]) -> dict[int, dict[str, int]]:
    """How many requests for more time each engineer made on these tickets, and how many were approved and rejected (X1, X2)."""
    asked = ExtensionRequest.objects.filter(ticket__in=of.order_by().values("pk")).order_by().values("requested_by")
    found = asked.using(source()).annotate(
        asked=Count("pk"),
        approved=Count("pk", filter=Q(status=ExtensionStatus.APPROVED)),
        rejected=Count("pk", filter=Q(status=ExtensionStatus.REJECTED)),
    )
    return {
        row["requested_by"]: {name: row[name] for name in ("asked", "approved", "rejected")}
        for row in _rows(found, ("requested_by", "asked", "approved", "rejected"))
    }


def working_times() -> dict[int, WorkingTime]:
    """The working time of everybody who ever had a ticket (C10)."""
    engineers = Assignment.objects.order_by().values_list("engineer", flat=True).distinct()
    return times_of(engineers)


def read(rows: Rows) -> Iterator[Row]:
    """The rows of one moment, fetched by a cursor on the server, so that memory holds a chunk of them."""
    return rows.using(source()).iterator(chunk_size=CHUNK)


def counted(rows: Rows) -> int:
    """How many they are, reckoned by the database alone."""
    return rows.using(source()).order_by().count()


def source() -> str:
    """The database that reports are read from: the replica where one is set, which may be seconds behind."""
    return str(settings.LINEUP_REPORTS_DATABASE)


@contextmanager
def patience() -> Iterator[None]:
    """Statements may take minutes inside, as those that read a whole table do."""
    connection = connections[source()]
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{LONGEST_STATEMENT}'")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")


def _rows(found: QuerySet[Any], columns: tuple[str, ...]) -> Rows:
    rows: Rows = found.values(*columns)
    return rows


def _records(of: QuerySet[Ticket]) -> QuerySet[SLARecord]:
    return SLARecord.objects.filter(ticket__in=of.order_by().values("pk"))
