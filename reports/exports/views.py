"""The page "Reports": choose one, see how many rows it has, take it out; long ones are prepared and fetched later. Admins only."""

import io
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from helpdesk.admin.navigation import moment_of
from helpdesk.admission import open_to
from helpdesk.models import User
from reports.exports import making, runs
from reports.exports.catalog import REPORTS, Asked
from reports.exports.filters import Filters
from reports.exports.forms import ReportForm
from reports.exports.standing import standing_of
from reports.models import ReportRun
from storage.limits import TYPES
from workflow.errors import Missing, WorkflowError
from workflow.roles import Role

FILE_TYPES = {"xlsx": "Excel", "csv": "CSV"}
SHOWN = 25
"""Prepared reports on the page; older ones are in the audit trail."""
LARGEST_ID = 2**63 - 1


@open_to(Role.ADMIN)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The form as the address fills it, how many rows that is, and the reports prepared lately."""
    return _page(request, ReportForm(request.GET, reader=_user(request), is_address=True))


@open_to(Role.ADMIN)
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Take a report out: at once where it is short, else prepared in the background."""
    form, file_type = ReportForm(request.POST, reader=_user(request), is_address=False), request.POST.get("kind", "")
    if file_type not in FILE_TYPES:
        form.add_error(None, "Please choose Excel or CSV.")
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = _asked(request, form)
    try:
        rows = runs.counted(asked, form.chosen)
        if not runs.is_long(rows):
            return _at_once(asked, form, file_type, rows)
        runs.ask(asked=asked, name=form.chosen, file_type=file_type, rows=rows)
    except WorkflowError as refused:
        form.add_error(None, refused.sentence)
        return _page(request, form, status=422)
    query = urlencode({"report": form.chosen.value, **asked.filters.kept()}, doseq=True)
    return HttpResponseRedirect(f"{reverse('exports:page')}?{query}#prepared")


@open_to(Role.ADMIN)
@require_safe
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """One prepared report as it stands now; the page asks again while it is not finished."""
    run = ReportRun.objects.select_related("owner").filter(pk=_bounded(run_id)).first()
    if run is None:
        raise Http404("There is no such report.")
    busy = ReportRun.objects.being_written(moment_of(request)).exists()
    return render(request, "reports/run.html", {"now": moment_of(request), **_shown(request, run, busy=busy)})


@open_to(Role.ADMIN)
@require_POST
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop one that is not finished."""
    try:
        run = runs.cancel(actor=_user(request), run_id=_bounded(run_id), now=moment_of(request))
    except Missing as missing:
        raise Http404(missing.sentence) from missing
    except WorkflowError as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"The report “{_name_of(run)}” is cancelled.")
    return HttpResponseRedirect(f"{reverse('exports:page')}#prepared")


@open_to(Role.ADMIN)
@require_safe
def fetch(request: HttpRequest, run_id: int) -> HttpResponse:
    """To the file, by a link that lives minutes; what cannot be had says why."""
    try:
        address = runs.download_link(actor=_user(request), run_id=_bounded(run_id), now=moment_of(request))
    except Missing as missing:
        raise Http404(missing.sentence) from missing
    except WorkflowError as refused:
        messages.error(request, refused.sentence)
        return HttpResponseRedirect(f"{reverse('exports:page')}#prepared")
    return HttpResponseRedirect(address)


def _at_once(asked: Asked, form: ReportForm, file_type: str, rows: int) -> FileResponse:
    """The file itself as the answer."""
    runs.note_export(asked=asked, name=form.chosen, file_type=file_type, rows=rows)
    target = io.BytesIO()
    making.make(REPORTS[form.chosen], asked, file_type, target, lambda _done: None)
    target.seek(0)
    return FileResponse(
        target,
        as_attachment=True,
        filename=making.file_name(form.chosen, asked, file_type),
        content_type=TYPES[file_type].content_type,
    )


def _asked(request: HttpRequest, form: ReportForm) -> Asked:
    zone = timezone.get_current_timezone()
    return Asked(user=_user(request), filters=form.filters(), now=moment_of(request), zone=zone)


def _page(request: HttpRequest, form: ReportForm, status: int = 200) -> HttpResponse:
    newest = ReportRun.objects.select_related("owner")[:SHOWN]
    busy = ReportRun.objects.being_written(moment_of(request)).exists()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Reports",
        "form": form,
        "reports": REPORTS.values(),
        "takes": REPORTS[form.chosen].takes,
        "at_once": settings.LINEUP_REPORT_ROWS_AT_ONCE,
        "runs": [_shown(request, run, busy=busy) for run in newest],
        **_counted(request, form),
    }
    return TemplateResponse(request, "reports/page.html", context, status=status)


def _shown(request: HttpRequest, run: ReportRun, *, busy: bool) -> dict[str, Any]:
    return {
        "run": run,
        "name": _name_of(run),
        "narrowed": Filters.read(run.filters).in_a_line(),
        "standing": standing_of(run, moment_of(request), busy=busy),
    }


def _counted(request: HttpRequest, form: ReportForm) -> dict[str, Any]:
    """How many rows the form means, or why it means none."""
    if not form.is_valid():
        return {}
    try:
        rows = runs.counted(_asked(request, form), form.chosen)
    except WorkflowError as refused:
        return {"nothing": refused.sentence}
    return {"rows": rows, "is_long": runs.is_long(rows)}


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _bounded(run_id: int) -> int:
    """A number no row can have is none of a row."""
    if run_id > LARGEST_ID:
        raise Http404("There is no such report.")
    return run_id


def _name_of(run: ReportRun) -> str:
    return REPORTS[run.report].name.label
