"""The model's own working time: around the clock, or nine to five on weekdays in a zone without summer time (C10)."""

from datetime import datetime, time, timedelta, timezone

MINUTE = timedelta(minutes=1)
ZONE = "Asia/Kolkata"
_OFFSET = timezone(timedelta(hours=5, minutes=30))
OPENS, CLOSES = time(9), time(17)


def around_the_clock(moment: datetime, minutes: int) -> datetime:
    """So many minutes later."""
    return moment + minutes * MINUTE


def in_office_hours(moment: datetime, minutes: int) -> datetime:
    """The moment at which that much working time has passed; day after day is used up."""
    left, here = minutes * MINUTE, moment.astimezone(_OFFSET)
    while True:
        opens, closes = datetime.combine(here, OPENS, _OFFSET), datetime.combine(here, CLOSES, _OFFSET)
        begins = max(here, opens)
        today = max(timedelta(), closes - begins) if here.weekday() < 5 else timedelta()
        if left <= today:
            return (begins + left).astimezone(moment.tzinfo)
        left -= today
        here = datetime.combine(here + timedelta(days=1), time(0), _OFFSET)
