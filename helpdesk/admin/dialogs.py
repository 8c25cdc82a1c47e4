"""What the dialog of every act shares: the ticket under it, the version the person looked at, a refusal in place."""

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from unfold.forms import BaseDialogForm

from helpdesk.admin.navigation import level_of, moment_of
from helpdesk.models import Ticket
from helpdesk.selectors import access, tickets
from workflow.acts import ActOption
from workflow.errors import TicketMissing, WorkflowError
from workflow.states import Act

FIELD_OF_CODE = {
    "note_required": "note",
    "reason_required": "reason",
    "comment_required": "comment",
    "resolution_time_invalid": "hours",
    "resolution_time_too_short": "hours",
    "repeats_itself": "repeats",
    "extra_time_invalid": "hours",
}
"""Under which field of a dialog a refusal stands; any other stands above the fields."""

STALE_CODES = frozenset(
    {"changed_since_loaded", "wrong_status", "already_committed", "extension_used", "extension_closed", "level_decided"}
)


class ActForm(BaseDialogForm):
    """One act on one ticket. `seen` carries the version the person looked at back to the service (A6).

    A ticket the person may not see answers 404, as a missing one does.
    """

    act: ClassVar[Act]
    title: ClassVar[str] = ""
    submit_text: ClassVar[str] = ""
    body_template: ClassVar[str] = ""
    is_wide: ClassVar[bool] = False

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self,
        request: HttpRequest,
        object_id: int | str | None = None,
        *args: Any,
        ticket: Ticket | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.now = moment_of(request)
        self.ticket = ticket or ticket_or_404(request, object_id)
        self.fields["seen"].initial = tickets.version_of(self.ticket)
        self.refused: WorkflowError | None = None
        self.refusal = ""

    @property
    def sentence(self) -> str:
        """What will happen, in one sentence."""
        return ""

    @property
    def address(self) -> str:
        """Where this dialog is opened and sent."""
        return self.request.get_full_path()

    @cached_property
    def option(self) -> ActOption:
        """Whether the act is possible now and, if not, the rule in words."""
        return option_of(self.request, self.ticket, self.act)

    @property
    def blocked(self) -> str:
        """The rule that forbids the act, in words; empty when it is possible."""
        return self.option.reason

    @property
    def is_stale(self) -> bool:
        """Whether the ticket changed since the person looked: only looking again leads on (A6)."""
        return self.refused is not None and self.refused.code == "changed_since_loaded"

    @property
    def is_closed(self) -> bool:
        """Whether sending this dialog cannot succeed."""
        return self.is_stale or bool(self.blocked)

    @property
    def may_be_stale(self) -> bool:
        """Whether looking again can show why the act was refused."""
        return self.refused is not None and self.refused.code in STALE_CODES

    def refuse(self, error: WorkflowError) -> None:
        """Show why the service refused, beside what was typed: at its field where it has one."""
        self.refused = error
        said: dict[str, list[str]] = error.data.get("errors", {})
        for name, sentences in said.items():
            self.add_error(name if name in self.fields else None, sentences)
        field = FIELD_OF_CODE.get(error.code)
        if field in self.fields:
            self.add_error(field, error.sentence)
        elif not said:
            self.refusal = error.sentence


def ticket_or_404(request: HttpRequest, object_id: int | str | None) -> Ticket:
    """The ticket if the person may see it; its assignment knows it back without a statement."""
    try:
        ticket = access.ticket_for(request.user, object_id if object_id is not None else "")
    except TicketMissing as missing:
        raise Http404(missing.sentence) from missing
    if ticket.assignment is not None:
        ticket.assignment.ticket = ticket
    return ticket


def options_of(request: HttpRequest, ticket: Ticket) -> dict[Act, ActOption]:
    """Every act with its answer under the level of the open tab, asked once per request and version."""
    key = (ticket.pk, tickets.version_of(ticket))
    known: dict[Any, dict[Act, ActOption]] = request.__dict__.setdefault("desk_options", {})
    if key not in known:
        options = tickets.options_for(request.user, ticket, moment_of(request), level=level_of(request))
        known[key] = {option.act: option for option in options}
    return known[key]


def option_of(request: HttpRequest, ticket: Ticket, act: Act) -> ActOption:
    """Whether this act is possible now."""
    return options_of(request, ticket)[act]
