"""What a calendar says, in words: for its page, for the record, and to know whether somebody changed it (C10)."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from helpdesk.models import WorkingCalendar
from helpdesk.selectors import public_holidays
from helpdesk.selectors.calendars import week_from
from workflow.calendars import Week

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

DASH = "\N{EN DASH}"


def clock_of(minutes: int) -> str:
    """Minutes from midnight as a clock shows them; 1440 is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def week_of(calendar: WorkingCalendar) -> Week:
    """Its hours, Monday to Sunday."""
    return week_from((one.weekday, one.opens, one.closes) for one in calendar.intervals.all())


def hours_in_words(hours: tuple[tuple[int, int], ...]) -> str:
    """The hours of one day: "09:00-12:00, 13:00-17:00"; empty on a day off."""
    return ", ".join(f"{clock_of(opens)}{DASH}{clock_of(closes)}" for opens, closes in hours)


def week_in_words(week: Week) -> str:
    """The week in a line, equal days together: "Mon-Fri 09:00-17:00"."""
    parts: list[tuple[int, int, str]] = []
    for day, hours in enumerate(week):
        said = hours_in_words(hours)
        if parts and parts[-1][2] == said and parts[-1][1] == day - 1:
            parts[-1] = (parts[-1][0], day, said)
        else:
            parts.append((day, day, said))
    return "; ".join(f"{_days(first, last)} {said}" for first, last, said in parts if said)


def place_in_words(calendar: WorkingCalendar) -> str:
    """Whose public holidays count: "Germany, Berlin"; empty where none do."""
    country = public_holidays.countries().get(calendar.country, calendar.country)
    region = public_holidays.regions(calendar.country).get(calendar.region, calendar.region)
    return ", ".join(word for word in (country, region) if word)


def next_holidays(calendar: WorkingCalendar, today: date, most: int) -> list[tuple[date, str, bool]]:
    """The next days off within two years: the date, its name, and whether it is the calendar's own."""
    until = today + timedelta(days=730)
    public = {
        day: (name, False)
        for year in range(today.year, until.year + 1)
        for day, name in public_holidays.days_of(calendar.country, calendar.region, year).items()
    }
    found = public | {one.date: (one.name, True) for one in calendar.own_holidays.all()}
    return [(day, *said) for day, said in sorted(found.items()) if today <= day <= until][:most]


def state_of(calendar: WorkingCalendar) -> dict[str, Any]:
    """Everything it says, as the record keeps it."""
    days = {name.lower(): hours_in_words(hours) for name, hours in zip(WEEKDAYS, week_of(calendar), strict=True)}
    own = [f"{one.date:%Y-%m-%d} {one.name}" for one in calendar.own_holidays.all()]
    return {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "holidays_of": place_in_words(calendar),
        **days,
        "own_days_off": own,
    }


def token_of(state: dict[str, Any]) -> str:
    """A short token of a state; another after each change."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:20]


def _days(first: int, last: int) -> str:
    names = [name[:3] for name in WEEKDAYS]
    return names[first] if first == last else f"{names[first]}{DASH}{names[last]}"
