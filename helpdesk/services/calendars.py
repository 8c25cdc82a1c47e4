"""Working hours and holidays: what an admin says about whose working time counts (C10).

No function here moves a due time: promises stand as they were made, and every later decision reads the hours anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from helpdesk.models import CalendarHoliday, User, WorkingCalendar, WorkingInterval
from helpdesk.selectors import calendars, desk
from helpdesk.selectors.calendar_states import state_of, token_of
from helpdesk.services import administering, audit
from helpdesk.services.calendar_checks import check_calendar
from workflow.calendars import Week
from workflow.errors import CalendarChanged, CalendarInUse, CalendarMissing
from workflow.texts import clean_line


@dataclass(frozen=True, kw_only=True)
class CalendarDecision:
    """What was decided about working hours, and how many open promises belong to those concerned."""

    calendar: WorkingCalendar | None
    open_promises: int

    @property
    def sentence(self) -> str:
        """That nothing promised moves, in words."""
        if not self.open_promises:
            return "No promise is open that it could concern; later decisions use it."
        many = (
            "1 open promise keeps its" if self.open_promises == 1 else f"{self.open_promises} open promises keep their"
        )
        return f"No promise made so far moves: {many} due time. Later decisions use it."


@transaction.atomic
def save_calendar(
    *,
    actor: User,
    calendar_id: int | None = None,
    name: str,
    time_zone: str,
    week: Week,
    country: str = "",
    region: str = "",
    holidays: Mapping[date, str] | None = None,
    seen: str | None = None,
    now: datetime,
) -> CalendarDecision:
    """Add working hours, or change them; `week` is Monday to Sunday, `holidays` are dates of their own with names.

    Refused in words: hours that overlap or come to less than one a week, an unknown zone, country or region, and (`seen`,
    see `calendar_states.token_of`) a calendar that another admin changed meanwhile.
    """
    administering.alone(actor=actor)
    calendar = _held(calendar_id)
    before = state_of(calendar) if calendar.pk else {}
    if before and seen and seen != token_of(before):
        raise CalendarChanged(calendar=calendar.name)
    given = {day: clean_line(said) for day, said in (holidays or {}).items()}
    calendar.name, calendar.time_zone = clean_line(name), time_zone.strip()
    calendar.country, calendar.region = country.strip(), region.strip()
    check_calendar(calendar, week, given, now)
    _store(calendar, week, given, actor, now)
    after = state_of(calendar)
    if before != after:
        act = "calendar_changed" if before else "calendar_added"
        audit.note(act=act, actor=actor, subject_label=calendar.name, before=before, after=after, now=now)
    return _decided(calendar)


@transaction.atomic
def remove_calendar(*, actor: User, calendar_id: int, reason: str, now: datetime) -> None:
    """Remove working hours that nobody works by; the record keeps what they were."""
    reason = administering.begin(actor=actor, reason=reason)
    calendar = _held(calendar_id)
    users = calendars.used_by(calendar)
    if users:
        raise CalendarInUse(calendar=calendar.name, users=users)
    before, label = state_of(calendar), calendar.name
    audit.note(act="calendar_removed", actor=actor, subject_label=label, before=before, reason=reason, now=now)
    for row in (*calendar.intervals.all(), *calendar.own_holidays.all(), calendar):
        _dated(row, actor, now).delete()


@transaction.atomic
def set_desk_calendar(*, actor: User, calendar_id: int | None, now: datetime) -> CalendarDecision:
    """Say by which working hours everybody works who has none of their own; none is around the clock."""
    administering.alone(actor=actor)
    settings = desk.settings()
    calendar = _held(calendar_id) if calendar_id is not None else None
    concerned = User.objects.filter(working_calendar__isnull=True)
    if settings.working_calendar_id != calendar_id:
        before = {"working_hours": _name(settings.working_calendar)}
        settings.working_calendar = calendar
        _dated(settings, actor, now).save()
        after = {"working_hours": _name(calendar)}
        audit.note(act="desk_calendar_set", actor=actor, subject_label="The desk", before=before, after=after, now=now)
    return CalendarDecision(calendar=calendar, open_promises=calendars.open_promises(concerned))


@transaction.atomic
def set_engineer_calendar(
    *, actor: User, engineer: User, calendar_id: int | None, reason: str, now: datetime
) -> CalendarDecision:
    """Say by which working hours one engineer works; none of their own means the desk's."""
    reason = administering.begin(actor=actor, reason=reason)
    calendar = _held(calendar_id) if calendar_id is not None else None
    person = administering.hold(engineer.pk)
    if person.working_calendar_id != calendar_id:
        before = {"working_hours": _name(person.working_calendar, "the desk's")}
        person.working_calendar = calendar
        _dated(person, actor, now).save(update_fields=["working_calendar"])
        after = {"working_hours": _name(calendar, "the desk's")}
        audit.note(
            act="engineer_calendar_set",
            actor=actor,
            subject=person,
            before=before,
            after=after,
            reason=reason,
            now=now,
        )
    concerned = User.objects.filter(pk=person.pk)
    return CalendarDecision(calendar=calendar, open_promises=calendars.open_promises(concerned))


def _held(calendar_id: int | None) -> WorkingCalendar:
    """The calendar under its lock; a new one has none."""
    if calendar_id is None:
        return WorkingCalendar()
    try:
        return WorkingCalendar.objects.select_for_update(no_key=True).get(pk=calendar_id)
    except WorkingCalendar.DoesNotExist:
        raise CalendarMissing from None


def _store(calendar: WorkingCalendar, week: Week, holidays: Mapping[date, str], actor: User, now: datetime) -> None:
    """Write the calendar, and of its hours and days off only what changes: their history tells no more than happened."""
    _dated(calendar, actor, now).save()
    wanted = {(day, *interval) for day, hours in enumerate(week) for interval in hours}
    for interval in calendar.intervals.all():
        key = (interval.weekday, interval.opens, interval.closes)
        if key in wanted:
            wanted.remove(key)
        else:
            _dated(interval, actor, now).delete()
    for weekday, opens, closes in sorted(wanted):
        _dated(WorkingInterval(calendar=calendar, weekday=weekday, opens=opens, closes=closes), actor, now).save()
    missing = dict(holidays)
    for holiday in calendar.own_holidays.all():
        if missing.get(holiday.date) == holiday.name:
            del missing[holiday.date]
        else:
            _dated(holiday, actor, now).delete()
    for day, name in sorted(missing.items()):
        _dated(CalendarHoliday(calendar=calendar, date=day, name=name), actor, now).save()


def _dated(row: Model, actor: User, now: datetime) -> Any:
    """The row with the person and the moment for its field history."""
    dated: Any = row
    dated._history_user, dated._history_date = actor, now
    return dated


def _decided(calendar: WorkingCalendar) -> CalendarDecision:
    return CalendarDecision(calendar=calendar, open_promises=calendars.open_promises(calendars.people_by(calendar)))


def _name(calendar: WorkingCalendar | None, none: str = "around the clock") -> str:
    return calendar.name if calendar else none
