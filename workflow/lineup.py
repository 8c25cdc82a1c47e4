"""Start, due and forecast of the tickets an engineer holds, and what a decision does to them (C2-C9).

Every function takes the queue as it is and gives back the queue as it would be; nothing is stored here. Times are
aware, lengths are minutes of working time, and `at` is the moment of the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from workflow.calendars import ROUND_THE_CLOCK, WorkingTime
from workflow.errors import QueueChanged, ResolutionTimeInvalid, ResolutionTimeTooShort
from workflow.states import Level, Priority

LONGEST_MINUTES = 30 * 24 * 60
"""30 days (C1, X1)."""

DEFAULT_RESOLUTION_MINUTES = {Priority.HIGH: 4 * 60, Priority.MEDIUM: 8 * 60, Priority.LOW: 24 * 60}
"""The expected resolution times an application is shipped with (C4)."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A ticket in an engineer's hands; `ref` is the caller's key, `minutes` the committed or else expected time."""

    ref: int
    case_id: str
    minutes: int
    starts_at: datetime
    due_at: datetime
    level: Level
    extra: int = 0
    is_committed: bool = False
    assigned_by: str = ""

    def moved(self, starts_at: datetime, due_at: datetime) -> Slot:
        """The same ticket at another time; written out, because a preview over all engineers moves thousands."""
        return Slot(
            ref=self.ref,
            case_id=self.case_id,
            minutes=self.minutes,
            starts_at=starts_at,
            due_at=due_at,
            level=self.level,
            extra=self.extra,
            is_committed=self.is_committed,
            assigned_by=self.assigned_by,
        )


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What an engineer holds: in progress in the order started, waiting by place; escalated ones have no place (E3).

    `time` is the engineer's working time (C10), in which every length in the line is reckoned.
    """

    in_progress: tuple[Slot, ...] = ()
    waiting: tuple[Slot, ...] = ()
    escalated: tuple[Slot, ...] = ()
    time: WorkingTime = ROUND_THE_CLOCK

    @property
    def in_line(self) -> tuple[Slot, ...]:
        """All that later tickets line up behind."""
        return self.in_progress + self.waiting

    def slot(self, ref: int) -> Slot:
        """The slot with this key; a key that is not in line is the caller's mistake (`LookupError`)."""
        for slot in self.in_line:
            if slot.ref == ref:
                return slot
        raise LookupError(ref)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Where a ticket would stand; `behind` is the case right ahead of it, None when nothing is."""

    starts_at: datetime
    due_at: datetime
    behind: str | None


@dataclass(frozen=True, kw_only=True)
class Move:
    """How a decision moves one of the others; `is_promise` says that its due time had been promised."""

    ref: int
    case_id: str
    starts_from: datetime
    starts_to: datetime
    due_from: datetime
    due_to: datetime
    is_promise: bool

    @property
    def delays_promise(self) -> bool:
        """Whether a promised due time moves later (C6)."""
        return self.is_promise and self.due_to > self.due_from


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The queue after a decision, and what moved: for a commitment or an extension the others' moves only."""

    queue: Queue
    moves: tuple[Move, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When a ticket will really be done; `at_risk_minutes` is how far after its promise, None when in time (C9)."""

    finish_at: datetime
    at_risk_minutes: int | None
    behind: str | None


def place_at_end(queue: Queue, minutes: int, at: datetime) -> Planned:
    """The start and due time of one more ticket, behind all that are in line (C2, C3, A5)."""
    starts_at = start_behind(queue.in_line, at)
    behind = queue.in_line[-1].case_id if queue.in_line else None
    return Planned(starts_at=starts_at, due_at=queue.time.add(starts_at, minutes), behind=behind)


def shortest_minutes(slot: Slot, at: datetime, time: WorkingTime) -> int:
    """The shortest resolution time whose due time is still to come (C5)."""
    return max(1, time.minutes_between(slot.starts_at, at) + 1 - slot.extra)


def longest_minutes(slot: Slot, at: datetime, time: WorkingTime) -> int:
    """The longest resolution time that may be promised (C1)."""
    shortest = shortest_minutes(slot, at, time)
    return LONGEST_MINUTES if shortest <= LONGEST_MINUTES else shortest + LONGEST_MINUTES


def check_minutes(slot: Slot, minutes: int, at: datetime, time: WorkingTime) -> None:
    """Refuse a resolution time outside its limits (C1) or one that would have passed already (C5)."""
    longest, shortest = longest_minutes(slot, at, time), shortest_minutes(slot, at, time)
    if not 1 <= minutes <= longest:
        raise ResolutionTimeInvalid(longest=longest)
    if minutes < shortest:
        raise ResolutionTimeTooShort(shortest=shortest)


def commit(queue: Queue, ref: int, minutes: int, at: datetime) -> Plan:
    """Promise a waiting ticket: its start stays (C3), and no promise behind it moves later (C8)."""
    slot = queue.slot(ref)
    due_at = queue.time.add(slot.starts_at, minutes + slot.extra)
    promised = replace(slot, minutes=minutes, is_committed=True, due_at=due_at)
    return _replan_behind(queue, promised, at, keeps=lambda was, now: now.due_at > was.due_at)


def extend(queue: Queue, ref: int, extra_minutes: int, at: datetime) -> Plan:
    """Add approved time to a due time (X3); no promise behind it moves earlier (C8)."""
    slot = queue.slot(ref)
    extended = replace(slot, extra=slot.extra + extra_minutes, due_at=queue.time.add(slot.due_at, extra_minutes))
    return _replan_behind(queue, extended, at, keeps=lambda was, now: now.due_at < was.due_at)


def reorder(queue: Queue, order: Sequence[int], at: datetime) -> Plan:
    """Put the waiting tickets in this order; from the first changed place on they are planned anew (C6, C8).

    The present order is no decision and moves nothing. An order that names other tickets than those waiting now is
    a conflict: the queue has changed.
    """
    present = [slot.ref for slot in queue.waiting]
    if sorted(order) != sorted(present):
        raise QueueChanged(waiting=[slot.case_id for slot in queue.waiting])
    if list(order) == present:
        return Plan(queue=queue)
    first = next(place for place, pair in enumerate(zip(order, present, strict=True)) if pair[0] != pair[1])
    by_ref = {slot.ref: slot for slot in queue.waiting}
    ahead = queue.waiting[:first]
    behind = _replanned(queue.in_progress + ahead, [by_ref[ref] for ref in order[first:]], at, queue.time)
    return _plan(queue, replace(queue, waiting=ahead + behind))


def forecast(queue: Queue, at: datetime) -> dict[int, Forecast]:
    """When each ticket will be done if work goes on from now (C9); escalated ones stand first, done now (E3)."""
    found = {slot.ref: Forecast(finish_at=at, at_risk_minutes=None, behind=None) for slot in queue.escalated}
    for slot, finish_at, behind in finishes(queue, at):
        found[slot.ref] = _forecast(slot, finish_at, behind, queue.time)
    return found


def finishes(queue: Queue, at: datetime) -> Iterator[tuple[Slot, datetime, str | None]]:
    """Everything in line with when it will be done if work goes on from now, and the case it waits for (C9, E3)."""
    cause = queue.escalated[-1].case_id if queue.escalated else None
    finish_ahead, ahead = at, cause
    for slot in queue.in_progress:
        finish_ahead, ahead = max(at, slot.due_at), slot.case_id
        yield slot, finish_ahead, cause
    for slot in queue.waiting:
        finish_ahead = queue.time.add(finish_ahead, slot.minutes + slot.extra)
        yield slot, finish_ahead, ahead
        ahead = slot.case_id


def out_of_turn(queue: Queue, ref: int) -> tuple[str, ...]:
    """The waiting tickets that are passed over when this one is started now (C6)."""
    refs = [slot.ref for slot in queue.waiting]
    return tuple(slot.case_id for slot in queue.waiting[: refs.index(ref)])


def start_behind(ahead: Iterable[Slot], at: datetime) -> datetime:
    """C2: now, or when everything ahead is due."""
    return max([at, *(slot.due_at for slot in ahead)])


def _replanned(
    ahead: tuple[Slot, ...],
    behind: Iterable[Slot],
    at: datetime,
    time: WorkingTime,
    keeps: Callable[[Slot, Slot], bool] = lambda _was, _now: False,
) -> tuple[Slot, ...]:
    """Those behind, planned by C2 one after the other; a promise that `keeps` protects stays where it is."""
    line, starts_at = [], start_behind(ahead, at)
    for slot in behind:
        moved = slot.moved(starts_at, time.add(starts_at, slot.minutes + slot.extra))
        line.append(slot if slot.is_committed and keeps(slot, moved) else moved)
        starts_at = max(starts_at, line[-1].due_at)
    return tuple(line)


def _replan_behind(queue: Queue, changed: Slot, at: datetime, keeps: Callable[[Slot, Slot], bool]) -> Plan:
    """The queue with this slot changed in its place and those waiting behind it planned anew."""
    line = tuple(changed if slot.ref == changed.ref else slot for slot in queue.in_line)
    started = len(queue.in_progress)
    place = max(started, line.index(changed) + 1)
    behind = _replanned(line[:place], line[place:], at, queue.time, keeps)
    after = replace(queue, in_progress=line[:started], waiting=line[started:place] + behind)
    return _plan(queue, after, but=changed.ref)


def _plan(before: Queue, after: Queue, but: int | None = None) -> Plan:
    moves, known = [], {slot.ref: slot for slot in before.in_line}
    for slot in after.waiting:
        was = known[slot.ref]
        if slot.ref != but and (was.starts_at, was.due_at) != (slot.starts_at, slot.due_at):
            moves.append(_move(was, slot))
    return Plan(queue=after, moves=tuple(moves))


def _move(was: Slot, now: Slot) -> Move:
    return Move(
        ref=was.ref,
        case_id=was.case_id,
        starts_from=was.starts_at,
        starts_to=now.starts_at,
        due_from=was.due_at,
        due_to=now.due_at,
        is_promise=was.is_committed,
    )


def _forecast(slot: Slot, finish_at: datetime, behind: str | None, time: WorkingTime) -> Forecast:
    is_late = slot.is_committed and finish_at > slot.due_at
    late = max(1, time.minutes_between(slot.due_at, finish_at)) if is_late else None
    return Forecast(finish_at=finish_at, at_risk_minutes=late, behind=behind)
