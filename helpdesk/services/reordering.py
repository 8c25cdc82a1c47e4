"""Putting an engineer's waiting tickets in another order (C6, C8, A2)."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from helpdesk import clock
from helpdesk.models import User
from helpdesk.services import acting, lines, locks
from helpdesk.services.lines import Line
from helpdesk.services.queues import Decision, NewOrder, apply_moves
from workflow import lineup, policies
from workflow.errors import FieldInvalid, PersonMissing, QueueChanged, listed
from workflow.lineup import Plan, Queue
from workflow.reordering import moved_by_hand, shifts, with_still
from workflow.roles import level_for
from workflow.states import Level
from workflow.texts import clean_text

MOST_SAID = 10
"""A wrong order is told by so many of its cases."""


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
    return _reorder(actor, engineer_id, lambda line: order, level, comment, seen)


def reorder_cases(
    *,
    actor: User,
    engineer_id: int,
    order: Sequence[str],
    level: Level | None = None,
    comment: str = "",
    seen: str | None = None,
) -> Plan:
    """The same for an order of case ids; one that is no order of those who wait is refused and says which cases are wrong."""
    cases = [case_id.strip().upper() for case_id in order]
    return _reorder(actor, engineer_id, lambda line: _refs_of(line, cases), level, comment, seen)


def _refs_of(line: Line, cases: Sequence[str]) -> list[int]:
    """The waiting assignments with these case ids, each once and all of them; what was escalated just now counts as waiting."""
    waiting = {slot.case_id: slot.ref for slot in line.queue.waiting}
    gone = {line.work[ref].ticket.case_id: ref for ref in line.gone if ref in line.work}
    known = waiting | gone
    wrong = {
        "is named twice": [case_id for case_id, times in Counter(cases).items() if times > 1],
        f"does not wait in the line of {line.engineer.name}": [one for one in dict.fromkeys(cases) if one not in known],
        "waits too and is not named": [case_id for case_id in waiting if case_id not in cases],
    }
    said = [f"{case_id} {why}." for why, found in wrong.items() for case_id in found]
    if said:
        raise FieldInvalid({"order": said[:MOST_SAID]})
    return [known[case_id] for case_id in cases]


@transaction.atomic
def _reorder(
    actor: User,
    engineer_id: int,
    order_of: Callable[[Line], Sequence[int]],
    level: Level | None,
    comment: str,
    seen: str | None,
) -> Plan:
    """The act under the engineer's lock; `order_of` tells the order for the line as it stands there."""
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
    plan = _plan(line, order_of(line), now)
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
