"""The addresses of a file: each click is judged anew and leads to S3 for a few minutes (F6)."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from helpdesk.admission import open_to_any_role
from helpdesk.selectors import files
from helpdesk.services.downloads import answering_link
from workflow.errors import Missing, Unavailable, WorkflowError

IN_OUR_FRAME = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The policy of what the dialog of a preview may show: a page of ours that holds no form, in a page of ours."""


@open_to_any_role
@require_safe
def download(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """To the file itself, which the browser saves under its own name."""
    return _to_file(request, attachment_id, inline=False)


@open_to_any_role
@require_safe
@xframe_options_sameorigin
def preview(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The same, shown in the page for pictures and PDFs; anything else is saved."""
    answer = _to_file(request, attachment_id, inline=True)
    answer["Content-Security-Policy"] = IN_OUR_FRAME
    return answer


def _to_file(request: HttpRequest, attachment_id: int, *, inline: bool) -> HttpResponse:
    """A foreign and a missing file answer alike; one that cannot be had now says why, with the way back."""
    try:
        return HttpResponseRedirect(answering_link(actor=request.user, attachment_id=attachment_id, inline=inline))
    except Missing as missing:
        raise Http404(missing.sentence) from missing
    except WorkflowError as refusal:
        status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(refusal, Unavailable) else HTTPStatus.CONFLICT
        return _not_now(request, attachment_id, refusal.sentence, status)


def _not_now(request: HttpRequest, attachment_id: int, sentence: str, status: HTTPStatus) -> HttpResponse:
    """The page that says so; in the frame of a preview without the way back, which stands around it."""
    context = {
        "sentence": sentence,
        "file": files.file_for(request.user, attachment_id),
        "is_worth_another_try": status is HTTPStatus.SERVICE_UNAVAILABLE,
        "is_framed": request.headers.get("Sec-Fetch-Dest") == "iframe",
    }
    return render(request, "helpdesk/portal/no_file.html", context, status=status)
