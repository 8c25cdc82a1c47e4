"""The Assign dialog: the engineers as a table, and the prompt when the chosen one is busy (A5, A7)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property

from helpdesk.admin.act_forms import Prose, clock_in_words
from helpdesk.admin.dialogs import ActForm
from helpdesk.models import Ticket, User
from helpdesk.selectors import access, queues
from helpdesk.selectors.queues import Candidate
from helpdesk.templatetags.desk import exact
from workflow.errors import EngineerBusy, OwnTicket, WorkflowError
from workflow.states import Act, Status


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A time as a table cell shows it, with the whole of it for the pointer."""

    words: str
    exact: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One engineer of the table, in words; plain text, so that 200 of them are drawn at once."""

    engineer: User
    open: int
    in_progress: str
    is_busy: bool
    is_present: bool
    is_own: bool
    free: Moment
    start: Moment | None
    due: Moment


class AssignForm(ActForm):
    """Gives the ticket to an engineer, or to another one with a comment (A3); the service decides whether it may."""

    body_template = "helpdesk/admin/acts/assign.html"
    footer_template = "helpdesk/admin/acts/assign_footer.html"
    is_wide = True

    engineer_id = forms.IntegerField(error_messages={"required": "Please choose an engineer."})
    comment = forms.CharField(required=False, label="Comment", widget=Prose("Why it goes to somebody else"))
    confirm_own_ticket = forms.BooleanField(required=False)
    assign_anyway = forms.BooleanField(required=False)

    @property
    def act(self) -> Act:  # type: ignore[override]
        return Act.ASSIGN if self.ticket.status == Status.UNASSIGNED else Act.REASSIGN

    @property
    def title(self) -> str:  # type: ignore[override]
        return "Reassign" if self.is_reassigning else "Assign"

    @property
    def is_reassigning(self) -> bool:
        """Whether somebody has the ticket now."""
        return self.ticket.assignment is not None

    @property
    def sentence(self) -> str:
        if not self.is_reassigning:
            return "The engineer you choose is told at once; with other work in hand, this ticket lines up behind it."
        broken = self.ticket.status == Status.ESCALATED
        rest = "the broken due time stays" if broken else "a new resolution time is asked for"
        return f"The ticket moves to the engineer you choose, both are told, and {rest}."

    @property
    def busy(self) -> dict[str, Any] | None:
        """What the prompt shows when the chosen engineer has other work: as the service said it."""
        return self.refused.data if isinstance(self.refused, EngineerBusy) else None

    @cached_property
    def held(self) -> list[Ticket]:
        """What the busy engineer holds, in queue order."""
        case_ids = self.busy["open_tickets"] if self.busy else []
        found = {ticket.case_id: ticket for ticket in access.visible_to(self.request.user).filter(case_id__in=case_ids)}
        return [found[case_id] for case_id in case_ids if case_id in found]

    @property
    def needs_confirmation(self) -> bool:
        """Whether the service asks to confirm that the engineer resolves their own ticket (A7)."""
        return isinstance(self.refused, OwnTicket)

    @property
    def chosen(self) -> str:
        """The engineer chosen so far, as typed."""
        return str(self["engineer_id"].value() or "")

    def refuse(self, error: WorkflowError) -> None:
        super().refuse(error)
        if self.busy is not None or self.needs_confirmation:
            self.refusal = ""

    @property
    def asks_for_comment(self) -> bool:
        """Whether the comment stands in the dialog: when it is needed, and whenever something was typed."""
        return bool(self["comment"].value()) or (self.is_reassigning and not self.is_closed)

    @cached_property
    def rows(self) -> list[Row]:
        """The pool, earliest finish first; none where the ticket cannot be given to anybody."""
        if self.blocked:
            return []
        return [self._row(candidate) for candidate in queues.candidates(self.ticket, now=self.now)]

    def _row(self, candidate: Candidate) -> Row:
        present = self.ticket.assignment
        return Row(
            engineer=candidate.engineer,
            open=candidate.open,
            in_progress=candidate.in_progress,
            is_busy=candidate.is_busy,
            is_present=present is not None and present.engineer_id == candidate.engineer.pk,
            is_own=self.ticket.reporter_id == candidate.engineer.pk,
            free=self._moment(candidate.free_at),
            start=self._moment(candidate.starts_at) if candidate.starts_at else None,
            due=self._moment(candidate.due_at),
        )

    def _moment(self, moment: Any) -> Moment:
        words = "now" if moment <= self.now else clock_in_words(moment, self.now)
        return Moment(words=words, exact=exact(moment))
