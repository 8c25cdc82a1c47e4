"""Fields of what people type into an address or a form: days, words, people. Refused in words, never guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from helpdesk.selectors.named import MOST, people_named
from helpdesk.selectors.numbers import EARLIEST, LATEST
from workflow.texts import whole_number

SHOWN_OF_A_WORD = 40
"""Characters of what was typed that a refusal repeats."""


class Day(forms.DateField):
    """A day as browsers send it, within the years a desk can have."""

    widget = forms.DateInput({"type": "date", "class": "desk-field"}, format="%Y-%m-%d")

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, input_formats=["%Y-%m-%d"])

    def to_python(self, value: Any) -> date | None:
        try:
            day = super().to_python(value)
        except ValidationError:
            raise ValidationError(f"“{said(value)}” is no day; one is written as 2026-03-04.") from None
        if day is not None and not EARLIEST <= day <= LATEST:
            raise ValidationError(f"Please choose a day between {EARLIEST:%Y} and {LATEST:%Y}.")
        return day


class Words(forms.CharField):
    """A few words somebody types."""

    def __init__(self, label: str, placeholder: str = "") -> None:
        look = forms.TextInput({"class": "desk-field", "placeholder": placeholder})
        super().__init__(label=label, required=False, max_length=100, widget=look)


class Numbers(forms.Field):
    """Ids in the order sent; what is no id, and what is named twice, is left out."""

    def __init__(self, widget: type[forms.Widget] = forms.MultipleHiddenInput) -> None:
        super().__init__(required=False, widget=widget)

    def to_python(self, value: Any) -> list[int]:
        numbers = (whole_number(str(one)) for one in value or [])
        return list(dict.fromkeys(number for number in numbers if number is not None))


def people_meant(typed: str) -> list[int]:
    """The ids of the people a word means; one that fits nobody, or many, is refused."""
    found = people_named(typed)
    if not found:
        raise ValidationError(f"Nobody is called “{typed}”.")
    if len(found) > MOST:
        raise ValidationError(f"More than {MOST} people are called “{typed}”; please write more of the name.")
    return found


def said(word: Any) -> str:
    """What somebody typed, as much of it as a sentence can hold."""
    text = str(word)
    return text if len(text) <= SHOWN_OF_A_WORD else f"{text[:SHOWN_OF_A_WORD]}…"
