"""Every refusal of the API in one shape: RFC 9457 problem documents. The only place that gives our errors an HTTP status."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from helpdesk.api.faults import BodyTooLarge
from helpdesk.models import User
from helpdesk.services import audit
from workflow.errors import (
    ChangedSinceLoaded,
    Conflict,
    FieldInvalid,
    FileTooLarge,
    FileTypeNotAllowed,
    Missing,
    NotAllowed,
    PersonChanged,
    QueueChanged,
    RuleBroken,
    Unavailable,
    WorkflowError,
)

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
STATUS_OF_KIND: dict[type[WorkflowError], HTTPStatus] = {
    FileTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FileTypeNotAllowed: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Missing: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    RuleBroken: HTTPStatus.UNPROCESSABLE_ENTITY,
}
STALE = (ChangedSinceLoaded, PersonChanged, QueueChanged)
"""What somebody else changed meanwhile: 412 for a caller who said with `If-Match` what they had read, else a conflict."""
ONLY_OF_VERSIONS = (ChangedSinceLoaded, PersonChanged)
"""Those of them that nobody meets without having said so."""
TITLES = {
    400: "The request is not well-formed",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible with this method",
    406: "Not available in that format",
    409: "Not possible as things stand",
    412: "Changed since it was read",
    413: "Too large",
    415: "Not a format we read",
    422: "Against a rule of the desk",
    428: "Say what you have read",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not available just now",
}
GENERAL = "non_field_errors"
FAILED = "The call could not be finished; nothing was changed. Please try again."
MOST_NAMED = 20
"""Fields that one refusal names at most, so that no answer is many times what was sent."""


def problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer for whatever a view raised; an error we do not know is logged and answered without details."""
    set_rollback()
    if isinstance(error, WorkflowError):
        audit.note_refusal(error=error, actor=_caller(context))
        return from_rule(error, is_precondition=_sent_version(context))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = BodyTooLarge()
    elif isinstance(error, SuspiciousOperation):
        error = exceptions.ParseError()
    if isinstance(error, exceptions.APIException):
        return _from_framework(error)
    request = context.get("request")
    logger.error("An API call failed: %s", getattr(request, "path", ""), exc_info=error)
    return document(500, code="error", detail=FAILED)


def _caller(context: Mapping[str, Any]) -> User | None:
    """Whoever called, as far as it is known."""
    user = getattr(context.get("request"), "user", None)
    return user if isinstance(user, User) else None


def _sent_version(context: Mapping[str, Any]) -> bool:
    """Whether the caller said with `If-Match` which version they had read."""
    request = context.get("request")
    return request is not None and request.headers.get("If-Match") is not None


def status_of(error: type[WorkflowError]) -> HTTPStatus:
    """The status of a refusal by its kind."""
    return next((status for kind, status in STATUS_OF_KIND.items() if issubclass(error, kind)), HTTPStatus.CONFLICT)


def from_rule(error: WorkflowError, *, is_precondition: bool = False) -> Response:
    """A rule's refusal, with its stable code, its sentence and the data a program can act on.

    With `is_precondition` what changed meanwhile is a failed precondition (412).
    """
    status = status_of(type(error))
    if is_precondition and isinstance(error, STALE):
        status = HTTPStatus.PRECONDITION_FAILED
    if isinstance(error, FieldInvalid):
        return document(status, code=error.code, detail=error.sentence, errors=error.errors)
    return document(status, code=error.code, detail=error.sentence, data=error.data)


def document(
    status: int,
    *,
    code: str,
    detail: str,
    errors: Mapping[str, list[str]] | None = None,
    data: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem document; `errors` and `data` only where they apply."""
    body = body_of(status, code=code, detail=detail)
    body |= {"errors": errors} if errors else {}
    body |= {"data": data} if data else {}
    return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)


def body_of(status: int, *, code: str, detail: str) -> dict[str, Any]:
    """What every problem document says."""
    return {
        "type": f"urn:lineup:problem:{code}",
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
    }


def _from_framework(error: exceptions.APIException) -> Response:
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = f"{error.wait:.0f}"  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        errors = dict(islice(_by_field(error.detail).items(), MOST_NAMED))
        said = " ".join(sentence for sentences in errors.values() for sentence in sentences)
        return document(error.status_code, code="invalid", detail=said, errors=errors, headers=headers)
    code = str(error.get_codes()) if isinstance(error.detail, str) else error.default_code
    return document(error.status_code, code=code, detail=str(error.detail), headers=headers)


def _by_field(detail: Any, path: str = "") -> dict[str, list[str]]:
    """The sentences of a nested validation error under dotted field names."""
    if isinstance(detail, Mapping):
        parts = [_by_field(inner, f"{path}.{name}".lstrip(".")) for name, inner in detail.items()]
    elif isinstance(detail, list) and any(isinstance(one, Mapping | list) for one in detail):
        parts = [_by_field(inner, f"{path}.{place}".lstrip(".")) for place, inner in enumerate(detail) if inner]
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        return {path or GENERAL: [str(sentence) for sentence in sentences]}
    return {name: sentences for part in parts for name, sentences in part.items()}
