"""What every answer gets: a request id, and the security headers of its part of the site; and what is too large to be read."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk import trace
from project import last_resort

Answer = Callable[[HttpRequest], HttpResponse]

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")

REPORTS = "/csp-report/"
"""Where browsers tell what the security policy refused (project/csp.py)."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
"""On every answer, unless its view says otherwise; docs/security.md says what each is for."""


class RequestIdMiddleware:
    """Gives every request an id, the caller's where it is well-formed, and answers with it as `X-Request-ID`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        token = trace.request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            trace.request_id.reset(token)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class SecurityPolicyMiddleware:
    """Security headers on every answer, of whatever stands below: pages, refusals, redirects to https, errors.

    Content security policy: strict for portal and API, with the theme's measured exceptions for the staff desk. Pages speak to
    the bucket's origin and to no other stranger: they send files there, and show its pictures and, in a frame, its PDFs; no
    script, style or form of it is taken (F2, F6). What a browser refuses it reports. Nothing but static files is kept anywhere.
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
        policy = response.get("Content-Security-Policy") or self._policy(request.path)
        response["Content-Security-Policy"] = f"{policy}; report-uri {REPORTS}"
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
        return response

    def _policy(self, path: str) -> str:
        return self.desk if path.startswith("/desk/") else self.strict


class BodyLimitMiddleware:
    """Refuses a body before a byte of it is read when it says that it is larger than anything the desk takes.

    Files go to S3 without passing here; the largest body is a sheet of people. Calls of the API have a smaller limit of their
    own. A body that does not say its length is none to the web server.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdigit() or int(announced) > settings.LINEUP_LARGEST_BODY:
            return last_resort.too_large(request)
        return self.get_response(request)
