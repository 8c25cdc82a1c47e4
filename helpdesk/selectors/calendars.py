"""Whose working time counts how, and which promises were made by it (C10)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from helpdesk.models import Assignment, CalendarHoliday, DeskSettings, Ticket, User, WorkingCalendar, WorkingInterval
from helpdesk.models.people import UserQuerySet
from helpdesk.selectors import desk
from helpdesk.selectors.public_holidays import DaysOff
from workflow.calendars import ROUND_THE_CLOCK, Week, WorkingHours, WorkingTime

_WORKS_BY = Coalesce(
    "working_calendar",
    Subquery(DeskSettings.objects.filter(pk=1).values("working_calendar")),
    output_field=BigIntegerField(),
)
"""Somebody's own calendar, else the desk's; made once, as every act on a line asks for it."""


def time_of(engineer_id: int) -> WorkingTime:
    """The working time of one engineer: their own calendar, else the desk's, else around the clock."""
    return times_of([engineer_id])[engineer_id]


def times_of(engineer_ids: Iterable[int]) -> dict[int, WorkingTime]:
    """The working time of each of these engineers: two statements however many there are, one where nobody has a calendar."""
    wanted = list(engineer_ids)
    if not wanted:
        return {}
    people = User.objects.filter(pk__in=wanted).order_by()
    chosen: dict[int, int | None] = dict(people.values_list("pk", _WORKS_BY))
    hours = hours_of({calendar for calendar in chosen.values() if calendar is not None})
    return {pk: hours.get(chosen.get(pk) or 0, ROUND_THE_CLOCK) for pk in wanted}


def hours_of(calendar_ids: Iterable[int]) -> dict[int, WorkingTime]:
    """The working hours of these calendars, in one statement; equal hours are one object and keep what they worked out."""
    wanted = list(calendar_ids)
    if not wanted:
        return {}
    intervals = WorkingInterval.objects.filter(calendar=OuterRef("pk")).order_by("weekday", "opens")
    own = CalendarHoliday.objects.filter(calendar=OuterRef("pk"))
    read = WorkingCalendar.objects.filter(pk__in=wanted).annotate(
        hours=ArraySubquery(intervals.values(json=JSONObject(day="weekday", opens="opens", closes="closes"))),
        days_off=ArraySubquery(own.values("date")),
    )
    rows = read.values_list("pk", "time_zone", "country", "region", "hours", "days_off")
    return {
        pk: working_hours(
            zone, week_from((one["day"], one["opens"], one["closes"]) for one in hours), country, region, frozenset(off)
        )
        for pk, zone, country, region, hours, off in rows
    }


@lru_cache(maxsize=256)
def working_hours(
    zone: str, week: Week, country: str = "", region: str = "", days_off: frozenset[date] = frozenset()
) -> WorkingTime:
    """Working hours from what a calendar holds; a week without any is refused (`NoWorkingTime`)."""
    holidays = DaysOff(country=country, region=region, own=days_off)
    return WorkingHours(zone=ZoneInfo(zone), week=week, holidays=holidays)


def week_from(intervals: Iterable[tuple[int, int, int]]) -> Week:
    """Monday to Sunday from (weekday, opens, closes)."""
    found: dict[int, list[tuple[int, int]]] = {day: [] for day in range(7)}
    for day, opens, closes in intervals:
        found[day].append((opens, closes))
    return tuple(tuple(sorted(hours)) for hours in found.values())


def lateness_of(rows: Iterable[Ticket], now: datetime) -> dict[int, int]:
    """How late each of these tickets is, or was when it was resolved, by its id: minutes of its engineer's working time.

    Only those whose promise has passed. The tickets come with their assignment; at most two statements.
    """
    late = {
        row: one
        for row in rows
        if (one := row.assignment) and one.is_committed and one.due_at < (row.resolved_at or now)
    }
    times = times_of({one.engineer_id for one in late.values()})
    return {
        row.pk: times[one.engineer_id].minutes_between(one.due_at, row.resolved_at or now) for row, one in late.items()
    }


def used_by(calendar: WorkingCalendar) -> list[str]:
    """Who works by it, in words: the desk, and engineers with working hours of their own."""
    people = User.objects.filter(working_calendar=calendar).order_by("name").values_list("name", flat=True)
    whole_desk = ["the desk"] if desk.settings().working_calendar_id == calendar.pk else []
    return [*whole_desk, *people]


def people_by(calendar: WorkingCalendar | None) -> UserQuerySet:
    """Whose working time it is, by their own choice or as the desk's; by none: who works around the clock."""
    desk_has_it = desk.settings().working_calendar_id == (calendar.pk if calendar else None)
    unchosen = Q(working_calendar__isnull=True) if desk_has_it else Q(pk__in=[])
    return User.objects.get_queryset().filter(unchosen | Q(working_calendar=calendar) if calendar else unchosen)


def open_promises(people: QuerySet[User]) -> int:
    """How many promises of these people are neither kept nor broken yet."""
    return Assignment.objects.promised().filter(engineer__in=people.values("pk")).count()
