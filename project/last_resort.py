"""What is said where no view came to answer: a problem document to calls of the API, a page to people."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults

from helpdesk.api.errors import CONTENT_TYPE, FAILED, body_of
from helpdesk.api.faults import BodyTooLarge

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request made no sense before any view read it, as with a host that is none of ours."""
    if not request.path.startswith(API):
        return defaults.bad_request(request, exception)
    return _problem(400, "parse_error", "The request makes no sense to this desk.")


def too_large(request: HttpRequest) -> HttpResponse:
    """The body is larger than anything the desk takes; nobody has read it."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not request.path.startswith(API):
        return render(request, "413.html", status=status)
    return _problem(status, BodyTooLarge.default_code, BodyTooLarge.default_detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours outside of any view, as when the database is away; the log has it."""
    if not request.path.startswith(API):
        return defaults.server_error(request)
    return _problem(500, "error", FAILED)


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    told = body_of(status, code=code, detail=detail)
    return JsonResponse(told, status=status, content_type=CONTENT_TYPE)
