"""Nobody gets past here without being signed in and holding a role, but for the routes declared public."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from rest_framework.views import APIView

from helpdesk import clock
from helpdesk.selectors import people
from helpdesk.services import sign_ins
from helpdesk.sso import sessions, views
from helpdesk.sso.public import ALWAYS_OPEN_SIGNED_IN, PUBLIC_ROUTES

Answer = Callable[[HttpRequest], HttpResponse]


class SignedInMiddleware:
    """Anonymous: to the sign-in page. Inactive, or signed in for too long: signed out (P8). Without a role: "Role not assigned" (P6).

    The views of the API are left to their own authentication and to `DeclaredRoles`, which refuse by default and answer
    as problem documents.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if not request.user.is_active or sessions.has_ended(request.session):
                _end(request)
            else:
                sessions.keep(request.session)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        if not request.user.is_authenticated:
            return None if route in PUBLIC_ROUTES or _is_api(view) else to_sign_in(request)
        if route in ALWAYS_OPEN_SIGNED_IN or _is_api(view) or people.roles_of(request.user):
            return None
        return views.role_not_assigned(request)


def _end(request: HttpRequest) -> None:
    """Sign out; that somebody at work was cut off stands in the audit trail, that somebody went home does not."""
    if request.user.is_active and sessions.is_cut_off(request.session):
        sign_ins.session_expired(user=request.user, session_key=request.session.session_key or "", now=clock.now())
    logout(request)


def _is_api(view: Callable) -> bool:
    """Whether the view asks for itself who calls: by its class, so that a plain view among the API's addresses is not."""
    kind = getattr(view, "cls", None)
    return isinstance(kind, type) and issubclass(kind, APIView)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back; a dialog of the desk is led there as a whole page."""
    back = _page_of(request)
    address = f"{reverse('sign-in')}?{urlencode({'next': back})}" if back else reverse("sign-in")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: the one asked for, or the one a form or dialog was sent from; empty if it says none of ours."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    try:
        sent_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return ""
    return f"{sent_from.path}?{sent_from.query}".rstrip("?") if sent_from.netloc == request.get_host() else ""
