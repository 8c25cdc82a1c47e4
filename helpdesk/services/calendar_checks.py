"""What working hours must be before they are stored (C10); everything that is wrong is said beside its field."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import available_timezones

from helpdesk.models import WorkingCalendar
from helpdesk.selectors import calendars, public_holidays
from workflow.calendars import Week
from workflow.errors import FieldInvalid, NoWorkingTime
from workflow.lineup import LONGEST_MINUTES
from workflow.texts import is_blank

LEAST_MINUTES = 60
"""A week has at least one working hour, so that the longest promise (C1) ends in the lives of those who make it."""

MOST_OWN_HOLIDAYS = 500

MOST_STRETCHES = 2
"""A morning and an afternoon, or the two ends of a night: as many as the dialog shows."""


def check_calendar(calendar: WorkingCalendar, week: Week, holidays: Mapping[date, str], now: datetime) -> None:
    """Everything that is wrong, each beside its field."""
    wrong = {
        "name": _wrong_name(calendar),
        "time_zone": "" if calendar.time_zone in available_timezones() else "Please choose a time zone from the list.",
        "country": _wrong_country(calendar),
        "region": _wrong_region(calendar),
        "holidays": _wrong_holidays(holidays),
    }
    wrong["week"] = "" if any(wrong.values()) else _wrong_week(calendar, week, holidays, now)
    said = {field: [sentence] for field, sentence in wrong.items() if sentence}
    if said:
        raise FieldInvalid(said)


def _wrong_name(calendar: WorkingCalendar) -> str:
    if is_blank(calendar.name):
        return "Please give these working hours a name."
    if len(calendar.name) > 100:
        return "A name has at most 100 characters."
    others = WorkingCalendar.objects.filter(name__iexact=calendar.name).exclude(pk=calendar.pk)
    return "Other working hours have this name already." if others.exists() else ""


def _wrong_country(calendar: WorkingCalendar) -> str:
    known = not calendar.country or calendar.country in public_holidays.countries()
    return "" if known else "Please choose a country from the list."


def _wrong_region(calendar: WorkingCalendar) -> str:
    known = not calendar.region or calendar.region in public_holidays.regions(calendar.country)
    return "" if known else "Please choose a region of the chosen country."


def _wrong_holidays(holidays: Mapping[date, str]) -> str:
    if any(is_blank(name) or len(name) > 100 for name in holidays.values()):
        return "Every day off has a name of at most 100 characters."
    return f"At most {MOST_OWN_HOLIDAYS} days off." if len(holidays) > MOST_OWN_HOLIDAYS else ""


def _wrong_week(calendar: WorkingCalendar, week: Week, holidays: Mapping[date, str], now: datetime) -> str:
    """A week must be one, and time must pass in it: the longest promise has an end."""
    if sum(closes - opens for hours in week for opens, closes in hours) < LEAST_MINUTES:
        return "A week has at least one working hour; with less, no due time would ever come."
    if any(len(hours) > MOST_STRETCHES for hours in week):
        return f"A day has at most {MOST_STRETCHES} stretches of working hours."
    try:
        hours = calendars.working_hours(
            calendar.time_zone, week, calendar.country, calendar.region, frozenset(holidays)
        )
        hours.add(now, LONGEST_MINUTES)
    except NoWorkingTime as error:
        return error.sentence
    except ValueError:
        return "The hours of a day follow each other: each from before to, and none before the last has ended."
    return ""
