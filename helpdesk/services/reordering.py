"""Putting an engineer's waiting tickets in another order (C6, C8, A2)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from helpdesk import clock
from helpdesk.models import User
from helpdesk.services import acting, lines, locks
from helpdesk.services.lines import Line
from helpdesk.services.queues import Decision, NewOrder, apply_moves
from workflow import lineup, policies
from workflow.errors import PersonMissing, QueueChanged, listed
from workflow.lineup import Plan, Queue
from workflow.reordering import moved_by_hand, shifts, with_still
from workflow.roles import level_for
from workflow.states import Level
from workflow.texts import clean_text


@transaction.atomic
def reorder_queue(
    *,
    actor: User,
    engineer_id: int,
    order: Sequence[int],
    level: Level | None = None,
    comment: str = "",
    seen: str | None = None,
) -> Plan:
    """Put the waiting tickets in this order of their assignments' ids; gives back the line as it is then.

    The order names every waiting ticket; those whose promise has passed meanwhile are escalated first and leave it (E1). An order
    made for another line than the present one (`seen`, A6) is a conflict and changes nothing, the present order is no decision.
    As SM1 nothing of SM2's moves, or all is refused (A2).
    """
    person = acting.current_person(actor)
    policies.check_is_scrum_master(person)
    level = level_for(person.roles, level)
    comment = clean_text(comment)
    if comment:
        policies.check_text("comment", comment)
    engineer = locks.hold_engineers([engineer_id]).get(engineer_id)
    if engineer is None:
        raise PersonMissing
    now = clock.now()
    line = lines.open_anew(engineer, now=now, seen=seen)
    plan = _plan(line, order, now)
    policies.check_may_reorder(person, level, line.queue, plan, comment)
    moved = [slot.case_id for slot in moved_by_hand(line.queue, plan.queue)]
    if moved:
        decision = Decision(
            line=line,
            actor=actor,
            now=now,
            cause_case_id=moved[0],
            cause=f"{actor.name} moved {listed(moved, 'and')} in the line of {engineer.name}",
            comment=comment,
        )
        store_order(decision, level, line.queue, plan)
    return plan


def _plan(line: Line, order: Sequence[int], now: datetime) -> Plan:
    """The line in the order asked for, without those that have just been escalated out of it."""
    try:
        return lineup.reorder(line.queue, [ref for ref in order if ref not in line.gone], now)
    except QueueChanged:
        raise lines.changed(line) from None


def store_order(decision: Decision, level: Level, before: Queue, plan: Plan, *, newcomer: int | None = None) -> None:
    """Write down what the new order of the waiting tickets changes; an order like the present one changes nothing.

    A newcomer, which stands at the end of `before`, is written by who brings it, in the same transaction.
    """
    shifted = {ref: shift for ref, shift in shifts(before, plan.queue).items() if ref != newcomer}
    by_hand = [slot.ref for slot in moved_by_hand(before, plan.queue) if slot.ref in shifted]
    order = NewOrder(
        level=level,
        places={ref: shift.place_to for ref, shift in shifted.items()},
        by_hand={ref: shifted[ref] for ref in by_hand},
    )
    moves = [move for move in with_still(plan, by_hand) if move.ref != newcomer]
    apply_moves(decision, moves, order)
