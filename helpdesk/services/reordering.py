"""Putting an engineer's waiting tickets in another order (C6, C8, A2)."""

from collections.abc import Sequence

from django.db import transaction

from helpdesk.models import User
from helpdesk.selectors import queues
from helpdesk.services import acting, holding
from helpdesk.services import queues as line
from workflow import lineup, policies
from workflow.errors import PersonMissing, QueueChanged, listed
from workflow.lineup import Plan, Queue, Slot
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
    held = holding.hold(also=[engineer_id], replans=[engineer_id])
    engineer = held.engineers.get(engineer_id)
    if engineer is None:
        raise PersonMissing
    acting.check_line(engineer, seen)
    gone = {one.ref for one in held.escalate_broken()}
    queue = queues.queue_of(engineer_id)
    try:
        plan = lineup.reorder(queue, [ref for ref in order if ref not in gone], held.now)
    except QueueChanged:
        raise acting.line_changed(engineer) from None
    policies.check_may_reorder(person, level, queue, plan, comment)
    by_hand = moved_by_hand(queue, plan.queue)
    decision = line.Decision(
        engineer=engineer,
        actor=actor,
        now=held.now,
        cause_case_id=by_hand[0].case_id if by_hand else "",
        cause=f"{actor.name} moved {_cases(by_hand)} in the line of {engineer.name}",
        comment=comment,
    )
    store_order(decision, level, queue, plan)
    return plan


def store_order(
    decision: line.Decision, level: Level, before: Queue, plan: Plan, *, newcomer: int | None = None
) -> None:
    """Write down what the new order of the waiting tickets changes; an order like the present one changes nothing.

    A newcomer is written by who brings it, in the same transaction.
    """
    shifted = {ref: shift for ref, shift in shifts(before, plan.queue).items() if ref != newcomer}
    by_hand = [slot.ref for slot in moved_by_hand(before, plan.queue) if slot.ref in shifted]
    order = line.NewOrder(
        level=level,
        places={ref: shift.place_to for ref, shift in shifted.items()},
        by_hand={ref: shifted[ref] for ref in by_hand},
    )
    moves = [move for move in with_still(plan, by_hand) if move.ref != newcomer]
    line.apply_moves(decision, moves, order)


def _cases(moved: Sequence[Slot]) -> str:
    return listed([slot.case_id for slot in moved], "and") if moved else ""
