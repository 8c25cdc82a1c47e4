"""People as a sheet: send one in, look at what would change, confirm it; and take one out. For admins only."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from import_export.results import Result, RowResult

from helpdesk.admin import sheets
from helpdesk.admin.act_forms import Prose
from helpdesk.admin.navigation import moment_of
from helpdesk.admin.people_resource import READ, PeopleResource, check_columns
from helpdesk.admission import open_to
from helpdesk.models import ImportDraft
from helpdesk.services.import_drafts import draft_of, drop_draft, keep_draft
from helpdesk.services.people_export import note_export
from workflow.errors import WorkflowError
from workflow.roles import Role
from workflow.texts import is_blank

SHOWN = 100
"""Rows of a preview; of many more the counts say enough."""

REASON_MISSING = "Please give a reason; it stands in the record of every change."
EXPIRED = "The preview is older than an hour, or another one took its place. Nothing was imported; please send the file again."


class SheetForm(forms.Form):
    """A sheet to look through, and why it comes."""

    file = forms.FileField(
        label="Excel or CSV file",
        help_text=f"At most {sheets.MAX_ROWS:,} people and {sheets.MAX_BYTES // 1024 // 1024} MB.",
        error_messages={"required": "Please choose a file.", "empty": "The file is empty."},
        widget=forms.FileInput({"class": "desk-field", "accept": ".xlsx,.csv"}),
    )
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        error_messages={"required": REASON_MISSING},
        widget=Prose("Who asked for it and why"),
    )

    def clean_reason(self) -> str:
        """A reason one can see."""
        reason: str = self.cleaned_data["reason"]
        if is_blank(reason):
            raise forms.ValidationError(REASON_MISSING)
        return reason


class ConfirmForm(forms.Form):
    """Which preview is confirmed."""

    draft = forms.UUIDField(widget=forms.HiddenInput)


class KindForm(forms.Form):
    """As what the list goes out."""

    kind = forms.ChoiceField(choices=(("xlsx", "Excel"), ("csv", "CSV")))


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """The page to send a sheet in or take one out; a POST looks through the sheet and changes nobody."""
    _check_admin(request, model_admin)
    if request.method != "POST":
        return _page(request, model_admin, form=SheetForm())
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, model_admin, form=form, status=422)
    sent = form.cleaned_data["file"]
    reason = form.cleaned_data["reason"]
    try:
        content = _content(sent)
        resource, result = _run(request, sent.name, content, reason, dry_run=True)
    except (sheets.SheetRefused, WorkflowError) as refused:
        form.add_error("file", getattr(refused, "sentence", str(refused)))
        return _page(request, model_admin, form=form, status=422)
    outcome = _outcome(resource, result)
    if outcome["wrong"] or not outcome["changed"]:
        return _page(request, model_admin, form=form, status=422 if outcome["wrong"] else 200, outcome=outcome)
    draft = keep_draft(actor=request.user, file_name=sent.name, content=content, reason=reason, now=moment_of(request))
    return _page(request, model_admin, form=SheetForm(), outcome=outcome, draft=draft)


@open_to(Role.ADMIN)
@require_POST
def confirm(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """Apply the sheet that was looked through; judged once more, as a whole."""
    _check_admin(request, model_admin)
    form = ConfirmForm(request.POST)
    draft = draft_of(request.user, form.cleaned_data["draft"], moment_of(request)) if form.is_valid() else None
    if draft is None:
        messages.error(request, EXPIRED)
        return HttpResponseRedirect(reverse("admin:helpdesk_user_sheet"))
    try:
        resource, result = _run(request, draft.file_name, bytes(draft.content), draft.reason, dry_run=False)
    except (sheets.SheetRefused, WorkflowError) as refused:
        messages.error(request, f"Nothing was imported. {getattr(refused, 'sentence', refused)}")
        return HttpResponseRedirect(reverse("admin:helpdesk_user_sheet"))
    outcome = _outcome(resource, result)
    if outcome["wrong"] or resource.applied is None:
        return _page(request, model_admin, form=SheetForm(), outcome=outcome, status=422)
    drop_draft(actor=request.user, draft_id=draft.pk)
    applied = resource.applied
    messages.success(
        request, f"Imported: {applied.added} new, {applied.changed} changed, {applied.unchanged} as before."
    )
    return HttpResponseRedirect(reverse("admin:helpdesk_user_changelist"))


@open_to(Role.ADMIN)
@require_POST
def take_out(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """The list of people as a file; that it was taken is written down, so it is a POST."""
    _check_admin(request, model_admin)
    form = KindForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Please choose Excel or CSV.")
        return HttpResponseRedirect(reverse("admin:helpdesk_user_sheet"))
    kind, now = form.cleaned_data["kind"], moment_of(request)
    dataset = PeopleResource(tenant_id=settings.ENTRA_TENANT_ID).export()
    note_export(actor=request.user, people=len(dataset), kind=kind, now=now)
    name = f"lineup-people-{now:%Y-%m-%d}.{kind}"
    return HttpResponse(
        sheets.write(dataset, kind),
        content_type=sheets.CONTENT_TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _check_admin(request: HttpRequest, model_admin: Any) -> None:
    """The permission of the page the sheet belongs to, for import and export alike."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied


def _content(sent: Any) -> bytes:
    if sent.size > sheets.MAX_BYTES:
        raise sheets.SheetRefused(f"The file is larger than {sheets.MAX_BYTES // 1024 // 1024} MB.")
    return bytes(sent.read())


def _run(
    request: HttpRequest, file_name: str, content: bytes, reason: str, *, dry_run: bool
) -> tuple[PeopleResource, Result]:
    """Look through a sheet, or apply it: the same steps, undone at the end when it was only looked at."""
    dataset = sheets.read(file_name, content)
    check_columns(dataset.headers)
    act = {"actor": request.user, "file_name": file_name, "reason": reason, "now": moment_of(request)}
    resource = PeopleResource(tenant_id=settings.ENTRA_TENANT_ID, **act)
    result = resource.import_data(dataset, dry_run=dry_run, rollback_on_validation_errors=True)
    for failed in result.base_errors:
        raise failed.error
    return resource, result


def _outcome(resource: PeopleResource, result: Result) -> dict[str, Any]:
    """What became of the sheet, in counts and in the first rows of each kind."""
    wrong = [one for one in resource.planned if one.errors]
    changed = [one for one in resource.planned if one.changes and not one.errors]
    return {
        "wrong": wrong[:SHOWN],
        "wrong_count": len(wrong),
        "wrong_more": max(0, len(wrong) - SHOWN),
        "changed": changed[:SHOWN],
        "changed_more": max(0, len(changed) - SHOWN),
        "new_count": result.totals[RowResult.IMPORT_TYPE_NEW],
        "changed_count": result.totals[RowResult.IMPORT_TYPE_UPDATE],
        "same_count": result.totals[RowResult.IMPORT_TYPE_SKIP],
        "rows": len(resource.planned),
    }


def _page(
    request: HttpRequest,
    model_admin: Any,
    *,
    form: SheetForm,
    outcome: dict[str, Any] | None = None,
    draft: ImportDraft | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Import and export",
        "back": {"title": "People", "address": reverse("admin:helpdesk_user_changelist")},
        "opts": model_admin.opts,
        "form": form,
        "outcome": outcome,
        "draft": draft,
        "columns": READ,
    }
    return TemplateResponse(request, "helpdesk/admin/people/sheet.html", context, status=status)


URLS = (
    ("sheet/confirm/", "helpdesk_user_sheet_confirm", confirm),
    ("sheet/export/", "helpdesk_user_sheet_export", take_out),
)
