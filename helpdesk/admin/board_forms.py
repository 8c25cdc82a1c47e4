"""What the board sends, as shapes; what may be done is the rules' question."""

from typing import Any

from django import forms

from workflow.texts import whole_number

LONGEST_ORDER = 5000
TOKEN = {"required": False, "max_length": 64}


class OrderField(forms.CharField):
    """Assignment ids, joined by commas."""

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        order = []
        for part in filter(None, super().to_python(value).split(",")):
            number = whole_number(part)
            if number is None:
                raise forms.ValidationError("An order is a list of tickets.")
            order.append(number)
        return order


class PlaceField(forms.IntegerField):
    """A place among the waiting; none is the end of the line."""

    def __init__(self) -> None:
        super().__init__(required=False, min_value=1, max_value=100_000)


class PreviewForm(forms.Form):
    """A ticket and the place it would go to; `seen` and `source_seen` are the lines as they were shown."""

    ticket = forms.IntegerField(min_value=1, max_value=10**15)
    place = PlaceField()
    seen = forms.CharField(**TOKEN)
    source_seen = forms.CharField(**TOKEN)
    comment = forms.CharField(required=False, strip=False)


class ReorderForm(forms.Form):
    """The waiting tickets of a line in another order; `ticket` and `place` say what was moved, if it was one."""

    order = OrderField(max_length=LONGEST_ORDER)
    ticket = forms.IntegerField(required=False, min_value=1, max_value=10**15)
    place = PlaceField()
    seen = forms.CharField(max_length=64)
    comment = forms.CharField(required=False, strip=False)


class HandoverForm(forms.Form):
    """A ticket to another engineer; `seen` is the ticket and `line_seen` the engineer's line as they were shown."""

    engineer = forms.IntegerField(min_value=1, max_value=10**15)
    place = PlaceField()
    seen = forms.CharField(max_length=40)
    line_seen = forms.CharField(**TOKEN)
    comment = forms.CharField(required=False, strip=False)
    confirm_own_ticket = forms.BooleanField(required=False)
