"""Working hours and holidays: the calendars an admin keeps, read here and changed in dialogs (C10)."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from unfold.decorators import action
from unfold.enums import ActionVariant

from helpdesk.admin.calendar_forms import CalendarForm, RemoveForm, calendar_or_404, region_choices
from helpdesk.admin.catalog import AdminOnly
from helpdesk.admin.navigation import moment_of
from helpdesk.admission import open_to
from helpdesk.models import User, WorkingCalendar
from helpdesk.selectors import calendars, desk
from helpdesk.selectors.calendar_states import (
    DASH,
    WEEKDAYS,
    hours_in_words,
    next_holidays,
    place_in_words,
    week_in_words,
    week_of,
)
from helpdesk.services.calendars import remove_calendar, save_calendar
from workflow.roles import Role

NEXT = 12
"""How many of the coming days off the page shows."""


@open_to(Role.ADMIN)
@require_safe
def regions(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """The parts of a country to choose from, for the dialog whose country was just chosen."""
    return JsonResponse({"regions": region_choices(request.GET.get("country", ""))})


@admin.register(WorkingCalendar)
class CalendarAdmin(AdminOnly):
    """Read-only rows; every change is a dialog and one service."""

    list_display = ("name", "week", "time_zone", "holidays_of", "used_by")
    list_before_template = "helpdesk/admin/calendars/help.html"
    change_list_template = "helpdesk/admin/people/list.html"
    search_fields = ("name",)
    search_help_text = "Name"
    ordering = ("name", "pk")
    actions_list = ("add_calendar",)
    custom_urls = (("regions/", "helpdesk_workingcalendar_regions", regions),)
    actions_detail = ("edit_calendar", "remove_calendar")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkingCalendar]:
        found = WorkingCalendar.objects.annotate(people_count=Count("people", distinct=True))
        return found.prefetch_related("intervals", "desks")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Working hours", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one calendar; there is no form of the admin behind it."""
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        calendar = calendar_or_404(object_id)
        context = {**self.admin_site.each_context(request), **_page_of(request, calendar), "opts": self.opts}
        return TemplateResponse(request, "helpdesk/admin/calendars/page.html", context)

    @admin.display(description="Hours")
    def week(self, calendar: WorkingCalendar) -> str:
        return week_in_words(week_of(calendar))

    @admin.display(description="Public holidays of")
    def holidays_of(self, calendar: WorkingCalendar) -> str:
        return place_in_words(calendar) or DASH

    @admin.display(description="Used by")
    def used_by(self, calendar: WorkingCalendar) -> SafeString:
        return render_to_string("helpdesk/admin/calendars/used.html", {"calendar": calendar})

    @action(
        description="Add working hours",
        url_path="new-hours",
        icon="add",
        variant=ActionVariant.PRIMARY,
        permissions=["edit"],
        dialog={"title": "Add working hours", "form_class": CalendarForm, "form_submit_text": "Add"},
    )
    def add_calendar(self, request: HttpRequest, form: CalendarForm) -> HttpResponse:
        given = {**form.given, "now": moment_of(request)}
        return self.run(request, save_calendar, form=form, done="The working hours are added.", **given)

    @action(
        description="Edit",
        url_path="edit",
        icon="edit",
        variant=ActionVariant.PRIMARY,
        permissions=["edit"],
        dialog={"title": "Edit working hours", "form_class": CalendarForm, "form_submit_text": "Save"},
    )
    def edit_calendar(self, request: HttpRequest, form: CalendarForm, object_id: str) -> HttpResponse:
        given = {**form.given, "calendar_id": int(object_id), "now": moment_of(request)}
        return self.run(
            request,
            save_calendar,
            form=form,
            done=lambda decision: f"{decision.calendar.name} is saved. {decision.sentence}",
            **given,
        )

    @action(
        description="Remove",
        url_path="remove",
        permissions=["edit"],
        dialog={"title": "Remove working hours", "form_class": RemoveForm, "form_submit_text": "Remove"},
    )
    def remove_calendar(self, request: HttpRequest, form: RemoveForm, object_id: str) -> HttpResponse:
        return self.run(
            request,
            remove_calendar,
            form=form,
            calendar_id=int(object_id),
            reason=form.cleaned_data["reason"],
            now=moment_of(request),
            done=f"{form.calendar.name} is removed.",
            go_to=reverse("admin:helpdesk_workingcalendar_changelist"),
        )


def _page_of(request: HttpRequest, calendar: WorkingCalendar) -> dict[str, Any]:
    """The whole page; the same few statements for every calendar."""
    today = timezone.localtime(moment_of(request)).date()
    week = week_of(calendar)
    return {
        "title": calendar.name,
        "calendar": calendar,
        "days": list(zip(WEEKDAYS, map(hours_in_words, week), strict=True)),
        "weekly_minutes": sum(closes - opens for hours in week for opens, closes in hours),
        "place": place_in_words(calendar),
        "holidays": next_holidays(calendar, today, NEXT),
        "of_the_desk": desk.settings().working_calendar_id == calendar.pk,
        "people": User.objects.filter(working_calendar=calendar).order_by("name"),
        "open_promises": calendars.open_promises(calendars.people_by(calendar)),
        "buttons": [
            {"title": title, "address": reverse(f"admin:helpdesk_workingcalendar_{name}", args=(calendar.pk,))}
            for name, title in (("edit_calendar", "Edit"), ("remove_calendar", "Remove"))
        ],
        "back": {"title": "Working hours", "address": reverse("admin:helpdesk_workingcalendar_changelist")},
    }
