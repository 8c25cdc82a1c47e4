"""People: who is on the desk with which roles from where, and the dialogs by which an admin changes that."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import action

from helpdesk.admin import people_sheet
from helpdesk.admin.audit_words import DASH
from helpdesk.admin.calendar_forms import EngineerHoursForm
from helpdesk.admin.catalog import AdminOnly
from helpdesk.admin.filter_fields import OneFilter
from helpdesk.admin.navigation import moment_of
from helpdesk.admin.people_forms import (
    ActivateForm,
    AuthorityForm,
    DeactivateForm,
    RolesForm,
    SessionsForm,
    person_or_404,
)
from helpdesk.admin.person_page import page_of, role_chips
from helpdesk.models import User, UserRole
from helpdesk.services import people
from helpdesk.services.calendars import set_engineer_calendar
from helpdesk.templatetags.desk import mark
from helpdesk.templatetags.desk import person as person_part
from workflow.roles import Role

NO_ROLE = "none"
BUTTONS = {
    "edit_roles": "Give or withdraw roles",
    "set_authority": "Set reporting authority",
    "set_hours": "Set working hours",
    "end_sessions": "End sessions",
    "deactivate": "Deactivate",
    "activate": "Activate",
}
"""The dialogs of a person's page, in their order."""


class RoleFilter(OneFilter):
    """Who holds a role now, or none at all."""

    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*Role.choices(), (NO_ROLE, "No role")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        chosen = self.value()
        held = UserRole.objects.filter(user=OuterRef("pk"), is_granted=True)
        if chosen == NO_ROLE:
            return queryset.filter(~Exists(held))
        return queryset.filter(Exists(held.filter(role_id=chosen))) if chosen in set(Role) else queryset


class ActiveFilter(OneFilter):
    """Who may sign in."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", "Active"), ("inactive", "Inactive")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        known = {"active": True, "inactive": False}
        return queryset.filter(is_active=known[self.value()]) if self.value() in known else queryset


class AuthorityFilter(OneFilter):
    """Engineers whose broken promises nobody in particular hears of (P5)."""

    title = "reporting authority"
    parameter_name = "authority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("missing", "Assignees without one"), ("lost", "Inactive or without the role")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "missing":
            return queryset.holding(Role.ENGINEER).filter(reporting_authority=None)  # type: ignore[attr-defined]
        if self.value() == "lost":
            leads = User.objects.active().holding(Role.RA)
            return queryset.filter(reporting_authority__isnull=False).exclude(reporting_authority__in=leads)
        return queryset


def _buttons(person: User) -> list[dict[str, str]]:
    """The dialogs that make sense for the person as they are."""
    pointless = "activate" if person.is_active else "deactivate"
    return [
        {"title": title, "address": reverse(f"admin:helpdesk_user_{name}", args=(person.pk,))}
        for name, title in BUTTONS.items()
        if name != pointless
    ]


@admin.register(User)
class PersonAdmin(AdminOnly):
    """Read-only rows; every change is a dialog and one service."""

    list_display = ("who", "mail", "roles", "authority", "state")
    list_display_links = ("who",)
    list_filter = (RoleFilter, ActiveFilter, AuthorityFilter)
    change_list_template = "helpdesk/admin/people/list.html"
    search_fields = ("name", "email", "azure_ad_id")
    search_help_text = "Name, e-mail or object id"
    ordering = ("name", "pk")
    actions_list = ("sheet",)
    actions_detail = tuple(BUTTONS)
    custom_urls = people_sheet.URLS

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.select_related("reporting_authority", "working_calendar").prefetch_related("user_roles")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "People", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The person's page; there is no form of the admin behind it."""
        if request.method not in {"GET", "HEAD"} or not self.has_view_permission(request):
            raise PermissionDenied
        person = person_or_404(object_id)
        context = {
            **self.admin_site.each_context(request),
            **page_of(person, _buttons(person), moment_of(request)),
            "opts": self.opts,
            "title": person.name,
        }
        return TemplateResponse(request, "helpdesk/admin/people/page.html", context)

    @action(description="Import and export", url_path="sheet", icon="table_view", permissions=["edit"])
    def sheet(self, request: HttpRequest) -> HttpResponse:
        """People as a sheet, in and out."""
        return people_sheet.sheet_page(request, self)

    @admin.display(description="Name", ordering="name")
    def who(self, person: User) -> SafeString:
        return person_part(person)

    @admin.display(description="E-mail", ordering="email")
    def mail(self, person: User) -> str:
        return person.email or DASH

    @admin.display(description="Roles")
    def roles(self, person: User) -> SafeString:
        return role_chips(person.user_roles.all())

    @admin.display(description="Reporting authority", ordering="reporting_authority__name")
    def authority(self, person: User) -> SafeString | str:
        return render_to_string("helpdesk/admin/people/authority.html", {"person": person})

    @admin.display(description="State", ordering="is_active")
    def state(self, person: User) -> SafeString:
        return mark("active", "check", "green") if person.is_active else mark("inactive", "lock", "neutral")

    @action(
        description=BUTTONS["edit_roles"],
        url_path="roles",
        permissions=["edit"],
        dialog={"title": "Roles", "form_class": RolesForm, "form_submit_text": "Save"},
    )
    def edit_roles(self, request: HttpRequest, form: RolesForm, object_id: str) -> HttpResponse:
        return self.run(
            request,
            people.decide_roles,
            form=form,
            user=form.person,
            decisions=form.decisions,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
            now=moment_of(request),
            done=f"The roles of {form.person.name} are saved.",
        )

    @action(
        description=BUTTONS["set_authority"],
        url_path="authority",
        permissions=["edit"],
        dialog={"title": "Reporting authority", "form_class": AuthorityForm, "form_submit_text": "Save"},
    )
    def set_authority(self, request: HttpRequest, form: AuthorityForm, object_id: str) -> HttpResponse:
        return self.run(
            request,
            people.set_reporting_authority,
            form=form,
            engineer=form.person,
            authority=form.cleaned_data["authority"],
            reason=form.cleaned_data["reason"],
            now=moment_of(request),
            done="The reporting authority is set.",
        )

    @action(
        description=BUTTONS["set_hours"],
        url_path="hours",
        permissions=["edit"],
        dialog={"title": "Working hours", "form_class": EngineerHoursForm, "form_submit_text": "Save"},
    )
    def set_hours(self, request: HttpRequest, form: EngineerHoursForm, object_id: str) -> HttpResponse:
        return self.run(
            request,
            set_engineer_calendar,
            form=form,
            engineer=form.person,
            calendar_id=form.cleaned_data["calendar"],
            reason=form.cleaned_data["reason"],
            now=moment_of(request),
            done=lambda decision: f"The working hours of {form.person.name} are set. {decision.sentence}",
        )

    @action(
        description=BUTTONS["deactivate"],
        url_path="deactivate",
        permissions=["edit"],
        dialog={"title": "Deactivate", "form_class": DeactivateForm, "form_submit_text": "Deactivate"},
    )
    def deactivate(self, request: HttpRequest, form: DeactivateForm, object_id: str) -> HttpResponse:
        return self._set_active(request, form, False, f"{form.person.name} is deactivated.")

    @action(
        description=BUTTONS["activate"],
        url_path="activate",
        permissions=["edit"],
        dialog={"title": "Activate", "form_class": ActivateForm, "form_submit_text": "Activate"},
    )
    def activate(self, request: HttpRequest, form: ActivateForm, object_id: str) -> HttpResponse:
        return self._set_active(request, form, True, f"{form.person.name} may sign in again.")

    def _set_active(self, request: HttpRequest, form: Any, is_active: bool, done: str) -> HttpResponse:
        return self.run(
            request,
            people.set_active,
            form=form,
            user=form.person,
            is_active=is_active,
            reason=form.cleaned_data["reason"],
            now=moment_of(request),
            done=done,
        )

    @action(
        description=BUTTONS["end_sessions"],
        url_path="sessions",
        permissions=["edit"],
        dialog={"title": "End sessions", "form_class": SessionsForm, "form_submit_text": "End sessions"},
    )
    def end_sessions(self, request: HttpRequest, form: SessionsForm, object_id: str) -> HttpResponse:
        return self.run(
            request,
            people.end_sessions,
            form=form,
            user=form.person,
            reason=form.cleaned_data["reason"],
            now=moment_of(request),
            done=f"{form.person.name} is signed out everywhere.",
        )
