"""A promise that passed is told to the engineer's manager, once (E1, P5)."""

import logging
from datetime import datetime

from django.db import transaction

from helpdesk.models import Assignment, Escalation, SLARecord, Ticket, User
from helpdesk.selectors.cases import case_of
from helpdesk.selectors.parties import parties_of
from helpdesk.services import extension_closing, journal, locks, places
from workflow import policies
from workflow.audience import escalated_to
from workflow.facts import TicketEscalated

logger = logging.getLogger(__name__)

BATCH = 500
CLOSED = "The promise passed before both levels had decided."
"""Why an escalation closes a pending request for more time (X4)."""


def sweep_escalations(now: datetime) -> int:
    """Escalate every promise that has passed; one ticket's failure delays no other. Two clusters may run it at once."""
    broken = Assignment.objects.promised().filter(due_at__lte=now)
    tickets = broken.order_by("due_at").values_list("ticket_id", flat=True)[:BATCH]
    return sum(_escalate_one(ticket_id, now) for ticket_id in tickets)


def _escalate_one(ticket_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            ticket = locks.hold_if_free(ticket_id)
            if ticket is None or ticket.assignment is None:
                return False
            locks.hold_engineers([ticket.assignment.engineer_id])
            ticket.assignment.refresh_from_db()
            return escalate_if_broken(ticket, now)
    except Exception:
        logger.exception("Ticket %s could not be escalated; the next sweep tries again", ticket_id)
        return False


def escalate_if_broken(ticket: Ticket, now: datetime) -> bool:
    """Escalate the held ticket if its promise has passed; the due time decides, not the moment of looking (E1)."""
    assignment = ticket.assignment
    if assignment is None or not policies.must_escalate(case_of(ticket), now):
        return False
    places.leave_line(assignment)
    extension_closing.close_pending(ticket, now=now, reason=CLOSED)
    ticket.escalate()
    ticket.escalated_at = now
    ticket.touch(now)
    ticket.save(update_fields=["status", "escalated_at", "version", "updated_at"])
    SLARecord.objects.filter(assignment=assignment).update(breached=True, breached_at=assignment.due_at)
    _tell(ticket, assignment, now)
    return True


def _tell(ticket: Ticket, assignment: Assignment, now: datetime) -> None:
    """The escalation itself, to the reporting authority or, without one, to all others (P5)."""
    parties = parties_of(ticket, actor=None)
    to = escalated_to(parties)
    names = User.objects.in_bulk(to.ids)
    Escalation.objects.create(
        ticket=ticket,
        assignment=assignment,
        escalated_to_id=None if to.reason else parties.ra,
        escalated_at=now,
        due_at=assignment.due_at,
        reason=f"The promise of {assignment.engineer.name} passed unresolved{'; ' if to.reason else ''}{to.reason}.",
    )
    fact = TicketEscalated(
        due_at=assignment.due_at,
        engineer_id=assignment.engineer_id,
        engineer_name=assignment.engineer.name,
        escalated_to_ids=to.ids,
        escalated_to_names=tuple(names[pk].name for pk in to.ids),
        reason=to.reason,
    )
    journal.record(ticket, actor=None, fact=fact, now=now, parties=parties)
