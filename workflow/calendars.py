"""Adding working time to a moment (C10); the desk's default runs around the clock."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from workflow.errors import NoWorkingTime

Week = tuple[tuple[tuple[int, int], ...], ...]
"""Monday to Sunday: the hours of each day as (opens, closes) in minutes from midnight, in order, apart from each other."""

MINUTES_A_DAY = 24 * 60
MOST_DAYS = 40 * 366
"""How far ahead working time is looked for; the longest promise (C1) at one working hour a week ends within 15 years."""

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_A_MINUTE, _A_DAY = 60 * _SECOND, 86_400 * _SECOND
"""Moments are reckoned as whole microseconds since the epoch."""

Span = tuple[int, int]


class WorkingTime(Protocol):
    """A calendar: which time counts. All lengths are whole minutes of working time, all moments aware."""

    def add(self, moment: datetime, minutes: int) -> datetime:
        """The moment at which that much working time has passed."""

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """The whole working minutes that fit between the two; 0 when `end` is not after `start`.

        It is the largest number whose `add` to `start` is not after `end`.
        """


class RoundTheClock:
    """Every minute counts, also across a change of the clocks."""

    def add(self, moment: datetime, minutes: int) -> datetime:
        """Elapsed time, reckoned in UTC so that a daylight-saving change adds or loses nothing."""
        if moment.tzinfo is UTC:
            return moment + minutes * _MINUTE
        return (moment.astimezone(UTC) + minutes * _MINUTE).astimezone(moment.tzinfo)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Elapsed whole minutes."""
        return max(0, (end.astimezone(UTC) - start.astimezone(UTC)) // _MINUTE)


ROUND_THE_CLOCK: WorkingTime = RoundTheClock()


@dataclass(frozen=True, kw_only=True)
class WorkingHours:
    """Hours per weekday in a time zone, without the holidays.

    A working minute is an elapsed minute during which the zone's clocks show working hours: hours the clocks jump over do
    not count, hours they show twice count twice. A week without any working time is refused (`NoWorkingTime`).
    """

    zone: ZoneInfo
    week: Week
    holidays: Container[date] = frozenset()
    _known: dict[int, tuple[int, tuple[Span, ...]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        for hours in self.week:
            edges = [0, *(edge for interval in hours for edge in interval), MINUTES_A_DAY]
            if edges != sorted(edges) or any(opens == closes for opens, closes in hours):
                raise ValueError(f"hours of a day in order, apart and within the day: {hours}")
        if not any(self.week):
            raise NoWorkingTime

    def add(self, moment: datetime, minutes: int) -> datetime:
        """The moment at which that much working time has passed; adding nothing stays where it is.

        Raises `NoWorkingTime` where 40 years are not enough for it.
        """
        if minutes <= 0:
            return moment
        at, left = _microseconds(moment), minutes * _A_MINUTE
        first = at // _A_DAY
        for day in range(first, first + MOST_DAYS):
            total, spans = self._known.get(day) or self._day(day)
            if day > first and total < left:
                left -= total
                continue
            for opens, closes in spans:
                begins = max(opens, at)
                if closes - begins >= left:
                    return (_EPOCH + timedelta(microseconds=begins + left)).astimezone(moment.tzinfo)
                left -= max(0, closes - begins)
        raise NoWorkingTime

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """The whole working minutes from one to the other; the days between are counted, not their minutes."""
        since, until = _microseconds(start), _microseconds(end)
        passed = 0
        for day in range(since // _A_DAY, until // _A_DAY + 1):
            total, spans = self._day(day)
            if since <= day * _A_DAY and until >= (day + 1) * _A_DAY:
                passed += total
            else:
                passed += sum(max(0, min(closes, until) - max(opens, since)) for opens, closes in spans)
        return passed // _A_MINUTE

    def _day(self, day: int) -> tuple[int, tuple[Span, ...]]:
        """The working time of one day of UTC, in order, and how much it is; worked out once."""
        known = self._known.get(day)
        if known is None:
            spans = tuple(self._spans(day * 86_400, (day + 1) * 86_400))
            known = self._known[day] = (sum(closes - opens for opens, closes in spans), spans)
        return known

    def _spans(self, since: int, until: int) -> Iterator[Span]:
        """Working time between two moments (seconds since the epoch), cut where the zone's offset changes.

        No zone changes its clocks twice within a day.
        """
        before, after = self._offset(since), self._offset(until - 1)
        change = self._change(since, until, before) if before != after else until
        yield from self._spans_at(since, change, before)
        yield from self._spans_at(change, until, after)

    def _spans_at(self, since: int, until: int, offset: int) -> Iterator[Span]:
        """The same while the clocks are ahead of UTC by `offset` seconds."""
        for day in range((since + offset) // 86_400, (until + offset - 1) // 86_400 + 1):
            midnight = day * 86_400 - offset
            for opens, closes in self._hours(_EPOCH.date() + timedelta(days=day)):
                begins, ends = max(since, midnight + opens * 60), min(until, midnight + closes * 60)
                if begins < ends:
                    yield begins * _SECOND, ends * _SECOND

    def _hours(self, day: date) -> tuple[tuple[int, int], ...]:
        hours = self.week[day.weekday()]
        return () if hours and day in self.holidays else hours

    def _change(self, since: int, until: int, before: int) -> int:
        """The first second that no longer has the offset of the beginning."""
        same, other = since, until - 1
        while other - same > 1:
            middle = (same + other) // 2
            same, other = (middle, other) if self._offset(middle) == before else (same, middle)
        return other

    def _offset(self, second: int) -> int:
        ahead = (_EPOCH + timedelta(seconds=second)).astimezone(self.zone).utcoffset()
        return 0 if ahead is None else int(ahead.total_seconds())


def _microseconds(moment: datetime) -> int:
    since = moment.astimezone(UTC) - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds
