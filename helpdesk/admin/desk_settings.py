"""The desk's switches and its working hours: a read-only page for admins, changed in dialogs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action
from unfold.enums import ActionVariant

from helpdesk.admin.calendar_forms import DeskHoursForm
from helpdesk.admin.catalog import AdminOnly, SavedForm, given_by
from helpdesk.admin.navigation import moment_of
from helpdesk.models import DeskSettings
from helpdesk.selectors import desk
from helpdesk.services.calendars import set_desk_calendar
from helpdesk.services.catalog import save_desk_settings


class SettingsForm(SavedForm):
    """The switches of the desk."""

    title = "Desk settings"
    body_template = "helpdesk/admin/settings_fields.html"

    sm2_may_override = forms.BooleanField(label="SM2 may override SM1", required=False)
    reminder_lead_minutes = forms.IntegerField(
        label="Reminder before the due time", help_text="Minutes.", min_value=1, max_value=24 * 60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = desk.settings()
        for name in ("sm2_may_override", "reminder_lead_minutes"):
            self.fields[name].initial = getattr(now, name)
        self.dress()


@admin.register(DeskSettings)
class DeskSettingsAdmin(AdminOnly):
    """The one row of switches; its list is the page itself."""

    list_display = ("sm2_may_override", "reminder_lead_minutes")
    actions_list = ("edit_settings", "set_hours")
    change_list_template = "helpdesk/admin/desk_settings.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "title": "Desk settings",
            "desk_settings": desk.settings(),
            "hours": reverse("admin:helpdesk_workingcalendar_changelist"),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one row and one page of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:helpdesk_desksettings_changelist"))

    @action(
        description="Edit",
        url_path="edit",
        icon="edit",
        variant=ActionVariant.PRIMARY,
        permissions=["edit"],
        dialog={"title": "Desk settings", "form_class": SettingsForm, "form_submit_text": "Save"},
    )
    def edit_settings(self, request: HttpRequest, form: SettingsForm) -> HttpResponse:
        return self.run(request, save_desk_settings, form=form, done="The settings are saved.", **given_by(form))

    @action(
        description="Set working hours",
        url_path="hours",
        icon="schedule",
        permissions=["edit"],
        dialog={"title": "Working hours of the desk", "form_class": DeskHoursForm, "form_submit_text": "Save"},
    )
    def set_hours(self, request: HttpRequest, form: DeskHoursForm) -> HttpResponse:
        return self.run(
            request,
            set_desk_calendar,
            form=form,
            calendar_id=form.cleaned_data["calendar"],
            now=moment_of(request),
            done=lambda decision: f"The working hours of the desk are set. {decision.sentence}",
        )
