"""The audit trail: who did what about whom, why and when; read-only, the database sees to that as well (P4)."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter, TextFilter
from unfold.utils import parse_date_str

from helpdesk.admin.audit_words import DASH, act_of, change_of
from helpdesk.admin.base import DeskChangeList
from helpdesk.admin.catalog import AdminOnly
from helpdesk.admin.navigation import moment_of
from helpdesk.models import AuditEvent
from helpdesk.services.audit import ACTS
from helpdesk.templatetags.desk import person as person_part
from helpdesk.templatetags.desk import time_chip_at


class ActFilter(DropdownFilter):
    """What was done."""

    title = "act"
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(ACTS.items(), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(act=self.value()) if self.value() in ACTS else queryset


class PersonFilter(TextFilter):
    """By whom or about whom: words of the name, an e-mail, or the whole user name."""

    title = "person"
    parameter_name = "person"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        text = (self.value() or "").replace("\x00", "").strip()
        if not text:
            return queryset
        of_actor = Q(actor__name__icontains=text) | Q(actor__email__iexact=text) | Q(actor__username=text)
        of_subject = Q(subject__name__icontains=text) | Q(subject__email__iexact=text) | Q(subject__username=text)
        return queryset.filter(of_actor | of_subject)


class DayFilter(RangeDateFilter):
    """From one day to another, both included, in the viewer's zone; what is no day narrows nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        first = _midnight(self.used_parameters.get(f"{self.parameter_name}_from"))
        last = _midnight(self.used_parameters.get(f"{self.parameter_name}_to"))
        if first:
            queryset = queryset.filter(timestamp__gte=first)
        return queryset.filter(timestamp__lt=last + timedelta(days=1)) if last else queryset


def _midnight(text: Any) -> datetime | None:
    day = parse_date_str(text) if isinstance(text, str) and text else None
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class MomentChangeList(DeskChangeList):
    """Rows that know the moment they are shown at, so that all of them speak of one "now"."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        for event in self.result_list:
            event.shown_at = moment_of(request)


@admin.register(AuditEvent)
class AuditAdmin(AdminOnly):
    """One row per act, newest first."""

    list_display = ("when", "who", "what", "about", "changed", "why", "request_shown")
    list_display_links = None
    list_filter = (ActFilter, PersonFilter, ("timestamp", DayFilter))
    change_list_template = "helpdesk/admin/people/list.html"
    search_fields = ("subject_label", "actor__name", "reason", "request_id")
    search_help_text = "Name, reason or request id"
    ordering = ("-timestamp", "-pk")
    list_select_related = ("actor", "subject")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskChangeList]:
        return MomentChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Audit trail", **(extra_context or {})})

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404("There is no such page.")

    @admin.display(description="When", ordering="timestamp")
    def when(self, event: AuditEvent) -> SafeString:
        return time_chip_at(event.timestamp, "at", now=event.shown_at)  # type: ignore[attr-defined]

    @admin.display(description="Who", ordering="actor__name")
    def who(self, event: AuditEvent) -> SafeString:
        if event.actor:
            return person_part(event.actor)
        return format_html('<span class="desk-subtle">{}</span>', "the system")

    @admin.display(description="Act", ordering="act")
    def what(self, event: AuditEvent) -> SafeString:
        return format_html('<span class="desk-strong">{}</span>', act_of(event))

    @admin.display(description="About")
    def about(self, event: AuditEvent) -> SafeString:
        if event.subject_id:
            page = reverse("admin:helpdesk_user_change", args=(event.subject_id,))
            return format_html('<a class="desk-link desk-isolate" href="{}">{}</a>', page, event.subject_label)
        return format_html('<span class="desk-isolate">{}</span>', event.subject_label or DASH)

    @admin.display(description="Change")
    def changed(self, event: AuditEvent) -> SafeString:
        return format_html('<span class="desk-isolate">{}</span>', change_of(event) or DASH)

    @admin.display(description="Reason")
    def why(self, event: AuditEvent) -> SafeString:
        return format_html('<span class="desk-isolate">{}</span>', event.reason or DASH)

    @admin.display(description="Request")
    def request_shown(self, event: AuditEvent) -> SafeString:
        return format_html(
            '<span class="desk-case desk-small" title="{}">{}</span>', event.request_id, event.request_id[:8] or DASH
        )
