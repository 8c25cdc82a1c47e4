"""The Assign dialog: the engineers as a table, and the prompt with the place in line when the chosen one is busy (A5, C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property

from helpdesk.admin.act_forms import Prose
from helpdesk.admin.dialogs import ActForm
from helpdesk.admin.engineer_table import EngineerTable
from helpdesk.models import Ticket
from helpdesk.selectors import queues
from workflow.errors import EngineerBusy, WorkflowError
from workflow.lineup import Move, Planned
from workflow.states import Act, Status

FIRST = 1
"""The place ahead of all who wait."""


@dataclass(frozen=True, kw_only=True)
class First:
    """What a place ahead of all who wait would come to: its own times, what moves, and the rule that forbids it (A2)."""

    planned: Planned
    moves: tuple[Move, ...]
    needs_comment: bool
    refused: str


class AssignForm(EngineerTable, ActForm):
    """Gives the ticket to an engineer, or to another one with a comment (A3); the service decides whether it may."""

    body_template = "helpdesk/admin/acts/assign.html"
    footer_template = "helpdesk/admin/acts/assign_footer.html"
    is_wide = True
    starts_label = "This one starts"
    itself = "this one"
    own_tag = "reported it"

    comment = forms.CharField(required=False, label="Comment", widget=Prose("Why it goes to somebody else"))
    place = forms.TypedChoiceField(
        required=False,
        choices=(("", "At the end of the line"), (str(FIRST), "First in line")),
        coerce=int,
        empty_value=None,
    )
    line_seen = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_reassigning:
            self.fields["comment"].widget.attrs |= {"rows": 2, "placeholder": "Why it goes ahead of the others"}

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
    def due_label(self) -> str:
        """The heading of the due times: an escalated ticket keeps its broken one (E3)."""
        return "Due" if self.ticket.status == Status.ESCALATED else "Expected by"

    @property
    def own_sentence(self) -> str:
        """What is confirmed when the engineer reported it (A7)."""
        return f"{self.ticket.reporter.name} reported this ticket; let them resolve their own."

    @property
    def to_give(self) -> Sequence[Ticket]:
        return [] if self.blocked else [self.ticket]

    @property
    def present_engineer_id(self) -> int | None:  # type: ignore[override]
        """Who has it now and cannot be chosen again."""
        return self.ticket.assignment.engineer_id if self.ticket.assignment else None

    def clean(self) -> dict[str, Any]:
        """The comment of a place in line is not kept for another place, where nobody sees that it would be sent."""
        given = super().clean() or {}
        if given.get("place") is None:
            given["line_seen"] = ""
            given["comment"] = given.get("comment", "") if self.is_reassigning else ""
        return given

    @property
    def busy(self) -> dict[str, Any] | None:
        """What the prompt shows: the end of the line, also while another place chosen in it is refused."""
        if self.candidate is None or not (super().busy or self._is_place_refused):
            return super().busy
        planned = self.candidate.planned[0]
        return {
            "engineer": self.candidate.engineer.name,
            "open_tickets": list(self.candidate.held),
            "starts_at": planned.starts_at,
            "due_at": planned.due_at,
        }

    @property
    def busy_sentence(self) -> str:
        """The words of the prompt, which are the rule's own (A5)."""
        return EngineerBusy(**self.busy).sentence if self.busy else ""

    @property
    def _is_place_refused(self) -> bool:
        """Whether what the service refused is the place in line (A2, A6), or the comment it needs is missing (C6)."""
        if self.refused is None or self["place"].value() != str(FIRST):
            return False
        wants_comment = self.refused.code == "comment_required" and "case_ids" in self.refused.data
        is_sm2s = self.refused.code == "assigned_by_sm2" and self.refused.data["case_id"] != self.ticket.case_id
        return wants_comment or is_sm2s or self.refused.code == "queue_changed"

    @cached_property
    def first(self) -> First | None:
        """The other place there is for it, where somebody waits."""
        if self.busy is None or self.candidate is None or self.candidate.ahead is None:
            return None
        ahead = self.candidate.ahead
        return First(
            planned=ahead.planned,
            moves=tuple(move for move in ahead.plan.moves if move.case_id != self.ticket.case_id),
            needs_comment=bool(ahead.would_be_late),
            refused=self.candidate.ahead_refused,
        )

    @cached_property
    def line_version(self) -> str:
        """The line the prompt shows, so that a place chosen in it holds for this line only (A6)."""
        return queues.queue_version(self.candidate.engineer.pk) if self.candidate else ""

    @property
    def is_first_chosen(self) -> bool:
        """Whether the place ahead of all who wait is the one chosen so far."""
        return self["place"].value() == str(FIRST) and self.first is not None and not self.first.refused

    def refuse(self, error: WorkflowError) -> None:
        super().refuse(error)
        if isinstance(error, EngineerBusy) or self.needs_confirmation:
            self.refusal = ""

    @property
    def asks_for_comment(self) -> bool:
        """Whether the comment stands beside the table: for a reassignment, and whenever something was typed.

        In the prompt of a ticket that is nobody's yet it belongs to the place in line instead.
        """
        if self.is_reassigning:
            return bool(self["comment"].value()) or not self.is_closed
        return bool(self["comment"].value()) and not self.busy
