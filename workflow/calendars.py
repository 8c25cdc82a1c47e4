"""Adding working time to a moment (C10); the desk's default runs around the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

_MINUTE = timedelta(minutes=1)


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
        return (moment.astimezone(UTC) + minutes * _MINUTE).astimezone(moment.tzinfo)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Elapsed whole minutes."""
        return max(0, (end.astimezone(UTC) - start.astimezone(UTC)) // _MINUTE)


ROUND_THE_CLOCK: WorkingTime = RoundTheClock()
