"""The dialogs about working hours: a week to fill in, a country whose holidays count, days off, and who works by it (C10)."""

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest

from helpdesk.admin.act_forms import Prose
from helpdesk.admin.catalog import SavedForm
from helpdesk.admin.people_forms import REASON_NEEDED, PersonForm
from helpdesk.models import WorkingCalendar
from helpdesk.selectors import calendars, desk, public_holidays
from helpdesk.selectors.calendar_states import WEEKDAYS, clock_of, state_of, token_of, week_of
from workflow.calendars import MINUTES_A_DAY, Week

PARTS = ("from", "to", "from_2", "to_2")
NO_CALENDAR = "none"
USUAL = ("09:00", "17:00", "", "")
STANDS = "No promise made so far moves; later decisions use it."

_CLOCK = re.compile(r"^(\d{1,2})(?:[:.h]?(\d{2}))?$")
_DAY_OFF = re.compile(r"^(\d{4}-\d{2}-\d{2})\s+(\S.*)$")


class ClockField(forms.CharField):
    """A time of the day, in minutes from midnight: 9, 9:00 and 0900 are the same; 24:00 is the end of the day."""

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        match = _CLOCK.match(text)
        minutes = int(match[1]) * 60 + int(match[2] or 0) if match else MINUTES_A_DAY + 1
        if minutes > MINUTES_A_DAY or (match and int(match[2] or 0) > 59):
            raise forms.ValidationError("Please give a time as 09:00.")
        return minutes


def calendar_or_404(object_id: int | str | None) -> WorkingCalendar:
    """The working hours of an address; a number that is none answers as missing ones."""
    try:
        return WorkingCalendar.objects.get(pk=object_id or 0)
    except (WorkingCalendar.DoesNotExist, ValueError):
        raise Http404("There is no such page.") from None


class CalendarForm(SavedForm):
    """Working hours: their name, zone, week, and days off. `seen` says what the admin looked at."""

    body_template = "helpdesk/admin/calendars/fields.html"
    is_wide = True

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(max_length=100, error_messages={"required": "Please give these working hours a name."})
    time_zone = forms.CharField(max_length=64)
    country = forms.CharField(label="Public holidays of", required=False, max_length=2)
    region = forms.CharField(required=False, max_length=60)
    holidays = forms.CharField(
        label="Own days off", required=False, widget=Prose("2026-12-24 Christmas Eve\n2026-12-31 Year's end")
    )

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.calendar = calendar_or_404(object_id) if object_id else None
        for day in range(7):
            self.fields[f"day_{day}"] = forms.BooleanField(label=WEEKDAYS[day], required=False)
            for part in PARTS:
                label = f"{WEEKDAYS[day]}, {part.replace('_2', ' again').replace('_', ' ')}"
                self.fields[f"day_{day}_{part}"] = ClockField(label=label, required=False, max_length=5)
        self.initial = _initial_of(self.calendar)
        country = str(self["country"].value() or "")
        self.fields["time_zone"].widget = forms.Select(choices=[(zone, zone) for zone in sorted(available_timezones())])
        self.fields["country"].widget = forms.Select(choices=[("", "None"), *public_holidays.countries().items()])
        self.fields["region"].widget = forms.Select(choices=region_choices(country))
        self.fields["holidays"].widget.attrs["rows"] = 3
        self.fields["holidays"].help_text = "One a line: the date as 2026-12-24, then its name."
        self.dress()

    @property
    def title(self) -> str:
        return "Edit working hours" if self.calendar else "Add working hours"

    @property
    def sentence(self) -> str:
        """What saving does not do."""
        return STANDS if self.calendar else ""

    @property
    def days(self) -> list[tuple[forms.BoundField, list[forms.BoundField], list[str]]]:
        """The rows of the week: the day's switch, its four times, and what is wrong with them."""
        rows = []
        for day in range(7):
            times = [self[f"day_{day}_{part}"] for part in PARTS]
            wrong = dict.fromkeys(said for field in times for said in field.errors)
            rows.append((self[f"day_{day}"], times, list(wrong)))
        return rows

    def clean_holidays(self) -> dict[date, str]:
        """The days off by date; the line that is none is named."""
        found: dict[date, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["holidays"].splitlines())):
            match = _DAY_OFF.match(line)
            try:
                day = date.fromisoformat(match[1]) if match else None
            except ValueError:
                day = None
            if match is None or day is None:
                raise forms.ValidationError(
                    f"This line is no day off: “{line[:80]}”. Write it as 2026-12-24 Christmas Eve."
                )
            if day in found:
                raise forms.ValidationError(f"{day:%Y-%m-%d} stands there twice.")
            found[day] = match[2]
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["week"] = tuple(self._hours(day) if given.get(f"day_{day}") else () for day in range(7))
        return given

    def _hours(self, day: int) -> tuple[tuple[int, int], ...]:
        """The hours of one working day in order; midnight at the end is the end of the day."""
        times = [self.cleaned_data.get(f"day_{day}_{part}") for part in PARTS]
        found = []
        for place in (0, 2):
            opens, closes = times[place : place + 2]
            if (opens is None) != (closes is None) or (place == 0 and opens is None):
                self._add_once(f"day_{day}_{PARTS[place]}", "Please give both times, or switch the day off.")
            elif opens is not None and closes is not None:
                found.append((opens, closes or MINUTES_A_DAY))
        return tuple(sorted(found))

    def _add_once(self, name: str, sentence: str) -> None:
        if not self.has_error(name):
            self.add_error(name, sentence)

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        names = ("name", "time_zone", "country", "region", "holidays", "week", "seen")
        return {name: self.cleaned_data[name] for name in names}


def _chosen(value: str) -> int | None:
    """Which calendar was chosen; none is a choice too."""
    return None if value == NO_CALENDAR else int(value)


class RemoveForm(SavedForm):
    """Removing working hours that nobody works by."""

    title = "Remove working hours"
    submit_text = "Remove"

    reason = forms.CharField(
        max_length=1000, error_messages={"required": REASON_NEEDED}, widget=Prose("Who asked for it and why")
    )

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.calendar = calendar_or_404(object_id)
        self.fields["reason"].widget.attrs["rows"] = 2
        self.dress()

    @property
    def sentence(self) -> str:
        users = calendars.used_by(self.calendar)
        if users:
            return f"{self.calendar.name} is still used by {', '.join(users)}, so it cannot be removed now."
        return f"Nobody works by {self.calendar.name}; the audit trail keeps what it was."


class DeskHoursForm(SavedForm):
    """By which working hours everybody works who has none of their own."""

    title = "Working hours of the desk"
    calendar = forms.TypedChoiceField(label="Working hours", coerce=_chosen)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "Around the clock", desk.settings().working_calendar_id)
        self.dress()

    @property
    def sentence(self) -> str:
        return f"They count for every engineer without working hours of their own. {STANDS}"


class EngineerHoursForm(PersonForm):
    """By which working hours one engineer works."""

    calendar = forms.TypedChoiceField(label="Working hours", coerce=_chosen)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = desk.settings().working_calendar
        _offer(self, f"The desk's: {whole.name if whole else 'around the clock'}", self.person.working_calendar_id)
        self.dress()

    @property
    def title(self) -> str:
        return f"Working hours of {self.person.name}"

    @property
    def sentence(self) -> str:
        return STANDS


def region_choices(country: str) -> list[tuple[str, str]]:
    """The parts of a country to choose from; one entry where it has none."""
    return [
        ("", "The whole country" if country else "Choose a country first"),
        *public_holidays.regions(country).items(),
    ]


def _offer(form: SavedForm, none: str, chosen: int | None) -> None:
    known = [(str(one.pk), one.name) for one in WorkingCalendar.objects.all()]
    field = form.fields["calendar"]
    field.choices = [(NO_CALENDAR, none), *known]  # type: ignore[attr-defined]
    field.initial = str(chosen or NO_CALENDAR)
    field.help_text = "They are made under Working hours."


def _initial_of(calendar: WorkingCalendar | None) -> dict[str, Any]:
    """What the dialog opens with; a new one with a usual office week."""
    if calendar is None:
        usual: Week = (((540, 1020),),) * 5 + ((), ())
        return {"time_zone": settings.TIME_ZONE, **_days(usual)}
    own = [f"{one.date:%Y-%m-%d} {one.name}" for one in calendar.own_holidays.all()]
    return {
        "seen": token_of(state_of(calendar)),
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "country": calendar.country,
        "region": calendar.region,
        "holidays": "\n".join(own),
        **_days(week_of(calendar)),
    }


def _days(week: Week) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for day, hours in enumerate(week):
        edges = [clock_of(edge) for interval in hours[:2] for edge in interval]
        shown = [*edges, *USUAL[len(edges) :]] if len(edges) != 2 else [*edges, "", ""]
        found |= {f"day_{day}": bool(hours), **dict(zip((f"day_{day}_{part}" for part in PARTS), shown, strict=True))}
    return found
