"""What giving tickets to an engineer would come to, told before it is done (B02, C2, C6, C9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workflow.lineup import Plan, Planned, Queue, Slot, finishes, place_at_end, reorder
from workflow.states import Level

_REF = -1
"""The key of the first newcomer, the next one has -2; those of tickets in line are never negative."""


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A ticket that may join a line; `minutes` is its expected resolution time (C4)."""

    case_id: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Where newcomers would stand behind all who are in line, one after the other, and when the last is really done (C9).

    `free_at` is when the engineer is done with everything they hold now. `late_minutes` is how far that is after the due time it would get, None when in time; `behind` is the case ahead of them
    all, which is then the cause.
    """

    planned: tuple[Planned, ...]
    free_at: datetime
    finish_at: datetime
    late_minutes: int | None
    behind: str | None


@dataclass(frozen=True, kw_only=True)
class Delay:
    """A promise that would move later, by this much working time."""

    case_id: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """A newcomer put ahead of all who wait: the line before this decision, with it at the end, and the plan after (C6)."""

    before: Queue
    plan: Plan
    planned: Planned

    @property
    def would_be_late(self) -> tuple[Delay, ...]:
        """The promises of others that would move later, in the order of the line; they need the comment (C6)."""
        between = self.before.time.minutes_between
        return tuple(
            Delay(case_id=move.case_id, minutes=max(1, between(move.due_from, move.due_to)))
            for move in self.plan.moves
            if move.delays_promise
        )


def at_the_end(queue: Queue, newcomers: Sequence[Newcomer], at: datetime) -> Outlook:
    """One or more newcomers, in their order, behind all who are in line (C2, C3)."""
    line, planned = queue, []
    for newcomer in newcomers:
        planned.append(place_at_end(line, newcomer.minutes, at))
        line = _joined(line, newcomer, planned[-1])
    done = list(finishes(line, at))
    held, due_at = len(queue.in_line), planned[-1].due_at
    (_, _, behind), (_, finish_at, _) = done[held], done[-1]
    return Outlook(
        planned=tuple(planned),
        free_at=max((one for _, one, _ in done[:held]), default=at),
        finish_at=finish_at,
        late_minutes=max(1, queue.time.minutes_between(due_at, finish_at)) if finish_at > due_at else None,
        behind=behind,
    )


def first_in_line(queue: Queue, newcomer: Newcomer, at: datetime) -> Ahead:
    """The newcomer ahead of all who wait; those in progress stay ahead (C6).

    A waiting ticket whose promise has passed is escalated before anything else (E1) and waits no more.
    """
    before = _without_broken(queue, at)
    before = _joined(before, newcomer, place_at_end(before, newcomer.minutes, at))
    plan = reorder(before, [_REF, *(slot.ref for slot in before.waiting if slot.ref != _REF)], at)
    slot = plan.queue.slot(_REF)
    behind = before.in_progress[-1].case_id if before.in_progress else None
    return Ahead(before=before, plan=plan, planned=Planned(starts_at=slot.starts_at, due_at=slot.due_at, behind=behind))


def _joined(queue: Queue, newcomer: Newcomer, planned: Planned) -> Queue:
    """The line with one more at its end; nothing was promised for it yet (C4)."""
    slot = Slot(
        ref=min([0, *(one.ref for one in queue.waiting)]) - 1,
        case_id=newcomer.case_id,
        minutes=newcomer.minutes,
        starts_at=planned.starts_at,
        due_at=planned.due_at,
        level=Level.SM1,
    )
    return replace(queue, waiting=(*queue.waiting, slot))


def _without_broken(queue: Queue, at: datetime) -> Queue:
    """The line once the promises that have passed are escalated."""
    broken = tuple(slot for slot in queue.waiting if slot.is_committed and slot.due_at <= at)
    if not broken:
        return queue
    waiting = tuple(slot for slot in queue.waiting if slot not in broken)
    return replace(queue, waiting=waiting, escalated=queue.escalated + broken)
