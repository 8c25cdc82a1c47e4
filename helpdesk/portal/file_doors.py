"""The addresses of a file: each click is judged anew and leads to S3 for a few minutes (F6)."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.admission import open_to_any_role
from helpdesk.services.attachments import download_link
from workflow.errors import Missing, WorkflowError


@open_to_any_role
@require_safe
def download(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """To the file itself, which the browser saves under its own name."""
    return _to_file(request, attachment_id, inline=False)


@open_to_any_role
@require_safe
def preview(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The same, shown in the page for pictures and PDFs; anything else is saved."""
    return _to_file(request, attachment_id, inline=True)


def _to_file(request: HttpRequest, attachment_id: int, *, inline: bool) -> HttpResponse:
    """A foreign and a missing file answer alike; one that cannot be had now says why."""
    try:
        return HttpResponseRedirect(download_link(actor=request.user, attachment_id=attachment_id, inline=inline))
    except Missing as missing:
        raise Http404(missing.sentence) from missing
    except WorkflowError as refusal:
        return render(request, "helpdesk/portal/no_file.html", {"sentence": refusal.sentence}, status=409)
