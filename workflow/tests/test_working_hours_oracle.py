"""C10: working hours against an oracle that looks at every single minute, over random weeks, holidays and zones.

Each case lies in ten days around a change of the clocks, where the zone has any. The oracle knows nothing of offsets: it asks
the zone what its clocks show at each elapsed minute and counts those that lie in working hours.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

import pytest

from workflow.calendars import Week, WorkingHours
from workflow.errors import NoWorkingTime

DAYS = 10
MINUTES = DAYS * 1440
CALENDARS, QUESTIONS = 100, 10
YEARS = {
    "Europe/Berlin": 2026,
    "America/New_York": 2026,
    "Australia/Lord_Howe": 2026,
    "Asia/Kolkata": 2026,
    "Africa/Casablanca": 2026,
    "Africa/Cairo": 2026,
    "Pacific/Chatham": 2026,
    "America/Sao_Paulo": 2018,
    "America/St_Johns": 2010,
    "Pacific/Apia": 2011,
}
"""Half-hour, midnight and 00:01 changes of the clocks, quarter-hour offsets, and the year Samoa left out a day."""


@cache
def openings(zone: str) -> tuple[datetime, ...]:
    """Where ten days may begin: shortly before each change of the clocks, and twice where nothing changes."""
    new_year = datetime(YEARS[zone], 1, 1, tzinfo=UTC)
    days = [new_year + timedelta(days=number) for number in range(365)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    changes = [days[number] for number in range(364) if offsets[number] != offsets[number + 1]]
    return (*(change - timedelta(days=4) for change in changes), days[40], days[200])


@cache
def shown(zone: str, opening: datetime) -> tuple[date, tuple[int, ...]]:
    """What the clocks show at each elapsed minute: a first date, and minutes since its midnight on the dial."""
    local = [(opening + timedelta(minutes=number)).astimezone(ZoneInfo(zone)) for number in range(MINUTES)]
    first = min(one.date() for one in local)
    return first, tuple((one.date() - first).days * 1440 + one.hour * 60 + one.minute for one in local)


def some_week(draw: Random) -> Week:
    """Up to three intervals on some days; around the clock, nights and single minutes among them."""
    week = []
    for _ in range(7):
        edges = sorted(draw.sample(range(1441), 2 * draw.choice((0, 1, 1, 1, 2, 3))))
        near = sorted(draw.sample(range(0, 241, 15), 4))
        edges = draw.choice((edges, edges, near, [0, 1440], [540, 1020]))
        week.append(tuple(zip(edges[::2], edges[1::2], strict=True)))
    return tuple(week)


def counted(week: Week, holidays: frozenset[date], first: date, dial: tuple[int, ...]) -> list[int]:
    """How many working minutes have passed at the beginning of each minute, counted one by one."""
    is_open = bytearray((DAYS + 3) * 1440)
    for number in range(DAYS + 3):
        day = first + timedelta(days=number)
        for opens, closes in week[day.weekday()] if day not in holidays else ():
            for minute in range(opens, closes):
                is_open[number * 1440 + minute] = 1
    return [0, *accumulate(is_open[minute] for minute in dial)]


@pytest.mark.parametrize("zone", YEARS)
def test_c10_ten_thousand_cases_against_every_minute(zone):
    draw = Random(f"{zone} 4")
    asked = 0
    while asked < CALENDARS * QUESTIONS:
        opening = draw.choice(openings(zone))
        first, dial = shown(zone, opening)
        week = some_week(draw)
        holidays = frozenset(first + timedelta(days=draw.randrange(DAYS)) for _ in range(draw.randrange(4)))
        passed = counted(week, holidays, first, dial)
        if not any(week):
            with pytest.raises(NoWorkingTime):
                WorkingHours(zone=ZoneInfo(zone), week=week)
            continue
        hours = WorkingHours(zone=ZoneInfo(zone), week=week, holidays=holidays)
        for _ in range(QUESTIONS):
            start, end = sorted(draw.sample(range(MINUTES + 1), 2))
            worked = passed[end] - passed[start]
            asked += 1
            since = opening + timedelta(minutes=start)
            assert hours.minutes_between(since, opening + timedelta(minutes=end)) == worked
            if worked:
                minutes = draw.randint(1, worked)
                found = bisect_left(passed, passed[start] + minutes)
                assert hours.add(since, minutes) == opening + timedelta(minutes=found)
