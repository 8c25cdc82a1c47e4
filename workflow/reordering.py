"""What a decision about a whole line finds and what it moves: the reorder of the waiting tickets (C6, E1, A1)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workflow.lineup import Move, Plan, Queue, Slot, reorder


@dataclass(frozen=True, kw_only=True)
class Shift:
    """From which place to which a waiting ticket went; places count from 1 (A1)."""

    place_from: int
    place_to: int


def settled(queue: Queue, at: datetime) -> Queue:
    """The line as a decision at that moment finds it: waiting promises that have passed are escalated first (E1).

    No decision plans such a promise anew, so none is ever un-broken; previews start from here like the acts themselves.
    """
    passed = tuple(slot for slot in queue.waiting if slot.is_committed and slot.due_at <= at)
    if not passed:
        return queue
    waiting = tuple(slot for slot in queue.waiting if slot not in passed)
    return replace(queue, waiting=waiting, escalated=queue.escalated + passed)


def put_in(queue: Queue, newcomer: Slot, place: int, at: datetime) -> tuple[Queue, Plan]:
    """The line with a newcomer at its end, and with them at this place instead; beyond the end is the end."""
    grown = replace(queue, waiting=(*queue.waiting, newcomer))
    order = [slot.ref for slot in queue.waiting]
    order.insert(place - 1, newcomer.ref)
    return grown, reorder(grown, order, at)


def shifts(before: Queue, after: Queue) -> dict[int, Shift]:
    """The waiting tickets that stand in another place than before, in their new order."""
    was = {slot.ref: place for place, slot in enumerate(before.waiting, 1)}
    found = {slot.ref: Shift(place_from=was[slot.ref], place_to=place) for place, slot in enumerate(after.waiting, 1)}
    return {ref: shift for ref, shift in found.items() if shift.place_from != shift.place_to}


def moved_by_hand(before: Queue, after: Queue) -> tuple[Slot, ...]:
    """The fewest waiting tickets whose moving makes the one order out of the other, in their new order.

    The others were only pushed. Of two neighbours that changed places it is the one that went ahead.
    """
    was = {slot.ref: place for place, slot in enumerate(before.waiting)}
    kept = _longest_rising([was[slot.ref] for slot in after.waiting])
    return tuple(slot for slot in after.waiting if was[slot.ref] not in kept)


def with_still(plan: Plan, refs: Collection[int]) -> tuple[Move, ...]:
    """What a plan moves, and for those of these tickets whose times stay a move that says so; in the order of the line."""
    by_ref = {move.ref: move for move in plan.moves}
    named = [slot for slot in plan.queue.waiting if slot.ref in by_ref or slot.ref in refs]
    return tuple(by_ref.get(slot.ref) or _still(slot) for slot in named)


def _still(slot: Slot) -> Move:
    return Move(
        ref=slot.ref,
        case_id=slot.case_id,
        starts_from=slot.starts_at,
        starts_to=slot.starts_at,
        due_from=slot.due_at,
        due_to=slot.due_at,
        is_promise=slot.is_committed,
    )


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """A longest subsequence that only rises, made of the smallest numbers that do."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found, last = set(), ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return frozenset(found)
