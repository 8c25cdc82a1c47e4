"""The order of jobs on one line that ends with the fewest late, then the least total lateness, in whole minutes.

Knows nothing of tickets or calendars: `workflow.ordering` turns a queue into a `Line` and the answer back. Minutes
count from the moment the line begins. An order is a tuple of job numbers; the present one is 0, 1, 2, ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

PLACEMENTS = 110_000
"""The work of the exact search, in jobs looked at: enough for any 12 free jobs, 13 with none fixed, often for more."""

TRIALS = 12_000
"""How many neighbours the local search tries."""

_ONE_LATE = 1 << 48
"""A cost is late jobs times this plus minutes late, so that one comparison looks at the number first."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """In time when finished within `latest` minutes; after that late by the finish plus `offset`, one at least."""

    minutes: int
    latest: int
    offset: int

    def late_by(self, finish: int) -> int:
        """Minutes late at this finish, 0 when in time."""
        return 0 if finish <= self.latest else max(1, finish + self.offset)

    def cost(self, finish: int) -> int:
        """What this finish adds to the cost of an order."""
        return 0 if finish <= self.latest else _ONE_LATE + max(1, finish + self.offset)


@dataclass(frozen=True)
class Line:
    """The jobs in their present order; those in `fixed` keep their number as place.

    `openings` names the places at which a change may begin, each with the minutes that must then stand ahead of every
    later fixed job; a place that is not named may not be the first to change.
    """

    jobs: tuple[Job, ...]
    fixed: frozenset[int]
    openings: Mapping[int, Mapping[int, int]]

    @cached_property
    def present(self) -> tuple[int, ...]:
        """The order as it is."""
        return tuple(range(len(self.jobs)))

    def late_by(self, order: tuple[int, ...]) -> list[int]:
        """Minutes late of each job, in the sequence of the order."""
        finish, late = 0, []
        for number in order:
            finish += self.jobs[number].minutes
            late.append(self.jobs[number].late_by(finish))
        return late

    def cost(self, order: tuple[int, ...], begins: int = 0) -> int:
        """Late jobs first, minutes late second, of these jobs one after the other."""
        finish, cost = begins, 0
        for number in order:
            job = self.jobs[number]
            finish += job.minutes
            if finish > job.latest:
                cost += job.cost(finish)
        return cost

    def allows(self, order: tuple[int, ...]) -> bool:
        """Whether every fixed job keeps its place and its start."""
        first = next((place for place, number in enumerate(order) if place != number), None)
        if first is None:
            return True
        needs = self.openings.get(first)
        if needs is None:
            return False
        ahead = 0
        for place, number in enumerate(order):
            if place > first and place in self.fixed and (number != place or ahead != needs[place]):
                return False
            ahead += self.jobs[number].minutes
        return True


def best_order(line: Line, placements: int = PLACEMENTS) -> tuple[tuple[int, ...], bool]:
    """The best order found and whether no better one exists; the present order unless another is really better."""
    order = _improved(line, _rule_of_thumb(line))
    if line.cost(order) == 0:
        return order, True
    # With nothing fixed a change may begin anywhere, so one search from the front covers every order.
    for first in sorted(line.openings, reverse=True) if line.fixed else [0]:
        order, placements = _exact(line, first, order, placements)
        if placements < 0:
            return order, False
    return order, True


def _rule_of_thumb(line: Line) -> tuple[int, ...]:
    """The best of the present order and of the well-known rules, applied to the whole line and to each stretch of it."""
    best = line.present
    stretches = [[number for number in line.present if number not in line.fixed], *reversed(list(_stretches(line)))]
    for stretch in stretches:
        for rule in (_by_due, _by_length, _moore_hodgson):
            placed = rule(line, sorted(best[place] for place in stretch), _ahead(line, best, stretch))
            best = _better(line, best, _put(best, stretch, placed))
    return best


def _stretches(line: Line) -> Iterator[list[int]]:
    """The free places between fixed ones."""
    stretch: list[int] = []
    for place in (*line.present, None):
        if place is not None and place not in line.fixed:
            stretch.append(place)
        elif stretch:
            yield stretch
            stretch = []


def _ahead(line: Line, order: tuple[int, ...], stretch: list[int]) -> int:
    return sum(line.jobs[number].minutes for number in order[: stretch[0]]) if stretch else 0


def _by_due(line: Line, numbers: list[int], _ahead: int) -> list[int]:
    return sorted(numbers, key=lambda number: -line.jobs[number].offset)


def _by_length(line: Line, numbers: list[int], _ahead: int) -> list[int]:
    return sorted(numbers, key=lambda number: line.jobs[number].minutes)


def _moore_hodgson(line: Line, numbers: list[int], ahead: int) -> list[int]:
    """By due time, the longest put off whenever one would be late; those put off follow, the shortest first."""
    kept: list[int] = []
    put_off: list[int] = []
    finish = ahead
    for number in sorted(numbers, key=lambda number: line.jobs[number].latest):
        kept.append(number)
        finish += line.jobs[number].minutes
        if finish > line.jobs[number].latest:
            longest = max(kept, key=lambda one: line.jobs[one].minutes)
            kept.remove(longest)
            put_off.append(longest)
            finish -= line.jobs[longest].minutes
    return kept + _by_length(line, put_off, finish)


def _put(order: tuple[int, ...], places: list[int], numbers: list[int]) -> tuple[int, ...]:
    new = list(order)
    for place, number in zip(places, numbers, strict=True):
        new[place] = number
    return tuple(new)


def _better(line: Line, order: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return other if line.cost(other) < line.cost(order) and line.allows(other) else order


def _improved(line: Line, order: tuple[int, ...]) -> tuple[int, ...]:
    """Local search: whatever neighbour is better is taken, until none is or the trials are used up."""
    places = [place for place in line.present if place not in line.fixed]
    pairs = list(combinations(places, 2))
    trials, is_moving = TRIALS, True
    while is_moving and trials > 0:
        is_moving = False
        for low, high in pairs:
            for change in (_later, _earlier, _exchanged):
                trials -= 1
                other = change(line, order, low, high)
                if _gains(line, order, other, low, high) and line.allows(other):
                    order, is_moving = other, True
    return order


def _gains(line: Line, order: tuple[int, ...], other: tuple[int, ...], low: int, high: int) -> bool:
    """Whether the other order costs less, the two being the same outside these places."""
    finish = sum(line.jobs[number].minutes for number in order[:low])
    return line.cost(other[low : high + 1], finish) < line.cost(order[low : high + 1], finish)


def _later(line: Line, order: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """The first of the stretch put behind its last."""
    return _turned(line, order, low, high, 1)


def _earlier(line: Line, order: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """The last of the stretch put ahead of its first."""
    return _turned(line, order, low, high, -1)


def _turned(line: Line, order: tuple[int, ...], low: int, high: int, by: int) -> tuple[int, ...]:
    if not line.fixed:
        stretch = order[low : high + 1]
        return (*order[:low], *stretch[by:], *stretch[:by], *order[high + 1 :])
    places = [place for place in range(low, high + 1) if place not in line.fixed]
    free = [order[place] for place in places]
    return _put(order, places, free[by:] + free[:by])


def _exchanged(_line: Line, order: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    return (*order[:low], order[high], *order[low + 1 : high], order[low], *order[high + 1 :])


class _Reached(NamedTuple):
    """A set of placed jobs with the cheapest order of them."""

    cost: int
    finish: int
    order: tuple[int, ...]


def _exact(line: Line, first: int, best: tuple[int, ...], placements: int) -> tuple[tuple[int, ...], int]:
    """The best order whose first change is at this place, or `best`; and the placements left, below 0 when cut short.

    One layer of sets for each place; how an order came to a set of placed jobs does not matter for what follows.
    """
    limit, free = line.cost(best), len(line.jobs) - len(line.fixed)
    extend = _extender(line, first)
    start = line.present[:first]
    layer = {0: _Reached(line.cost(start), sum(line.jobs[number].minutes for number in start), start)}
    for place in range(first, len(line.jobs)):
        placements -= len(layer) * free
        if placements < 0:
            return best, placements
        following: dict[int, _Reached] = {}
        for placed, reached in layer.items():
            extend(following, placed, reached, place, limit)
        layer = following
    ends = [reached for reached in layer.values() if reached.cost < limit]
    return (ends[0].order if ends else best), placements


def _extender(line: Line, first: int) -> Callable[[dict[int, _Reached], int, _Reached, int, int], None]:
    """The step from a set of placed jobs to the sets with one more."""
    needs = line.openings[first]
    free = [number for number in line.present[first:] if number not in line.fixed]
    twins = _twins(line, free)

    def extend(following: dict[int, _Reached], placed: int, reached: _Reached, place: int, limit: int) -> None:
        if reached.cost + _at_least(line, free, placed, reached.finish) >= limit:
            return
        if place in line.fixed:
            if reached.finish == needs[place]:
                following[placed] = _with(line, reached, place)
            return
        for number in free:
            bit = 1 << number
            if placed & bit or twins[number] & ~placed or (number == place == first and line.fixed):
                continue
            after = _with(line, reached, number)
            known = following.get(placed | bit)
            if after.cost < limit and (known is None or after.cost < known.cost):
                following[placed | bit] = after

    return extend


def _with(line: Line, reached: _Reached, number: int) -> _Reached:
    job = line.jobs[number]
    finish = reached.finish + job.minutes
    return _Reached(reached.cost + job.cost(finish), finish, (*reached.order, number))


def _at_least(line: Line, free: list[int], placed: int, finish: int) -> int:
    """What the jobs still to place cost at least: each as if it came next."""
    least = 0
    for number in free:
        if not placed & (1 << number):
            job = line.jobs[number]
            over = finish + job.minutes - job.latest
            if over > 0:
                # `Job.cost` written out: this line runs a hundred thousand times.
                least += _ONE_LATE + (job.latest + job.offset + over or 1)
    return least


def _twins(line: Line, free: list[int]) -> dict[int, int]:
    """For each job the one before it that is just the same: exchanging the two changes nothing."""
    last: dict[Job, int] = {}
    twins = {}
    for number in free:
        twins[number] = 1 << last[line.jobs[number]] if line.jobs[number] in last else 0
        last[line.jobs[number]] = number
    return twins
