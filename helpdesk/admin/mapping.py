"""The role mapping: which value of which claim of Entra ID gives which role (P3)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant

from helpdesk.admin.act_forms import Prose
from helpdesk.admin.catalog import AdminOnly, SavedForm
from helpdesk.admin.navigation import moment_of
from helpdesk.admin.people_forms import REASON_NEEDED
from helpdesk.models import RoleMapping
from helpdesk.services.mapping import delete_mapping, save_mapping
from workflow.roles import Role


class ReasonForm(SavedForm):
    """A change of the mapping, with its reason; `object_id` is the row it is about."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        error_messages={"required": REASON_NEEDED},
        widget=Prose("Who asked for it and why"),
    )

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.mapping = mapping_or_404(object_id) if object_id else None
        self.fields["reason"].widget.attrs["rows"] = 2


class MappingForm(ReasonForm):
    """One row of the mapping."""

    claim = forms.ChoiceField(
        label="Claim",
        choices=RoleMapping.Claim.choices,
        help_text="App roles are recommended: a token always lists them. Groups may be too many for a token.",
    )
    value = forms.CharField(
        label="Value",
        max_length=120,
        help_text="The value of the app role, as Lineup.SM1, or the object id of the group.",
        error_messages={"required": "Please give the value as it stands in the token."},
    )
    role = forms.ChoiceField(label="Gives the role", choices=Role.choices)

    field_order = ("claim", "value", "role", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.mapping:
            self.initial = {"claim": self.mapping.claim, "value": self.mapping.value, "role": self.mapping.role_id}
        self.dress()

    @property
    def title(self) -> str:
        return "Edit mapping" if self.mapping else "Add mapping"

    @property
    def sentence(self) -> str:
        return "It counts from everybody's next sign-in. What an admin decided for one person stays."

    @property
    def given(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "claim": self.cleaned_data["claim"],
            "value": self.cleaned_data["value"],
            "role": Role(self.cleaned_data["role"]),
            "reason": self.cleaned_data["reason"],
            "now": moment_of(self.request),
        }


class DeleteForm(ReasonForm):
    title = "Delete mapping"
    submit_text = "Delete"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    @property
    def sentence(self) -> str:
        row = self.mapping
        return (
            f"{row.get_claim_display().capitalize()} {row.value} no longer gives the role {Role(row.role_id).label}; "
            "people who hold it only by this lose it at their next sign-in."
            if row
            else ""
        )


def mapping_or_404(object_id: int | str) -> RoleMapping:
    """The row of an address; a number that is none answers as a missing one."""
    try:
        return RoleMapping.objects.get(pk=object_id)
    except (RoleMapping.DoesNotExist, ValueError):
        raise Http404("There is no such page.") from None


@admin.register(RoleMapping)
class MappingAdmin(AdminOnly):
    """The table with its help; a row has no page of its own."""

    list_display = ("claim_shown", "value_shown", "role_shown", "acts")
    list_display_links = None
    list_before_template = "helpdesk/admin/people/mapping_help.html"
    change_list_template = "helpdesk/admin/people/list.html"
    search_fields = ("value",)
    search_help_text = "Value"
    ordering = ("claim", "value", "role", "pk")
    actions_list = ("add_mapping",)
    actions_detail = ("edit_mapping", "delete_mapping")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Role mapping", **(extra_context or {})})

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404("There is no such page.")

    @admin.display(description="Claim", ordering="claim")
    def claim_shown(self, mapping: RoleMapping) -> str:
        return mapping.get_claim_display().capitalize()

    @admin.display(description="Value", ordering="value")
    def value_shown(self, mapping: RoleMapping) -> SafeString:
        return format_html('<span class="desk-case">{}</span>', mapping.value)

    @admin.display(description="Gives the role", ordering="role")
    def role_shown(self, mapping: RoleMapping) -> SafeString:
        return format_html('<span class="desk-chip desk-tone-neutral">{}</span>', Role(mapping.role_id).label)

    @admin.display(description="")
    def acts(self, mapping: RoleMapping) -> SafeString:
        return render_to_string("helpdesk/admin/people/mapping_acts.html", {"mapping": mapping})

    @action(
        description="Add mapping",
        url_path="new-mapping",
        icon="add",
        variant=ActionVariant.PRIMARY,
        permissions=["edit"],
        dialog={"title": "Add mapping", "form_class": MappingForm, "form_submit_text": "Add"},
    )
    def add_mapping(self, request: HttpRequest, form: MappingForm) -> HttpResponse:
        return self.run(request, save_mapping, form=form, done="The mapping is added.", **form.given)

    @action(
        description="Edit",
        url_path="edit",
        permissions=["edit"],
        dialog={"title": "Edit mapping", "form_class": MappingForm, "form_submit_text": "Save"},
    )
    def edit_mapping(self, request: HttpRequest, form: MappingForm, object_id: str) -> HttpResponse:
        given = {"mapping_id": int(object_id), **form.given}
        return self.run(request, save_mapping, form=form, done="The mapping is saved.", **given)

    @action(
        description="Delete",
        url_path="remove",
        permissions=["edit"],
        dialog={"title": "Delete mapping", "form_class": DeleteForm, "form_submit_text": "Delete"},
    )
    def delete_mapping(self, request: HttpRequest, form: DeleteForm, object_id: str) -> HttpResponse:
        given = {
            "mapping_id": int(object_id),
            "reason": form.cleaned_data["reason"],
            "now": moment_of(request),
        }
        return self.run(request, delete_mapping, form=form, done="The mapping is deleted.", **given)
