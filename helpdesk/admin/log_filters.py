"""What the address of a log asks for: known names only, days that exist, people who are meant; refused in words, never guessed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from helpdesk.admin.typed_fields import Day, Words, people_meant
from helpdesk.selectors import access
from helpdesk.selectors.newest import Place, Turn
from workflow.errors import TicketMissing

TURNS = ("older", "newer")
PAGE_SIZE = 25


class ChoiceField(forms.ChoiceField):
    """One of a list, or any."""

    def __init__(self, label: str, any_one: str, choices: list[Any]) -> None:
        look = forms.Select(attrs={"class": "desk-field"})
        told = {"invalid_choice": "“%(value)s” is not one of the list."}
        super().__init__(
            label=label, required=False, choices=[("", any_one), *choices], widget=look, error_messages=told
        )


class LogFilters(forms.Form):
    """The filters of a log, read from its address.

    A name that is no filter is refused by name, so that no column of the database can be asked for.
    """

    kept: ClassVar[tuple[str, ...]] = ()
    """Names that are no filters but stay in every address of the page."""

    ticket = Words("Ticket", "Case id")
    person = Words("Person", "Name or e-mail")
    since = Day("From")
    until = Day("To")

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, prefix=None)
        self.request = request

    def clean_ticket(self) -> int | None:
        """The number of the ticket meant."""
        typed = self.cleaned_data["ticket"]
        if not typed:
            return None
        try:
            return access.number_for(self.request.user, typed)
        except TicketMissing:
            raise forms.ValidationError(f"There is no ticket “{typed}”.") from None

    def clean_person(self) -> tuple[int, ...] | None:
        """The numbers of the people meant; a word that fits many is to be made longer."""
        typed = self.cleaned_data["person"]
        return tuple(people_meant(typed)) if typed else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in self.request.GET:
            if name not in {*self.fields, *self.kept, *TURNS}:
                self.add_error(None, f"There is no filter “{name[:60]}”.")
        for name in TURNS:
            if (text := self.request.GET.get(name)) and Place.read(text) is None:
                self.add_error(None, "This page of the log is not known. Please begin with the newest.")
        since, until = given.get("since"), given.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day is before the first.")
        return given

    @property
    def turn(self) -> Turn:
        """Which page of the log."""
        older, newer = (self.request.GET.get(name, "") for name in TURNS)
        if newer:
            return Turn(place=Place.read(newer), is_back=True, size=PAGE_SIZE)
        return Turn(place=Place.read(older) if older else None, size=PAGE_SIZE)

    @property
    def begins(self) -> datetime | None:
        """The first moment of the first day."""
        return _midnight(self.cleaned_data.get("since"))

    @property
    def ends(self) -> datetime | None:
        """The first moment after the last day."""
        last = self.cleaned_data.get("until")
        return _midnight(last + timedelta(days=1)) if last else None

    @cached_property
    def active(self) -> list[dict[str, str]]:
        """What narrows the log, in words, each with the address without it."""
        return [
            {"title": f"{self.fields[name].label}: {self._chosen(name)}", "without": self.address(**{name: ""})}
            for name in self.fields
            if self.data.get(name, "").strip()
        ]

    def address(self, **changed: Any) -> str:
        """The query of this log with something else in it, from its newest page on."""
        known = {name: self.data.get(name, "") for name in (*self.kept, *self.fields)}
        return "?" + urlencode({name: value for name, value in {**known, **changed}.items() if value})

    @property
    def here(self) -> str:
        """The newest page with these filters."""
        return self.address()

    @property
    def joint(self) -> str:
        """What stands between that address and another name."""
        return "" if self.here == "?" else "&"

    def _chosen(self, name: str) -> str:
        field, typed = self.fields[name], self.data.get(name, "")
        if isinstance(field, forms.ChoiceField):
            flat = {str(value): label for value, label in _flat(field.choices)}
            return str(flat.get(typed, typed))
        return str(typed)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    return [one for value, label in choices for one in (label if isinstance(label, list | tuple) else [(value, label)])]


def _midnight(day: date | None) -> datetime | None:
    """The beginning of a day in the viewer's zone; where the clocks skip midnight, the moment they skip to."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
