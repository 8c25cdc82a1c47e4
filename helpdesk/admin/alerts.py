"""Mails to the admins about the desk itself: which were sent, which wait, and which were given up and can be tried again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action

from helpdesk.admin.audit_words import DASH
from helpdesk.admin.base import DeskChangeList
from helpdesk.admin.catalog import AdminOnly, SavedForm
from helpdesk.admin.filter_fields import OneFilter
from helpdesk.admin.navigation import moment_of
from helpdesk.models import AdminAlert
from helpdesk.services.alerts import send_again
from helpdesk.templatetags.desk import mark, time_chip_at

STATES = (("given_up", "Given up"), ("waiting", "Waiting"), ("sent", "Sent"))


class MomentChangeList(DeskChangeList):
    """Rows that know the moment they are shown at, so that all of them speak of one "now"."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for alert in self.result_list:
            alert.shown_at = moment_of(request)


class StateFilter(OneFilter):
    """Sent, waiting for its next try, or given up."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(STATES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[AdminAlert]) -> QuerySet[AdminAlert]:
        if self.value() == "given_up":
            return queryset.given_up()  # type: ignore[attr-defined, no-any-return]
        chosen = {"waiting": {"next_try_at__isnull": False}, "sent": {"sent_at__isnull": False}}
        return queryset.filter(**chosen.get(self.value() or "", {}))


class SendAgainForm(SavedForm):
    """Asks once before a mail is tried again."""

    title = "Send again"
    submit_text = "Send again"

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.alert = _alert_or_404(object_id)

    @property
    def sentence(self) -> str:
        return f"“{self.alert.subject}” is tried again at once, to {self.alert.address}."


def _alert_or_404(object_id: int | str | None) -> AdminAlert:
    """The mail of an address; a number that is none answers as a missing one."""
    try:
        return AdminAlert.objects.get(pk=object_id or 0)
    except (AdminAlert.DoesNotExist, ValueError):
        raise Http404("There is no such page.") from None


@admin.register(AdminAlert)
class AlertAdmin(AdminOnly):
    """One row per mail and admin, newest first; a row has no page of its own."""

    list_display = ("made", "told", "words", "state", "failure", "acts")
    list_display_links = None
    list_filter = (StateFilter,)
    change_list_template = "helpdesk/admin/people/list.html"
    search_fields = ("subject", "address")
    search_help_text = "Subject or address"
    ordering = ("-created_at", "-pk")
    actions_detail = ("send_again",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskChangeList]:
        return MomentChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Mails to admins", **(extra_context or {})})

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404("There is no such page.")

    @admin.display(description="Written", ordering="created_at")
    def made(self, alert: AdminAlert) -> SafeString:
        return time_chip_at(alert.created_at, "at", now=alert.shown_at)  # type: ignore[attr-defined]

    @admin.display(description="To", ordering="address")
    def told(self, alert: AdminAlert) -> SafeString:
        return format_html('<span class="desk-isolate">{}</span>', alert.address)

    @admin.display(description="Subject", ordering="subject")
    def words(self, alert: AdminAlert) -> SafeString:
        return format_html('<span class="desk-isolate">{}</span>', alert.subject)

    @admin.display(description="State")
    def state(self, alert: AdminAlert) -> SafeString:
        if alert.sent_at:
            return mark("sent", "check", "green")
        if alert.is_given_up:
            return mark("given up", "warning", "red", "Nobody tries it any more")
        return mark("waiting", "clock", "neutral", "It is tried again with growing pauses")

    @admin.display(description="Last failure")
    def failure(self, alert: AdminAlert) -> SafeString:
        if not alert.last_error:
            return format_html('<span class="desk-none">{}</span>', DASH)
        tries = "1 try" if alert.attempts == 1 else f"{alert.attempts} tries"
        return format_html(
            '<span class="desk-isolate">{}</span> <span class="desk-subtle">{}</span>', alert.last_error, tries
        )

    @admin.display(description="")
    def acts(self, alert: AdminAlert) -> SafeString:
        return render_to_string("helpdesk/admin/people/alert_acts.html", {"alert": alert})

    @action(
        description="Send again",
        url_path="send-again",
        permissions=["edit"],
        dialog={"title": "Send again", "form_class": SendAgainForm, "form_submit_text": "Send again"},
    )
    def send_again(self, request: HttpRequest, form: SendAgainForm, object_id: str) -> HttpResponse:
        given = {"alert_id": int(object_id), "now": moment_of(request)}
        return self.run(request, send_again, form=form, done="The mail is tried again.", **given)
