"""Nothing is silently forgotten: tickets waiting too long are flagged and told once (E4)."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value

from helpdesk.models import Ticket
from helpdesk.services import journal, locks
from workflow.facts import AcceptanceStale, TriageStale
from workflow.staleness import is_acceptance_stale, is_triage_stale
from workflow.states import Priority, Status

logger = logging.getLogger(__name__)

BATCH = 500


def sweep_stale(now: datetime) -> int:
    """Flag what waits too long for an engineer or for a promise, and tell the SMs once each."""
    unassigned = Ticket.objects.filter(
        _older_than("created_at", "triage", now), status=Status.UNASSIGNED, triage_flagged_at__isnull=True
    )
    unaccepted = Ticket.objects.filter(
        _older_than("assignment__assigned_at", "acceptance", now),
        status=Status.ASSIGNED,
        assignment__committed_at__isnull=True,
        assignment__acceptance_flagged_at__isnull=True,
    )
    waiting_for_triage = unassigned.values_list("pk", flat=True)[:BATCH]
    waiting_for_promise = unaccepted.values_list("pk", flat=True)[:BATCH]
    return _flag(waiting_for_triage, _flag_triage, now) + _flag(waiting_for_promise, _flag_acceptance, now)


def _older_than(moment: str, target: str, now: datetime) -> Q:
    """Whose moment lies further back than the application's target for the ticket's priority."""
    found = Q()
    for priority in Priority:
        span = ExpressionWrapper(F(f"application__{target}_{priority}") * timedelta(minutes=1), DurationField())
        limit = ExpressionWrapper(Value(now, DateTimeField()) - span, DateTimeField())
        found |= Q(priority=priority.value, **{f"{moment}__lt": limit})
    return found


def _flag(ticket_ids: Iterable[int], flag: Callable[[Ticket, datetime], bool], now: datetime) -> int:
    return sum(_flag_one(ticket_id, flag, now) for ticket_id in list(ticket_ids))


def _flag_one(ticket_id: int, flag: Callable[[Ticket, datetime], bool], now: datetime) -> bool:
    try:
        with transaction.atomic():
            ticket = locks.hold_if_free(ticket_id)
            return ticket is not None and flag(ticket, now)
    except Exception:
        logger.exception("Ticket %s could not be flagged as waiting too long; the next sweep tries again", ticket_id)
        return False


def _flag_triage(ticket: Ticket, now: datetime) -> bool:
    target = ticket.application.triage_minutes(ticket.priority)
    stale = is_triage_stale(Status(ticket.status), ticket.created_at, target, now)
    if not stale or ticket.triage_flagged_at is not None:
        return False
    ticket.triage_flagged_at = now
    ticket._history_date = now
    ticket.save(update_fields=["triage_flagged_at"])
    journal.record(ticket, actor=None, fact=TriageStale(since=ticket.created_at, target_minutes=target), now=now)
    return True


def _flag_acceptance(ticket: Ticket, now: datetime) -> bool:
    assignment = ticket.assignment
    if assignment is None or assignment.acceptance_flagged_at is not None:
        return False
    target = ticket.application.acceptance_minutes(ticket.priority)
    status = Status(ticket.status)
    if not is_acceptance_stale(status, assignment.is_committed, assignment.assigned_at, target, now):
        return False
    assignment.acceptance_flagged_at = now
    assignment.save(update_fields=["acceptance_flagged_at"])
    fact = AcceptanceStale(since=assignment.assigned_at, target_minutes=target, engineer_name=assignment.engineer.name)
    journal.record(ticket, actor=None, fact=fact, now=now)
    return True
