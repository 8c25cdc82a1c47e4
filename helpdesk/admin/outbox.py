"""Notifications: the log of every mail about a ticket, each with what it looks like, why it was written and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from unfold.decorators import action

from helpdesk.admin.catalog import AdminOnly
from helpdesk.admin.mail_frame import framed
from helpdesk.admin.navigation import moment_of
from helpdesk.admin.outbox_forms import (
    STATE_WORDS,
    OutboxFilters,
    SendAgainForm,
    SendAllForm,
    SendManyForm,
    mail_or_404,
)
from helpdesk.admin.timeline import line_of
from helpdesk.models import Notification
from helpdesk.notifications.delivery import message_id
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.previews import as_seen, written
from helpdesk.notifications.reach import objection
from helpdesk.notifications.registry import message_for
from helpdesk.selectors import outbox
from helpdesk.selectors.newest import Page
from helpdesk.selectors.outbox import State
from helpdesk.services.outbox import send_again, send_all_again
from workflow.audience import Kind, goes_to

NO_ROWS: Page[Notification] = Page(rows=[], newer=None, older=None)
MARKS = {
    State.SENT: ("check", "green", "The mail server took it"),
    State.QUEUED: ("clock", "neutral", "It is sent at its next try"),
    State.FAILED: ("warning", "amber", "It is tried again with growing pauses"),
    State.DEAD: ("warning", "red", "Nobody tries it any more"),
}


def state_of(row: Notification) -> dict[str, str]:
    """How the state of a mail is shown: icon, word and colour, and what it means."""
    icon, tone, title = MARKS[State(row.state)]
    return {"word": STATE_WORDS[State(row.state)].lower(), "icon": icon, "tone": tone, "title": title}


@admin.register(Notification)
class NotificationAdmin(AdminOnly):
    """The log and a mail's page are pages of their own: the list never counts its rows."""

    actions_list = ("send_many", "send_all")
    actions_detail = ("send_one",)

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (("<path:object_id>/mail/", "helpdesk_notification_mail", self.mail_view),)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        filters, now = OutboxFilters(request), moment_of(request)
        page = outbox.log(filters.wanted, filters.turn) if filters.is_valid() else NO_ROWS
        context = {
            **self.admin_site.each_context(request),
            "title": "Notifications",
            "opts": self.opts,
            "filters": filters,
            "page": page,
            "rows": [_row(row, now) for row in page.rows],
            "may_send": any(outbox.may_be_sent_again(row, now) for row in page.rows),
            "given_up": outbox.given_up(),
        }
        return TemplateResponse(
            request, "helpdesk/admin/logs/outbox.html", context, status=200 if filters.is_valid() else 400
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The mail's page; there is no form of the admin behind it."""
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        row, now = mail_or_404(object_id), moment_of(request)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{Kind(row.kind).label} to {row.recipient.name}",
            "opts": self.opts,
            "back": {"title": "Notifications", "address": reverse("admin:helpdesk_notification_changelist")},
            "row": row,
            "state": state_of(row),
            "may_send": outbox.may_be_sent_again(row, now),
            "written": written(Letter.read(row.pk)),
            "message_id": message_id(row),
            "rule": goes_to(Kind(row.kind)),
            "purpose": message_for(row.kind).purpose,
            "fact": line_of(row.event, now),
            "objection": "" if row.state == State.SENT else objection(row),
        }
        return TemplateResponse(request, "helpdesk/admin/logs/mail.html", context)

    @method_decorator(require_safe)
    def mail_view(self, request: HttpRequest, object_id: str, **_: Any) -> HttpResponse:
        """The HTML of the mail alone, for the frame of its page."""
        made = written(Letter.read(mail_or_404(object_id).pk))
        if made.mail is None:
            raise Http404("This mail cannot be written.")
        return framed(as_seen(made.mail, dark=request.GET.get("looks") == "dark"))

    @action(
        description="Send again",
        url_path="send-again",
        permissions=["edit"],
        dialog={"title": "Send again", "form_class": SendAgainForm, "form_submit_text": "Send again"},
    )
    def send_one(self, request: HttpRequest, form: SendAgainForm, object_id: str) -> HttpResponse:
        given = {"mail_ids": [form.mail.pk], "now": moment_of(request)}
        return self.run(request, send_again, form=form, done="The mail is tried again.", **given)

    @action(
        description="Send again",
        url_path="send-many",
        permissions=["edit"],
        dialog={"title": "Send again", "form_class": SendManyForm, "form_submit_text": "Send again"},
    )
    def send_many(self, request: HttpRequest, form: SendManyForm) -> HttpResponse:
        given = {"mail_ids": form.cleaned_data["mails"], "now": moment_of(request)}
        return self.run(request, send_again, form=form, done=tried_again, **given)

    @action(
        description="Send everything given up again",
        url_path="send-all",
        permissions=["edit"],
        dialog={"title": "Send everything again", "form_class": SendAllForm, "form_submit_text": "Send again"},
    )
    def send_all(self, request: HttpRequest, form: SendAllForm) -> HttpResponse:
        return self.run(request, send_all_again, form=form, done=tried_again, now=moment_of(request))


def tried_again(count: int) -> str:
    """What came of it, in words."""
    return "1 mail is tried again." if count == 1 else f"{count} mails are tried again."


def _row(row: Notification, now: Any) -> dict[str, Any]:
    return {
        "mail": row,
        "kind": Kind(row.kind).label,
        "state": state_of(row),
        "may_send": outbox.may_be_sent_again(row, now),
    }
