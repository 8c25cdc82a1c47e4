"""Which report, with which filters: read from an address or a form alike, and refused in words with what was typed kept."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from helpdesk.admin.typed_fields import Day, Words, people_meant, said
from helpdesk.models import ApplicationCatalog, User
from helpdesk.selectors import broken
from helpdesk.selectors.named import SYSTEM
from helpdesk.services.audit import ACTS
from reports.exports.catalog import REPORTS, Name
from reports.exports.filters import AGES, LISTS, OF_NUMBER, PARTS, PROMISE, TRIAGE, Filters
from storage.keys import CASE_ID
from workflow.facts import ACTIONS
from workflow.states import Priority

SINGLE = (
    "report",
    "bucket",
    "reported_from",
    "reported_to",
    "act",
    "q",
    "age",
    "triage",
    "promise",
    "promise_of",
    "ticket",
    "person",
    "show",
)
SEVERAL = ("application", "priority")


class OneOf(forms.ChoiceField):
    """One of a list, or none of it: its first words."""

    def __init__(self, label: str, every: str, choices: Mapping[str, str], refusal: str) -> None:
        super().__init__(
            label=label,
            required=False,
            choices=[("", every), *choices.items()],
            widget=forms.Select({"class": "desk-field"}),
            error_messages={"invalid_choice": refusal},
        )


class Chips(forms.CheckboxSelectMultiple):
    """Several of a few; each is a word to click on."""

    template_name = "reports/chips.html"


class ReportForm(forms.Form):
    """A report and its filters. Those the report does not take are let go; names nobody knows are refused in an address."""

    report = forms.ChoiceField(choices=Name.choices, error_messages={"invalid_choice": "There is no such report."})
    bucket = OneOf(
        "Tickets", "All tickets", {value: one.label for value, one in LISTS.items()}, "There is no such list."
    )
    age = OneOf("Age", "Any age", AGES, "There is no such age.")
    triage = OneOf("Triage target", "Whether it passed or not", TRIAGE, "There is no such state of triage.")
    promise = OneOf("Promise", "At risk or not", PROMISE, "There is no such state of a promise.")
    promise_of = OneOf("Breached promise of", "Anybody", {}, "No promise of such an engineer was broken.")
    q = Words("Search", "Case id or words of the title")
    application = forms.MultipleChoiceField(
        label="Applications",
        required=False,
        widget=Chips,
        error_messages={"invalid_choice": "There is no such application."},
    )
    priority = forms.MultipleChoiceField(
        label="Priorities",
        required=False,
        choices=Priority.choices,
        widget=Chips,
        error_messages={"invalid_choice": "There is no such priority."},
    )
    reported_from = Day("From")
    reported_to = Day("To")
    act = OneOf("Act", "Every act", {}, "There is no such act in this trail.")
    show = OneOf("Part", "Everything", PARTS, "There is no such part of the trail.")
    ticket = Words("Ticket", "Case id")
    person = Words("Person", "Name, e-mail or system")

    def __init__(self, sent: QueryDict, *, reader: User, is_address: bool) -> None:
        super().__init__(_known(sent))
        self.unknown = sorted(set(sent) - set(self.fields)) if is_address else []
        rows = ApplicationCatalog.objects.order_by("name").values_list("code", "name")
        self.fields["application"].choices = [(code, f"{name} ({code})") for code, name in rows]  # type: ignore[attr-defined]
        self.fields["promise_of"].choices = [("", "Anybody"), *broken.engineers(reader).items()]  # type: ignore[attr-defined]
        self.fields["act"].choices = [("", "Every act"), *self.acts()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Name:
        """The report that is open; the first where none is."""
        return next((one for one in Name if one.value == self.data["report"]), Name.TICKETS)

    def acts(self) -> list[tuple[str, str]]:
        """The acts of the open trail."""
        named: Mapping[str, str] = ACTS if self.chosen is Name.AUDIT else ACTIONS
        return sorted(named.items(), key=lambda one: one[1])

    def clean_ticket(self) -> str:
        """The case id as it is written; an audit trail may name one that is nobody's any more."""
        typed = str(self.cleaned_data["ticket"]).upper()
        if typed and not CASE_ID.fullmatch(typed):
            raise forms.ValidationError("Please give a case id as in N-EXP-1001.")
        return typed

    def clean_person(self) -> str:
        """Somebody there is; a word that fits many is to be made longer."""
        typed = str(self.cleaned_data["person"])
        if typed and typed.casefold() not in SYSTEM:
            people_meant(typed)
        return typed

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in self.unknown[:1]:
            self.add_error(None, f"There is no filter “{said(name)}”.")
        first, last = found.get("reported_from"), found.get("reported_to")
        if first and last and last < first:
            self.add_error("reported_to", "The last day is before the first.")
        return found

    def filters(self) -> Filters:
        """What was chosen, of what the report takes; of a valid form."""
        takes = REPORTS[self.chosen].takes
        found = {name: value for name, value in self.cleaned_data.items() if name in takes and value}
        return Filters(
            shown=found.get("bucket", ""),
            applications=tuple(found.get("application", ())),
            priorities=tuple(found.get("priority", ())),
            first=found.get("reported_from"),
            last=found.get("reported_to"),
            act=found.get("act", ""),
            search=found.get("q", ""),
            age=found.get("age", ""),
            triage=found.get("triage", ""),
            promise=found.get("promise", ""),
            promise_of=found.get("promise_of", ""),
            ticket=found.get("ticket", ""),
            person=found.get("person", ""),
            part=found.get("show", ""),
        )


def _known(sent: QueryDict) -> QueryDict:
    """The fields that were sent and the report takes, with the words of the dashboard as the lists have them, and a report in any case."""
    data = QueryDict(mutable=True)
    for name in SINGLE:
        data[name] = sent.get(name, "")
    for name in SEVERAL:
        data.setlist(name, [one for one in sent.getlist(name) if one])
    listed = sent.get("bucket", "")
    data["bucket"] = OF_NUMBER.get(listed, listed)
    wanted = sent.get("report") or Name.TICKETS.value
    data["report"] = wanted
    report = REPORTS.get(wanted)
    for name in (*SINGLE[1:], *SEVERAL):
        if report and name not in report.takes:
            del data[name]
    return data
