"""What decisions do to an engineer's line; the engineer is locked by whoever calls (C8, A1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Subquery

from helpdesk.models import Assignment, SLARecord, TicketEvent, User
from helpdesk.services import journal
from helpdesk.services.lines import Line
from workflow.facts import DueMove, DueMoved, DuesMoved, Fact, QueueReordered
from workflow.lineup import Move
from workflow.reordering import Shift
from workflow.states import Level


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decided what about an engineer's line, as each ticket it moves tells it; `cause` is a sentence without its stop."""

    line: Line
    actor: User
    now: datetime
    cause_case_id: str
    cause: str
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """What a decision about the order changes besides times: each new place, and what was moved by hand at which level."""

    level: Level
    places: Mapping[int, int] = field(default_factory=dict)
    by_hand: Mapping[int, Shift] = field(default_factory=dict)


def apply_moves(
    decision: Decision, moves: Sequence[Move], order: NewOrder | None = None, extended: Assignment | None = None
) -> None:
    """Store what a decision moved: each ticket's one event, and one mail to the engineer about the promises (C8).

    The line is the one the decision was taken on, with an assignment for every move; `extended` is the one whose promise the
    decision gave more time, and is saved with them. Writes assignments, SLA records, events and notifications of other tickets
    and never their ticket rows.
    """
    order = order or NewOrder(level=Level.SM1)
    assignments = _stored(decision.line, moves, order.places, extended)
    facts = [(move, _fact(decision, move, order)) for move in moves]
    events = [
        TicketEvent(
            ticket=assignments[move.ref].ticket,
            actor=decision.actor,
            action=fact.action,
            timestamp=decision.now,
            metadata=fact.as_metadata(),
        )
        for move, fact in facts
    ]
    journal.keep(events)
    promised = [(event, move) for event, move in zip(events, moves, strict=True) if _moves_promise(move)]
    if promised:
        fact = _told(decision, (move for _, move in promised))
        journal.tell(promised[0][0], fact, actor=decision.actor, now=decision.now)


def _stored(
    line: Line, moves: Sequence[Move], places: Mapping[int, int], extended: Assignment | None
) -> dict[int, Assignment]:
    """The assignments with their new times and places, saved together; the SLA records follow (S2)."""
    assignments = {ref: line.work[ref] for ref in {move.ref for move in moves} | set(places)}
    for move in moves:
        moved = assignments[move.ref]
        moved.starts_at, moved.due_at = move.starts_to, move.due_to
        moved.version += 1
    for ref, place in places.items():
        assignments[ref].place = place
    fields, besides = ["starts_at", "due_at", "place", "version"], [extended] if extended else []
    Assignment.objects.bulk_update(
        [*assignments.values(), *besides], [*fields, "extra_minutes"] if extended else fields
    )
    _follow_in_sla([*(assignments[move.ref] for move in moves), *besides])
    return assignments


def _fact(decision: Decision, move: Move, order: NewOrder) -> Fact:
    """The one event of a moved ticket: that of its new place where it was moved by hand, else that of its due time."""
    shift = order.by_hand.get(move.ref)
    if shift is None:
        return DueMoved(
            due_from=move.due_from,
            due_to=move.due_to,
            starts_from=move.starts_from,
            starts_to=move.starts_to,
            cause_case_id=decision.cause_case_id,
            cause=decision.cause,
            is_promise=move.is_promise,
            comment=decision.comment,
        )
    return QueueReordered(
        engineer_id=decision.line.engineer.pk,
        engineer_name=decision.line.engineer.name,
        level=order.level,
        place_from=shift.place_from,
        place_to=shift.place_to,
        due_from=move.due_from,
        due_to=move.due_to,
        starts_from=move.starts_from,
        starts_to=move.starts_to,
        cause=decision.cause,
        is_promise=move.is_promise,
        comment=decision.comment,
    )


def _told(decision: Decision, moves: Iterable[Move]) -> DuesMoved:
    return DuesMoved(
        engineer_id=decision.line.engineer.pk,
        moves=tuple(
            DueMove(case_id=move.case_id, due_from=move.due_from, due_to=move.due_to, is_promise=True) for move in moves
        ),
        cause_case_id=decision.cause_case_id,
        cause=decision.cause,
        comment=decision.comment,
    )


def _moves_promise(move: Move) -> bool:
    return move.is_promise and move.due_from != move.due_to


def _follow_in_sla(moved: Iterable[Assignment]) -> None:
    """The extended due time of an extended promise follows the current one (S2)."""
    extended = [assignment.pk for assignment in moved if assignment.extra_minutes]
    if extended:
        now_due = Assignment.objects.filter(pk=OuterRef("assignment")).values("due_at")
        SLARecord.objects.filter(assignment__in=extended).update(extended_due_at=Subquery(now_due))
