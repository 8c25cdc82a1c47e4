"""What every answer gets: a request id and the security policy of its part of the site."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk import trace

Answer = Callable[[HttpRequest], HttpResponse]

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class RequestIdMiddleware:
    """Gives every request an id, the caller's where it is well-formed, and answers with it as `X-Request-ID`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        token = trace.request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            trace.request_id.reset(token)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class SecurityPolicyMiddleware:
    """Content security policy: strict for portal and API, with the theme's measured exceptions for the staff desk.

    Pages speak to the bucket's origin and to no other stranger: they send files there, and show its pictures and, in a frame,
    its PDFs; no script, style or form of it is taken (F2, F6).
    """

    FILES = "img-src 'self' data: {files}; connect-src 'self' {files}; frame-src 'self' {files}; object-src 'none'; "
    END = "base-uri 'self'; form-action {forms}; frame-ancestors 'none'"
    STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " + FILES + END
    DESK = "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; " + FILES + END

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        scheme, _, rest = settings.ENTRA_AUTHORITY.partition("://")
        provider = f"{scheme}://{rest.partition('/')[0]}"
        origins = {"forms": f"'self' {provider}", "files": settings.S3.origin}
        self.strict = self.STRICT.format(**origins)
        self.desk = self.DESK.format(**origins)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = self.desk if request.path.startswith("/desk/") else self.strict
        response.setdefault("Content-Security-Policy", policy)
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
        return response
