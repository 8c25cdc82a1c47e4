"""The dialog that gives several unassigned tickets to one engineer, in the order shown (A5-A7)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.forms import BaseDialogForm

from helpdesk.admin.engineer_table import EngineerTable, Moment
from helpdesk.admin.navigation import level_of, moment_of
from helpdesk.admin.typed_fields import Numbers
from helpdesk.models import Ticket
from helpdesk.selectors import access, people, tickets
from helpdesk.selectors.candidates import Candidate
from helpdesk.selectors.cases import case_of
from workflow.errors import EngineerBusy, WorkflowError, in_words
from workflow.policies import check_assignable
from workflow.roles import level_for
from workflow.texts import whole_number

MOST = 25
"""So many at once: a page of the list."""

LIST_ID = "assign-many-list"
"""The part of the dialog that is asked for again when the order or the engineer changes."""


class Versions(forms.Field):
    """The version of each ticket the person looked at, as "id:version" (A6)."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> dict[int, str]:
        pairs = [str(one).partition(":") for one in value or []]
        return {number: version for pk, _, version in pairs if (number := whole_number(pk)) is not None}


@dataclass(frozen=True, kw_only=True)
class Given:
    """One of the chosen tickets: what it would come to, or why it cannot be given."""

    ticket: Ticket
    seen: str
    length: str
    due: Moment | None
    refused: str
    without: str
    """Where the dialog is opened with all the others."""


class AssignManyForm(EngineerTable, BaseDialogForm):
    """All or none; a refusal names the ticket and keeps the choice. Tickets the person cannot see are left out."""

    body_template = "helpdesk/admin/acts/assign_many.html"
    footer_template = "helpdesk/admin/acts/assign_footer.html"
    is_wide = True
    most = MOST
    list_id = LIST_ID
    starts_label = "The first starts"
    due_label = "The last expected by"
    itself = "the last one"
    own_sentence = "They reported one of these tickets; let them resolve their own."
    own_tag = "reported one"
    asks_for_comment = False
    blocked = ""

    tickets = Numbers(widget=forms.SelectMultiple)
    seen = Versions(required=False)

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.now = moment_of(request)
        self.refused: WorkflowError | None = None
        self.refusal = ""
        for name in ("tickets", "seen"):
            self.fields[name].initial = request.GET.getlist(name)
        self.fields["engineer_id"].initial = request.GET.get("engineer_id", "")

    def clean_tickets(self) -> list[int]:
        """Some, but not too many; the dialog says which of the two it is."""
        chosen: list[int] = self.cleaned_data["tickets"]
        if not 1 <= len(chosen) <= MOST:
            raise forms.ValidationError(f"Please choose between 1 and {MOST} tickets.")
        return chosen

    def clean(self) -> dict[str, Any]:
        """A ticket sent without the version that was looked at counts as changed (A6)."""
        given = super().clean() or {}
        given["seen"] = {pk: given.get("seen", {}).get(pk, "") for pk in given.get("tickets", [])}
        return given

    @property
    def title(self) -> str:
        return f"Assign {len(self.chosen_tickets)} tickets" if len(self.chosen_tickets) > 1 else "Assign a ticket"

    @property
    def sentence(self) -> str:
        return "They go to the engineer you choose in this order, all or none, behind what is in hand already."

    @property
    def address(self) -> str:
        """Where this dialog is opened anew with the same tickets as they are then."""
        return self._address_of(self.chosen_tickets)

    @cached_property
    def chosen_tickets(self) -> list[Ticket]:
        """The tickets chosen, in the order they are to be given."""
        ids = Numbers().to_python(self["tickets"].value())[: MOST + 1]
        seen = access.visible_to(self.request.user).select_related(
            "application", "reporter", "assignment__engineer", "assignment__assigned_by", "extension"
        )
        found = {ticket.pk: ticket for ticket in seen.filter(pk__in=ids)}
        return [found[pk] for pk in ids if pk in found]

    @cached_property
    def looked_at(self) -> dict[int, str]:
        """The versions that were shown when the dialog was opened; they stay until it is opened anew (A6)."""
        return Versions().to_python(self["seen"].value())

    @cached_property
    def refusals(self) -> dict[int, str]:
        """Why some of them cannot be given any more, by ticket."""
        found = {}
        person = people.person_of(self.request.user)
        level = level_for(person.roles, level_of(self.request))
        for ticket in self.chosen_tickets:
            try:
                check_assignable(person, level, case_of(ticket))
            except WorkflowError as error:
                found[ticket.pk] = error.sentence
        return found

    @property
    def is_too_many(self) -> bool:
        """Whether more were chosen than one act takes."""
        return len(self.chosen_tickets) > MOST

    @property
    def to_give(self) -> Sequence[Ticket]:
        return [] if self.is_too_many else [one for one in self.chosen_tickets if one.pk not in self.refusals]

    @cached_property
    def given(self) -> list[Given]:
        """The list of the dialog, each with its due time once an engineer is chosen."""
        candidate = self.candidate
        dues = (planned.due_at for planned in candidate.planned) if candidate else None
        return [self._given(ticket, dues) for ticket in self.chosen_tickets]

    @cached_property
    def candidate(self) -> Candidate | None:
        """What is known of the engineer chosen; read alone where only the list is asked for again."""
        if not self.is_part:
            return super().candidate
        chosen = whole_number(self.chosen)
        return next(iter(self._candidates(only=chosen)), None) if chosen and self.to_give else None

    @property
    def is_part(self) -> bool:
        """Whether only the list is asked for again."""
        return self.request.headers.get("HX-Target") == LIST_ID

    @property
    def is_stale(self) -> bool:
        """Whether looking again shows what changed (A6)."""
        return self.refused is not None and self.refused.code == "changed_since_loaded"

    @property
    def is_closed(self) -> bool:
        """Whether sending this cannot succeed."""
        return self.is_stale or self.is_too_many or bool(self.refusals) or not self.chosen_tickets

    @property
    def may_be_stale(self) -> bool:
        """Whether looking again can show why it was refused."""
        return self.is_stale

    @property
    def last_due(self) -> datetime | None:
        """When the last of them would be due with the engineer chosen."""
        return self.candidate.due_at if self.candidate else None

    @property
    def busy_sentence(self) -> str:
        """The words of the prompt (A5)."""
        return self.refused.sentence if isinstance(self.refused, EngineerBusy) else ""

    def refuse(self, error: WorkflowError) -> None:
        """Show why none was given, naming the ticket it is about."""
        self.refused = error
        if isinstance(error, EngineerBusy) or self.needs_confirmation:
            return
        case_id = error.data.get("case_id", "")
        self.refusal = error.sentence if case_id in error.sentence else f"{case_id}: {error.sentence}"

    def _given(self, ticket: Ticket, dues: Iterator[datetime] | None) -> Given:
        refused = self.refusals.get(ticket.pk, "")
        return Given(
            ticket=ticket,
            seen=f"{ticket.pk}:{self.looked_at.get(ticket.pk) or tickets.version_of(ticket)}",
            length=in_words(ticket.application.default_minutes(ticket.priority)),
            due=self.moment(next(dues)) if dues and not refused else None,
            refused=refused,
            without=self._address_of(one for one in self.chosen_tickets if one.pk != ticket.pk),
        )

    def _address_of(self, chosen: Iterable[Ticket]) -> str:
        return f"{self.request.path}?{urlencode([('tickets', ticket.pk) for ticket in chosen])}"
