"""The filters of the log of mails, and the dialogs that have mails tried again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest

from helpdesk.admin.catalog import SavedForm
from helpdesk.admin.log_filters import PAGE_SIZE, ChoiceField, LogFilters
from helpdesk.admin.navigation import moment_of
from helpdesk.admin.typed_fields import Numbers
from helpdesk.models import Notification
from helpdesk.selectors import outbox
from helpdesk.selectors.outbox import State, Wanted
from helpdesk.services.outbox import ALL_AT_ONCE
from workflow.audience import Kind

STATE_WORDS = {State.DEAD: "Given up", State.FAILED: "Failed, tried again", State.QUEUED: "Waiting", State.SENT: "Sent"}
NAMED = 5
"""So many of the chosen mails a dialog names."""


class OutboxFilters(LogFilters):
    """Which mails the log shows."""

    state = ChoiceField("State", "Any state", [(state.value, word) for state, word in STATE_WORDS.items()])
    kind = ChoiceField("Kind", "Any kind", Kind.choices())

    field_order = ("state", "kind", "ticket", "person", "since", "until")

    @property
    def wanted(self) -> Wanted:
        chosen = self.cleaned_data
        return Wanted(
            state=chosen["state"],
            kind=chosen["kind"],
            ticket_id=chosen["ticket"],
            recipients=chosen["person"],
            since=self.begins,
            until=self.ends,
        )


def mail_or_404(object_id: int | str | None) -> Notification:
    """The mail of an address; what is no mail answers as a missing page."""
    found = outbox.mail(object_id or 0)
    if found is None:
        raise Http404("There is no such page.")
    return found


def words_of(row: Notification) -> str:
    """One mail in a sentence: "Ticket raised, N-EXP-1001, to Maya"."""
    return f"{Kind(row.kind).label}, {row.ticket.case_id}, to {row.recipient.name}"


class SendAgainForm(SavedForm):
    """Asks once before a mail is tried again."""

    title = "Send again"
    submit_text = "Send again"

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.mail = mail_or_404(object_id)

    @property
    def sentence(self) -> str:
        return f"“{words_of(self.mail)}” is tried again at once, at {self.mail.recipient.email or 'no address'}."


class SendManyForm(SavedForm):
    """The same for the mails that were ticked in the log."""

    title = "Send again"
    submit_text = "Send again"
    body_template = "helpdesk/admin/logs/send_many.html"

    mails = Numbers(widget=forms.MultipleHiddenInput)

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        sent = self.data.getlist("mails") if self.is_bound else request.GET.getlist("mails")
        self.fields["mails"].initial = sent
        self.chosen = outbox.chosen(Numbers().to_python(sent)[:PAGE_SIZE])
        now = moment_of(request)
        self.stuck = [row for row in self.chosen if outbox.may_be_sent_again(row, now)]

    def clean_mails(self) -> list[int]:
        """Some, but no more than a page of the log has."""
        chosen: list[int] = self.cleaned_data["mails"]
        if not 1 <= len(chosen) <= PAGE_SIZE:
            raise forms.ValidationError(f"Please choose between 1 and {PAGE_SIZE} mails.")
        return chosen

    @property
    def named(self) -> list[str]:
        return [words_of(row) for row in self.stuck[:NAMED]]

    @property
    def others(self) -> int:
        return max(0, len(self.stuck) - NAMED)

    @property
    def left_alone(self) -> int:
        """How many of the chosen did not fail, or are being sent."""
        return len(self.chosen) - len(self.stuck)


class SendAllForm(SavedForm):
    """The same for everything that was given up."""

    title = "Send everything again"
    submit_text = "Send again"

    @property
    def sentence(self) -> str:
        count = outbox.given_up()
        if count == 0:
            return "No mail is given up."
        first = f" the {ALL_AT_ONCE} oldest of" if count > ALL_AT_ONCE else ""
        return f"Tried again at once:{first} {count} given up mail{'' if count == 1 else 's'}."
