"""From the story's words for a time to moments: its past lies on working days, its last hours before now."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5

When = int | str
"""Minutes from now (`-90`), or a time of day so many working days ago (`"-3 09:30"`)."""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The story's times for one present moment, in the organisation's zone."""

    now: datetime
    zone: ZoneInfo

    def moment(self, when: When) -> datetime:
        """The moment these words name, aware."""
        if isinstance(when, int):
            return self.now + timedelta(minutes=when)
        days, clock = when.split()
        return datetime.combine(self.working_day(-int(days)), time.fromisoformat(clock), self.zone)

    def working_day(self, ago: int) -> date:
        """The working day that many before today; today itself does not count."""
        day = self.now.astimezone(self.zone).date()
        while ago > 0:
            day -= timedelta(days=1)
            ago -= day.weekday() < SATURDAY
        return day
