"""Which tickets an address chooses: applications, priorities and days of report, read alike by lists and dashboard (rules 8)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from helpdesk.admin.typed_fields import Day, said
from helpdesk.selectors import numbers
from helpdesk.selectors.numbers import Chosen
from workflow.states import Priority

SEVERAL = ("application", "priority")
DAYS = ("reported_from", "reported_to")
NAMES = (*SEVERAL, *DAYS)
"""What an address may say; the same words in every address of the desk."""


class Several(forms.MultipleChoiceField):
    """Some of a list; what is not on it is refused by name."""

    def __init__(self, label: str, refusal: str) -> None:
        super().__init__(label=label, required=False, widget=forms.CheckboxSelectMultiple)
        self.refusal = refusal

    def validate(self, value: Any) -> None:
        for one in value:
            if not self.valid_value(one):
                raise ValidationError(self.refusal.format(said(one)))


class ChosenForm(forms.Form):
    """The filters of an address. Words that no database can hold say nothing, as an empty one."""

    application = Several("Applications", "There is no application “{}”.")
    priority = Several("Priorities", "There is no priority “{}”.")
    reported_from = Day("From")
    reported_to = Day("To")

    def __init__(self, address: QueryDict) -> None:
        super().__init__(_known(address))
        self.fields["application"].choices = [(code, name) for _pk, code, name in self.applications]  # type: ignore[attr-defined]
        self.fields["priority"].choices = Priority.choices()  # type: ignore[attr-defined]

    @cached_property
    def applications(self) -> list[tuple[int, str, str]]:
        """Id, code and name of all."""
        return numbers.applications()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("reported_from"), found.get("reported_to")
        if first and last and last < first:
            self.add_error("reported_to", "The last day is before the first; please exchange them.")
        return found

    def chosen(self, *, is_led: bool = False) -> Chosen:
        """What is chosen; of a valid form."""
        codes = set(self.cleaned_data["application"])
        return Chosen(
            applications=frozenset(pk for pk, code, _name in self.applications if code in codes),
            priorities=frozenset(Priority(one) for one in self.cleaned_data["priority"]),
            first=self.cleaned_data["reported_from"],
            last=self.cleaned_data["reported_to"],
            is_led=is_led,
        )

    @property
    def refusals(self) -> list[str]:
        """Why the address chooses nothing, in words."""
        return [str(sentence) for sentences in self.errors.values() for sentence in sentences]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is chosen, rightly or wrongly."""
        return any(self.said(name) for name in NAMES)

    def kept(self) -> dict[str, list[str]]:
        """What was said, as addresses repeat it."""
        return {name: values for name in NAMES if (values := self.said(name))}

    def said(self, name: str) -> list[str]:
        """What the address says to one name, rightly or wrongly."""
        data: MultiValueDict[str, str] = self.data  # type: ignore[assignment]
        return data.getlist(name)


def chosen_form(request: HttpRequest) -> ChosenForm:
    """The one form of this request, read when first asked for."""
    if not hasattr(request, "desk_chosen"):
        request.desk_chosen = ChosenForm(request.GET)  # type: ignore[attr-defined]
    return request.desk_chosen  # type: ignore[attr-defined, no-any-return]


def _known(address: QueryDict) -> MultiValueDict[str, str]:
    """The words for our names; codes of applications in any case."""
    found: MultiValueDict[str, str] = MultiValueDict()
    for name in NAMES:
        values = [one.strip() for one in address.getlist(name) if one.strip() and "\0" not in one]
        found.setlist(name, [one.upper() for one in values] if name == "application" else values)
    return found
