"""Everything that was ever done on the desk, newest first: events of tickets and the audit trail read as one list (T5, P4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.db.models import Q, QuerySet

from helpdesk.models import AuditEvent, Ticket, TicketEvent
from helpdesk.selectors import newest
from helpdesk.selectors.newest import Page, Turn


class Source(IntEnum):
    """The two tables; at the same moment the event of a ticket counts as the later one."""

    AUDIT = 0
    TICKETS = 1


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the history is narrowed to; what is not named narrows nothing. `until` is not included.

    `actions` and `acts` are the stored verbs of tickets' events and of the audit trail; none of a table leaves it out.
    `people` stand for by whom, and in the audit trail also for about whom; `by_system` for what nobody did.
    """

    actions: Sequence[str] | None = None
    acts: Sequence[str] | None = None
    ticket: Ticket | None = None
    application_id: int | None = None
    people: Sequence[int] | None = None
    by_system: bool = False
    since: datetime | None = None
    until: datetime | None = None


def page(wanted: Wanted, turn: Turn) -> Page[TicketEvent | AuditEvent]:
    """A page of it, in four statements, each of which reads no further than a page along an index."""
    offered = [
        *newest.places_of(_of_tickets(wanted), turn, moment="timestamp", source=Source.TICKETS),
        *newest.places_of(_of_audit(wanted), turn, moment="timestamp", source=Source.AUDIT),
    ]
    shown = newest.cut(offered, turn)
    found = {
        **newest.in_order(
            TicketEvent.objects.select_related("actor", "ticket__application"), shown.rows, Source.TICKETS
        ),
        **newest.in_order(AuditEvent.objects.select_related("actor", "subject"), shown.rows, Source.AUDIT),
    }
    return Page(rows=[found[place] for place in shown.rows], newer=shown.newer, older=shown.older)  # type: ignore[misc]


def _of_tickets(wanted: Wanted) -> list[QuerySet[TicketEvent]]:
    """The events of tickets, a branch for each person and each verb, so that each walks its own index."""
    rows = TicketEvent.objects.filter(_within(wanted))
    if wanted.ticket is not None:
        rows = rows.filter(ticket=wanted.ticket)
    if wanted.application_id is not None:
        rows = rows.filter(application=wanted.application_id)
    if wanted.by_system:
        rows = rows.filter(actor__isnull=True)
    branches = [rows] if wanted.people is None else [rows.filter(actor=person) for person in wanted.people]
    if wanted.actions is None:
        return branches
    return [branch.filter(action=action) for branch in branches for action in wanted.actions]


def _of_audit(wanted: Wanted) -> list[QuerySet[AuditEvent]]:
    """The audit trail in the same way; of one ticket what names its case, and nothing of an application."""
    if wanted.application_id is not None:
        return []
    rows = AuditEvent.objects.filter(_within(wanted))
    if wanted.ticket is not None:
        rows = rows.filter(subject_label=wanted.ticket.case_id)
    if wanted.by_system:
        rows = rows.filter(actor__isnull=True)
    branches = [rows]
    if wanted.people is not None:
        branches = [rows.filter(**{part: person}) for person in wanted.people for part in ("actor", "subject")]
    if wanted.acts is None:
        return branches
    if len(branches) > 1:
        return [branch.filter(act__in=wanted.acts) for branch in branches] if wanted.acts else []
    return [rows.filter(act=act) for act in wanted.acts]


def _within(wanted: Wanted) -> Q:
    found = Q(timestamp__gte=wanted.since) if wanted.since else Q()
    return found & Q(timestamp__lt=wanted.until) if wanted.until else found
