"""The table of engineers in the Assign dialogs: whom tickets can be given to and what that would come to, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import cached_property

from helpdesk.admin.act_forms import clock_in_words
from helpdesk.admin.navigation import level_of
from helpdesk.models import Ticket, User
from helpdesk.selectors import access
from helpdesk.selectors.candidates import Candidate, candidates
from helpdesk.templatetags.desk import exact
from workflow.errors import EngineerBusy, OwnTicket, WorkflowError, in_words
from workflow.whatif import Ahead

MOST_NAMED = 2
"""So many tickets that would become late are named in a row; the others are counted."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A time as a table cell shows it, with the whole of it for the pointer."""

    words: str
    exact: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One engineer of the table, in words; plain text, so that 200 of them are drawn at once.

    `done` is when the work would really be finished where that is not the due time (C9). `late` says how late the ticket itself
    would be, and `behind` what it waits for; `if_first` whose promises a place ahead of them would move.
    """

    engineer: User
    open: int
    in_progress: str
    is_busy: bool
    is_present: bool
    is_own: bool
    free: Moment
    start: Moment | None
    due: Moment
    done: Moment | None
    late: str
    behind: str
    if_first: tuple[str, ...]


class EngineerTable(forms.Form):
    """The part of a dialog in which an engineer is chosen; the busy prompt (A5) and one's own ticket (A7) belong to it."""

    engineer_id = forms.IntegerField(error_messages={"required": "Please choose an engineer."})
    confirm_own_ticket = forms.BooleanField(required=False)
    assign_anyway = forms.BooleanField(required=False)

    request: HttpRequest
    now: datetime
    refused: WorkflowError | None
    refusal: str
    present_engineer_id: int | None = None

    @property
    def to_give(self) -> Sequence[Ticket]:
        """The tickets in the order they are to be given; none where they cannot be given to anybody."""
        raise NotImplementedError

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The pool, earliest finish first."""
        return self._candidates() if self.to_give else []

    @cached_property
    def rows(self) -> list[Row]:
        """The pool in words."""
        return [self._row(candidate) for candidate in self.candidates]

    @property
    def chosen(self) -> str:
        """The engineer chosen so far, as typed."""
        return str(self["engineer_id"].value() or "")

    @cached_property
    def candidate(self) -> Candidate | None:
        """What is known of the engineer chosen, if they are in the pool."""
        return next((one for one in self.candidates if str(one.engineer.pk) == self.chosen), None)

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

    def moment(self, moment: datetime) -> Moment:
        """The time as a cell shows it."""
        words = "now" if moment <= self.now else clock_in_words(moment, self.now)
        return Moment(words=words, exact=exact(moment))

    def _candidates(self, only: int | None = None) -> list[Candidate]:
        return candidates(self.to_give, by=self.request.user, level=level_of(self.request), now=self.now, only=only)

    def _row(self, candidate: Candidate) -> Row:
        done = self.moment(candidate.finish_at)
        due = self.moment(candidate.due_at)
        shows_done = candidate.starts_at is not None and done.words != due.words
        return Row(
            engineer=candidate.engineer,
            open=candidate.open,
            in_progress=", ".join(candidate.in_progress),
            is_busy=candidate.is_busy,
            is_present=candidate.engineer.pk == self.present_engineer_id,
            is_own=any(ticket.reporter_id == candidate.engineer.pk for ticket in self.to_give),
            free=self.moment(candidate.free_at),
            start=self.moment(candidate.starts_at) if candidate.starts_at else None,
            due=due,
            done=done if shows_done else None,
            late=in_words(candidate.late_minutes) if candidate.late_minutes else "",
            behind=candidate.behind or "",
            if_first=delays_in_words(candidate.ahead),
        )


def delays_in_words(ahead: Ahead | None) -> tuple[str, ...]:
    """Whose promises would move later and by how much: "N-EXP-1002 by 4 h", "N-EXP-1003 by 4 h", "2 more"."""
    delays = ahead.would_be_late if ahead else ()
    named = [f"{delay.case_id} by {in_words(delay.minutes)}" for delay in delays[:MOST_NAMED]]
    more = len(delays) - len(named)
    return (*named, f"{more} more") if more else tuple(named)
