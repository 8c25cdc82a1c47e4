"""The order of an engineer's waiting tickets that makes the fewest late (B03).

Late is finishing, by the forecast (C9), after the due time as it stands, promised or expected. The search counts whole
minutes of working time from the moment the waiting tickets begin; each due time is turned into such minutes once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from workflow.lineup import Queue, Slot, forecast, start_behind
from workflow.search import Job, Line, best_order
from workflow.states import Level


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """`order` is the keys of the waiting tickets; lateness is in minutes of working time, late tickets by case id.

    `is_exact` says that no order has fewer late tickets, nor as few with less lateness.
    """

    order: tuple[int, ...]
    is_exact: bool
    late_before: tuple[str, ...]
    late_after: tuple[str, ...]
    lateness_before: int
    lateness_after: int


def suggest(queue: Queue, at: datetime, level: Level) -> Suggestion:
    """The order with the fewest late tickets and among those the least total lateness; never worse than the present one.

    As SM1 every ticket that SM2 assigned keeps place, start and due time (A2). Where the present order cannot be
    beaten it is the answer. The same queue always gets the same answer.
    """
    fixed = frozenset(
        place for place, slot in enumerate(queue.waiting) if level is Level.SM1 and slot.level is Level.SM2
    )
    line = _line(queue, at, fixed)
    order, is_exact = best_order(line)
    before, after = line.late_by(line.present), line.late_by(order)
    return Suggestion(
        order=tuple(queue.waiting[number].ref for number in order),
        is_exact=is_exact,
        late_before=_late(queue, line.present, before),
        late_after=_late(queue, order, after),
        lateness_before=sum(before),
        lateness_after=sum(after),
    )


def _late(queue: Queue, order: tuple[int, ...], late_by: list[int]) -> tuple[str, ...]:
    return tuple(queue.waiting[number].case_id for number, late in zip(order, late_by, strict=True) if late)


def _line(queue: Queue, at: datetime, fixed: frozenset[int]) -> Line:
    begins = _begins(queue, at)
    jobs = tuple(_job(queue, slot, begins) for slot in queue.waiting)
    openings = {}
    for place in range(len(jobs)):
        needs = None if place in fixed else _needs(queue, at, place, fixed, jobs)
        if needs is not None:
            openings[place] = needs
    return Line(jobs, fixed, openings)


def _begins(queue: Queue, at: datetime) -> datetime:
    """When the first waiting ticket is begun: at the forecast end of the work in progress (C9)."""
    if not queue.in_progress:
        return at
    return forecast(replace(queue, waiting=()), at)[queue.in_progress[-1].ref].finish_at


def _job(queue: Queue, slot: Slot, begins: datetime) -> Job:
    """The ticket's due time as minutes from the beginning; what it is late by is measured at its first late finish.

    From there on every minute of work is a minute later, also where the due time lies outside working hours or
    between two full minutes.
    """
    latest = queue.time.minutes_between(begins, slot.due_at)
    first_late = queue.time.add(begins, latest + 1)
    late_by = queue.time.minutes_between(slot.due_at, first_late)
    return Job(minutes=slot.minutes + slot.extra, latest=latest, offset=late_by - latest - 1)


def _needs(
    queue: Queue, at: datetime, place: int, fixed: frozenset[int], jobs: tuple[Job, ...]
) -> dict[int, int] | None:
    """If the order first changes here: the minutes that must stand ahead of each later fixed ticket for its sake (A2).

    None when one of them would lose its start or due time whatever the order, because all behind the first change is
    planned anew from what is due ahead of it (C2).
    """
    starts_at = start_behind(queue.in_progress + queue.waiting[:place], at)
    ahead = sum(job.minutes for job in jobs[:place])
    needs = {}
    for other in sorted(number for number in fixed if number > place):
        slot = queue.waiting[other]
        minutes = queue.time.minutes_between(starts_at, slot.starts_at)
        is_kept = (
            queue.time.add(starts_at, minutes) == slot.starts_at
            and queue.time.add(slot.starts_at, jobs[other].minutes) == slot.due_at
        )
        if not is_kept:
            return None
        needs[other] = ahead + minutes
    return needs
