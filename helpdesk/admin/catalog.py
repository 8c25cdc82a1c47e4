"""Applications: read-only pages for admins, changed in dialogs."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from helpdesk.admin.base import DeskModelAdmin
from helpdesk.models import ApplicationCatalog
from helpdesk.services.catalog import TARGETS, save_application
from helpdesk.templatetags.desk import mark, minutes_in_words
from workflow.errors import WorkflowError
from workflow.roles import Role
from workflow.states import Priority

TARGET_WORDS = {"resolution": "Resolution time", "triage": "Triage target", "acceptance": "Acceptance target"}


class SavedForm(BaseDialogForm):
    """A dialog that shows a refusal beside what was typed."""

    submit_text = "Save"
    body_template = ""

    def refuse(self, error: WorkflowError) -> None:
        said: dict[str, list[str]] = error.data.get("errors") or {"": [error.sentence]}
        for name, sentences in said.items():
            self.add_error(name if name in self.fields else None, sentences)

    def dress(self) -> None:
        """Our look on every field a person fills in."""
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs.setdefault("class", "desk-field")


def _application_or_404(object_id: int | str) -> ApplicationCatalog:
    """The application an address names; words that are no id name none."""
    try:
        return ApplicationCatalog.objects.get(pk=object_id)
    except (ApplicationCatalog.DoesNotExist, ValueError) as missing:
        raise Http404("There is no such application.") from missing


class ApplicationForm(SavedForm):
    """An application with its nine targets."""

    body_template = "helpdesk/admin/application_fields.html"

    @property
    def title(self) -> str:
        return "Edit application" if self.object_id else "Add application"

    @property
    def targets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The nine targets as rows of a table, high to low."""
        return [
            (word, [self[f"{kind}_{priority.value}"] for priority in Priority]) for kind, word in TARGET_WORDS.items()
        ]

    name = forms.CharField(max_length=100)
    code = forms.CharField(
        max_length=10, help_text="2 to 10 of A-Z and 0-9; it stands in every case id, as EXP in N-EXP-1001."
    )
    is_retired = forms.BooleanField(label="Retired: takes no new tickets", required=False)

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        shown = ApplicationCatalog() if object_id is None else _application_or_404(object_id)
        for target in TARGETS:
            self.fields[target] = forms.IntegerField(label=_target_label(target), help_text="Minutes.", min_value=1)
        for name in ("name", "code", "is_retired", *TARGETS):
            self.fields[name].initial = getattr(shown, name)
        self.dress()


def _target_label(target: str) -> str:
    kind, _, priority = target.partition("_")
    return f"{TARGET_WORDS[kind]}, {priority}"


def given_by(form: BaseDialogForm) -> dict[str, Any]:
    """What was filled in, without the theme's own marker of a sent dialog."""
    return {name: value for name, value in form.cleaned_data.items() if not name.startswith("_")}


class AdminOnly(DeskModelAdmin):
    """A page of the Administration workspace."""

    viewers = frozenset({Role.ADMIN})

    def has_edit_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether its dialogs are for this person; the service asks again."""
        return self.has_view_permission(request)


@admin.register(ApplicationCatalog)
class ApplicationAdmin(AdminOnly):
    """The applications tickets are about, with their targets."""

    list_display = ("name", "code_shown", "state", "resolution", "triage", "acceptance")
    search_fields = ("name", "code")
    search_help_text = "Name or code"
    ordering = ("is_retired", "name", "pk")
    change_form_template = "helpdesk/admin/application.html"
    actions_list = ("add_application",)
    actions_detail = ("edit_application",)
    fields = ("name", "code", "is_retired", *TARGETS)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Applications", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        known = self.get_object(request, object_id)
        back = {"title": "Applications", "address": reverse("admin:helpdesk_applicationcatalog_changelist")}
        context = {"title": known.name if known else "", "back": back, "targets": targets_of(known) if known else []}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    @admin.display(description="Code", ordering="code")
    def code_shown(self, application: ApplicationCatalog) -> SafeString:
        return format_html('<span class="desk-case">{}</span>', application.code)

    @admin.display(description="State", ordering="is_retired")
    def state(self, application: ApplicationCatalog) -> SafeString:
        if application.is_retired:
            return mark("retired", "lock", "neutral", "Takes no new tickets")
        return mark("takes tickets", "check", "green")

    @admin.display(description="Resolution (high / medium / low)")
    def resolution(self, application: ApplicationCatalog) -> str:
        return _three(application, "resolution")

    @admin.display(description="Triage")
    def triage(self, application: ApplicationCatalog) -> str:
        return _three(application, "triage")

    @admin.display(description="Acceptance")
    def acceptance(self, application: ApplicationCatalog) -> str:
        return _three(application, "acceptance")

    @action(
        description="Add application",
        url_path="new-application",
        icon="add",
        variant=ActionVariant.PRIMARY,
        permissions=["edit"],
        dialog={"title": "Add application", "form_class": ApplicationForm, "form_submit_text": "Add"},
    )
    def add_application(self, request: HttpRequest, form: ApplicationForm) -> HttpResponse:
        return self.run(request, save_application, form=form, done="The application is added.", **given_by(form))

    @action(
        description="Edit",
        url_path="edit",
        icon="edit",
        variant=ActionVariant.PRIMARY,
        permissions=["edit"],
        dialog={"title": "Edit application", "form_class": ApplicationForm, "form_submit_text": "Save"},
    )
    def edit_application(self, request: HttpRequest, form: ApplicationForm, object_id: str) -> HttpResponse:
        given = {"application_id": int(object_id), **given_by(form)}
        return self.run(request, save_application, form=form, done="The application is saved.", **given)


def targets_of(application: ApplicationCatalog) -> list[tuple[str, list[int]]]:
    """The rows of the table of targets: what it is, and the minutes for high, medium and low."""
    return [
        (word, [getattr(application, f"{kind}_{priority.value}") for priority in Priority])
        for kind, word in TARGET_WORDS.items()
    ]


def _three(application: ApplicationCatalog, kind: str) -> str:
    values = (getattr(application, f"{kind}_{priority}") for priority in ("high", "medium", "low"))
    return " / ".join(minutes_in_words(value) for value in values)
