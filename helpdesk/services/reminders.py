"""The reminder before a promise is due, once per due time (R1)."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from helpdesk.models import Assignment
from helpdesk.selectors import desk
from helpdesk.selectors.cases import case_of
from helpdesk.services import journal, locks
from workflow.facts import TicketReminded
from workflow.reminders import needs_reminder

logger = logging.getLogger(__name__)

BATCH = 500


def sweep_reminders(now: datetime) -> int:
    """Remind every engineer whose promise is due within the lead; two clusters may run it at once.

    A reminder whose due time has passed is not sent any more: the escalation tells it.
    """
    lead = desk.settings().reminder_lead_minutes
    waiting = Assignment.objects.promised().filter(
        ~Q(reminded_due_at=F("due_at")) | Q(reminded_due_at__isnull=True),
        due_at__gt=now,
        due_at__lte=now + timedelta(minutes=lead),
    )
    tickets = waiting.order_by("due_at").values_list("ticket_id", flat=True)[:BATCH]
    return sum(_remind_one(ticket_id, lead, now) for ticket_id in tickets)


def _remind_one(ticket_id: int, lead: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            ticket = locks.hold_if_free(ticket_id)
            if ticket is None or ticket.assignment is None:
                return False
            locks.hold_engineers([ticket.assignment.engineer_id])
            assignment = ticket.assignment
            assignment.refresh_from_db()
            if not needs_reminder(case_of(ticket), assignment.reminded_due_at, lead, now):
                return False
            assignment.reminded_due_at = assignment.due_at
            assignment.save(update_fields=["reminded_due_at"])
            journal.record(ticket, actor=None, fact=TicketReminded(due_at=assignment.due_at), now=now)
            return True
    except Exception:
        logger.exception("The reminder of ticket %s could not be queued; the next sweep tries again", ticket_id)
        return False
