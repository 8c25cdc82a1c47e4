"""What stands on the page of one ticket, and the comment form below its conversation."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest

from helpdesk.admin.dialogs import options_of
from helpdesk.admin.extension_words import Asked, asked
from helpdesk.admin.navigation import bucket_of, list_address, moment_of
from helpdesk.admin.ticket_columns import due_chip, marks_of
from helpdesk.admin.timeline import lines_of
from helpdesk.models import Ticket
from helpdesk.selectors import extensions, files, tickets
from helpdesk.selectors.calendars import lateness_of
from helpdesk.selectors.forecast import forecast_for
from helpdesk.selectors.why import why_due
from workflow.acts import ActOption
from workflow.states import Act
from workflow.texts import COMMENT_MAX


class CommentForm(forms.Form):
    """A public comment, or an internal one; the key makes a second sending of the same form harmless."""

    body = forms.CharField(
        label="Comment",
        max_length=COMMENT_MAX,
        error_messages={"required": "Please write something first."},
        widget=forms.Textarea({"class": "desk-field", "rows": 3, "placeholder": "Write a comment"}),
    )
    internal = forms.BooleanField(label="Internal: only the staff see it", required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "comment-%s", **kwargs})
        self.fields["request_key"].initial = uuid4


@dataclass(frozen=True, kw_only=True)
class Button:
    """An act of the bar below the title: opens its dialog, or says why it may not be done."""

    title: str
    address: str
    is_main: bool
    refused: str


def page_of(
    request: HttpRequest, ticket: Ticket, buttons: list[dict[str, Any]], form: CommentForm | None
) -> dict[str, Any]:
    """The whole page in words and rows; the same few statements for every ticket."""
    now = moment_of(request)
    ticket.shown_at = now  # type: ignore[attr-defined]
    ticket.outlook = forecast_for([ticket], now, reader=request.user).get(ticket.pk)  # type: ignore[attr-defined]
    ticket.late_minutes = lateness_of([ticket], now).get(ticket.pk)  # type: ignore[attr-defined]
    options = options_of(request, ticket)
    opened_from = bucket_of(request)
    return {
        "ticket": ticket,
        "now": now,
        "due": due_chip(ticket),
        "due_beside_label": due_chip(ticket, says_due=False),
        "outlook": ticket.outlook,  # type: ignore[attr-defined]
        "extension": _extension(ticket),
        "why": why_due(request.user, ticket),
        "marks": marks_of(ticket),
        "buttons": _bar(buttons, options),
        "refusals": list(dict.fromkeys(one.reason for one in options.values() if one.is_shown and not one.allowed)),
        "conversation": tickets.conversation(request.user, ticket),
        "files": files.shown(request.user, ticket),
        "timeline": lines_of(tickets.timeline(request.user, ticket), now),
        "promises": ticket.sla_records.select_related("assignment__engineer").order_by("assigned_at"),
        "may_comment": options[Act.COMMENT],
        "may_comment_internally": options[Act.COMMENT_INTERNALLY].allowed,
        "may_add_file": options[Act.ADD_FILE],
        "comment_form": form or CommentForm(),
        "back": {"title": opened_from.label, "address": list_address(opened_from)} if opened_from else None,
    }


def _extension(ticket: Ticket) -> Asked | None:
    """The ticket's one request for more time with the answers to it; none where nobody asked."""
    request = extensions.extension_of(ticket)
    return asked(request, extensions.votes_of(request)) if request else None


def _bar(buttons: list[dict[str, Any]], options: dict[Act, ActOption]) -> list[Button]:
    """The theme's actions as buttons in one row, those in drop-downs after the others; the first is the next act."""
    flat = [one for entry in buttons for one in entry.get("items", (entry,))]
    return [
        Button(title=one["title"], address=one["path"], is_main=place == 0, refused=_refusal(one["path"], options))
        for place, one in enumerate(flat)
    ]


def _refusal(address: str, options: dict[Act, ActOption]) -> str:
    """Why the act behind an address may not be done; the last word of the address names it."""
    name = address.rstrip("/").rpartition("/")[2].replace("-", "_")
    act = Act.START if name == "commit_and_start" else Act(name)
    return "" if options[act].allowed else options[act].reason
