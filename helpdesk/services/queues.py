"""What decisions do to an engineer's line; the engineer is locked by whoever calls (C8, A1)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from helpdesk.models import Assignment, SLARecord, TicketEvent, User
from helpdesk.services import journal
from workflow.facts import DueMove, DueMoved, DuesMoved
from workflow.lineup import Move


def leave_line(assignment: Assignment) -> None:
    """Give up the place among the waiting and let those behind close up (A1); the caller saves the assignment."""
    if assignment.place is None:
        return
    behind = Assignment.objects.filter(engineer_id=assignment.engineer_id, place__gt=assignment.place)
    Assignment.objects.filter(pk=assignment.pk).update(place=None)
    behind.update(place=F("place") - 1)
    assignment.place = None


def apply_moves(
    moves: Sequence[Move],
    *,
    engineer: User,
    actor: User,
    now: datetime,
    cause_case_id: str,
    cause: str,
    comment: str = "",
) -> None:
    """Store what a decision moved: each ticket's own event, and one mail to the engineer about the promises (C8).

    Writes assignments, SLA records, events and notifications of other tickets and never their ticket rows.
    """
    if not moves:
        return
    assignments = Assignment.objects.select_related("ticket").in_bulk([move.ref for move in moves])
    for move in moves:
        moved = assignments[move.ref]
        moved.starts_at, moved.due_at = move.starts_to, move.due_to
        moved.version += 1
    Assignment.objects.bulk_update(assignments.values(), ["starts_at", "due_at", "version"])
    _follow_in_sla(moves, assignments)
    events = TicketEvent.objects.bulk_create(
        TicketEvent(
            ticket=assignments[move.ref].ticket,
            actor=actor,
            action=DueMoved.action,
            timestamp=now,
            metadata=DueMoved(
                due_from=move.due_from,
                due_to=move.due_to,
                starts_from=move.starts_from,
                starts_to=move.starts_to,
                cause_case_id=cause_case_id,
                cause=cause,
                is_promise=move.is_promise,
                comment=comment,
            ).as_metadata(),
        )
        for move in moves
    )
    promised = [(event, move) for event, move in zip(events, moves, strict=True) if _moves_promise(move)]
    if promised:
        fact = DuesMoved(
            engineer_id=engineer.pk,
            moves=tuple(
                DueMove(case_id=move.case_id, due_from=move.due_from, due_to=move.due_to, is_promise=True)
                for _, move in promised
            ),
            cause_case_id=cause_case_id,
            cause=cause,
            comment=comment,
        )
        journal.tell(promised[0][0], fact, actor=actor, now=now)


def _moves_promise(move: Move) -> bool:
    return move.is_promise and move.due_from != move.due_to


def _follow_in_sla(moves: Sequence[Move], assignments: dict[int, Assignment]) -> None:
    """The extended due time of an extended promise follows the current one (S2)."""
    extended = list(
        SLARecord.objects.filter(assignment_id__in=[move.ref for move in moves], extended_due_at__isnull=False)
    )
    for record in extended:
        record.extended_due_at = assignments[record.assignment_id].due_at
    if extended:
        SLARecord.objects.bulk_update(extended, ["extended_due_at"])
