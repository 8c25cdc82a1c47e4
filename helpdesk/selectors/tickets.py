"""One ticket as people read it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, QuerySet

from helpdesk.models import Attachment, Comment, Ticket, TicketEvent, User
from helpdesk.selectors import access
from workflow.acts import ActOption
from workflow.states import Level


def listed(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The tickets with all a row of a list shows, in one statement."""
    return tickets.select_related("application", "reporter", "assignment__engineer__reporting_authority")


ROW = (
    "case_id", "title", "priority", "status", "is_withdrawn", "reported_date", "created_at", "updated_at", "resolved_at",
    "escalated_at", "version", "application__code", "application__name", "reporter__name", "assignment__level",
    "assignment__assigned_at", "assignment__starts_at", "assignment__due_at", "assignment__committed_at",
    "assignment__resolution_minutes", "assignment__expected_minutes", "assignment__extra_minutes", "assignment__version",
    "assignment__engineer__name", "assignment__assigned_by__name",
)  # fmt: skip


def as_rows(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The tickets with what stands in a row for programs and nothing else, in one statement."""
    beside = ("application", "reporter", "assignment__engineer", "assignment__assigned_by")
    return tickets.select_related(*beside).only(*ROW)


def version_of(ticket: Ticket) -> str:
    """The token of what matters to an act on the ticket: it changes with status, assignment, promise, priority (A6)."""
    return f"{ticket.version}.{ticket.assignment.version if ticket.assignment else 0}"


def files_of(rows: Iterable[Ticket]) -> dict[int, int]:
    """How many confirmed files each of these tickets has; one statement for the rows of a page."""
    confirmed = Attachment.objects.filter(ticket__in=[row.pk for row in rows], state=Attachment.State.CONFIRMED)
    return dict(confirmed.order_by().values_list("ticket").annotate(n=Count("pk")))


def timeline(user: User, ticket: Ticket) -> list[TicketEvent]:
    """The ticket's history as this person may see it, oldest first; none for a mere reporter."""
    return list(history(user, ticket).order_by("timestamp", "pk"))


def history(user: User, ticket: Ticket) -> QuerySet[TicketEvent]:
    """The same in no order, for pages of it."""
    events = ticket.events.select_related("actor")
    return events if access.sees_as_staff(user, ticket) else events.none()


def conversation(user: User, ticket: Ticket) -> QuerySet[Comment]:
    """The comments this person may read, oldest first (T6, P9)."""
    comments = ticket.comments.select_related("author").order_by("created_at", "pk")
    return comments if access.sees_as_staff(user, ticket) else comments.filter(is_internal=False)


def options_for(user: User, ticket: Ticket, now: datetime, level: Level | None = None) -> tuple[ActOption, ...]:
    """Every act with whether this person may do it now and, if not, the rule in words.

    `level` is the one the person acts under, None for the highest they hold (P7).
    """
    return access.acts_of(user, ticket, now, level)
