"""The engineer's promise (C1, C3, C5) and what it does to those waiting behind (C8)."""

from django.db import transaction

from helpdesk.models import Assignment, SLARecord, User
from helpdesk.services import acting, journal, lines
from helpdesk.services.queues import Decision, apply_moves
from workflow import lineup, policies
from workflow.facts import TicketCommitted


@transaction.atomic
def commit_ticket(*, actor: User, ticket_id: int, resolution_minutes: int, seen: str | None = None) -> Assignment:
    """Promise a resolution time in minutes, once per assignment; the due time follows from the planned start."""
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen)
    return promise(act, resolution_minutes)


def promise(act: acting.Act, minutes: int) -> Assignment:
    """Make the promise within an act under way: refuse what has passed (C5), re-plan those behind (C8)."""
    policies.check_may_commit(act.person, act.case)
    ticket, assignment = act.ticket, act.assignment
    line = lines.read(assignment.engineer)
    lineup.check_minutes(line.queue.slot(assignment.pk), minutes, act.now, line.queue.time)
    plan = lineup.commit(line.queue, assignment.pk, minutes, act.now)
    promised = plan.queue.slot(assignment.pk)
    assignment.resolution_minutes, assignment.committed_at = minutes, act.now
    assignment.due_at = promised.due_at
    assignment.version += 1
    assignment.save(update_fields=["resolution_minutes", "committed_at", "due_at", "version"])
    SLARecord.objects.filter(assignment=assignment).update(original_due_at=promised.due_at)
    ticket.touch(act.now)
    ticket.save(update_fields=["version", "updated_at"])
    fact = TicketCommitted(resolution_minutes=minutes, starts_at=promised.starts_at, due_at=promised.due_at)
    journal.record(ticket, actor=act.actor, fact=fact, now=act.now)
    decision = Decision(
        line=line,
        actor=act.actor,
        now=act.now,
        cause_case_id=ticket.case_id,
        cause=f"{assignment.engineer.name} gave {ticket.case_id} its resolution time",
    )
    apply_moves(decision, plan.moves)
    return assignment
