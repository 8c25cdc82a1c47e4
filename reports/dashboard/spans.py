"""Which days the charts show: the last of those chosen, never more than a chart can hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from django.utils import formats

from helpdesk.selectors.figures import Days
from helpdesk.selectors.numbers import ONE_DAY, Chosen

DAYS = 31
WEEKS = 12
ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class Quick:
    """Days that are chosen with one click; none of both are all."""

    label: str
    first: date | None
    last: date | None


def days_of(chosen: Chosen, today: date, zone: tzinfo) -> Days:
    """Up to today or the last day chosen: a month of days, a quarter of weeks, none of them before the first day chosen."""
    last = min(chosen.last or today, today)
    first = min(last, max(chosen.first or date.min, last - ONE_DAY * (DAYS - 1)))
    return Days(earliest=min(first, monday_of(last) - ONE_WEEK * (WEEKS - 1)), first=first, last=last, zone=zone)


def each_day(days: Days) -> Iterator[date]:
    """The days, the first one first."""
    return (days.first + ONE_DAY * number for number in range((days.last - days.first).days + 1))


def each_week(days: Days, chosen: Chosen) -> list[date]:
    """The Mondays of the weeks up to the last day; of all, only those with a chosen day."""
    last = monday_of(days.last)
    weeks = [last - ONE_WEEK * number for number in reversed(range(WEEKS))]
    return [monday for monday in weeks if chosen.first is None or monday + ONE_WEEK > chosen.first]


def monday_of(day: date) -> date:
    """The first day of the week."""
    return day - ONE_DAY * day.weekday()


def quick_choices(today: date) -> list[Quick]:
    """What people mostly look at."""
    month = today.replace(day=1)
    before = month - ONE_DAY
    return [
        Quick(label="All days", first=None, last=None),
        Quick(label="Last 7 days", first=today - ONE_DAY * 6, last=today),
        Quick(label="Last 30 days", first=today - ONE_DAY * 29, last=today),
        Quick(label="This month", first=month, last=today),
        Quick(label="Last month", first=before.replace(day=1), last=before),
    ]


def in_words(first: date | None, last: date | None) -> str:
    """ "1 Mar 2026 to 4 Mar 2026", "from 1 Mar 2026"; empty for all days."""
    begin, end = (formats.date_format(day, "j M Y") if day else "" for day in (first, last))
    if begin and end:
        return begin if begin == end else f"{begin} to {end}"
    return f"from {begin}" if begin else f"until {end}" if end else ""
