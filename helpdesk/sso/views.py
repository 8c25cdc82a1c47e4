"""The doors: sign in with Microsoft, sign out, and what is said when it does not work."""

import logging
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from social_core.exceptions import SocialAuthBaseException
from social_django import views as social_views

from helpdesk import clock
from helpdesk.addresses import address_of
from helpdesk.admission import open_to_everybody, open_to_the_signed_in
from helpdesk.selectors import people
from helpdesk.services import sign_ins
from helpdesk.sso import sessions
from helpdesk.sso.addresses import local_path
from helpdesk.sso.backend import GUEST, EntraBackend, sign_out_address

logger = logging.getLogger(__name__)

UNREACHABLE = ("Microsoft cannot be reached", "The sign-in service does not answer just now. Please try again.")
NO_LONGER_VALID = (
    "This sign-in is no longer valid",
    "It was begun too long ago or in another window. Please start again.",
)
FAILURES = {
    "authorization_declined": (
        "You did not sign in",
        "The sign-in was cancelled. You can start again whenever you like.",
    ),
    "authentication_disallowed": (
        "Your account is not active here",
        "Microsoft knows you, but your account on this desk has been deactivated. Please ask the admin.",
    ),
    GUEST: (
        "Guests cannot sign in here",
        "This desk is for accounts of the organisation itself. Please sign in with the one you were given by it, or ask the admin.",
    ),
    "user_mismatch": (
        "Somebody else is signed in here",
        "This browser is signed in under another name. Sign out first, then sign in as yourself.",
    ),
    "connection_failed": UNREACHABLE,
    "timeout": UNREACHABLE,
    "unavailable": UNREACHABLE,
    "state_mismatch": NO_LONGER_VALID,
    "session_context_missing": NO_LONGER_VALID,
}
OTHER_FAILURE = (
    "The sign-in did not work",
    "What came back from Microsoft could not be accepted. Please start again; if it happens again, tell the admin.",
)

View = Callable[..., HttpResponse]


@open_to_everybody
@never_cache
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """One button; who is signed in already is sent on."""
    onward = local_path(request.GET.get("next", ""))
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward or reverse("home"))
    context = {"next": onward or reverse("home"), "break_glass": settings.LINEUP_BREAK_GLASS}
    return render(request, "helpdesk/sso/sign_in.html", context)


def _readable(view: View) -> View:
    """What goes wrong between the provider and us becomes a page with a way on; details go to the log only."""

    @wraps(view)
    def guarded(request: HttpRequest, backend: str) -> HttpResponse:
        if backend != EntraBackend.name:
            raise Http404
        # An address opened without having begun is no sign-in: the log keeps it, the audit trail does not, or anybody could
        # fill that from afar.
        is_begun = not request.session.is_empty()
        try:
            return view(request, backend)
        except SocialAuthBaseException as error:
            logger.warning("Sign-in failed: %s at %s: %s", error.code, error.stage, error.detail)
            if is_begun:
                sign_ins.failed(
                    code=error.code,
                    person=error.context.get("person"),
                    label=error.context.get("label", ""),
                    address=address_of(request),
                    now=clock.now(),
                )
            title, sentence = FAILURES.get(error.code, OTHER_FAILURE)
            context = {"title": title, "sentence": sentence, "code": error.code}
            return render(request, "helpdesk/sso/failed.html", context, status=403)

    return guarded


@open_to_everybody
@never_cache
@require_POST
@_readable
def begin(request: HttpRequest, backend: str) -> HttpResponse:
    """To the provider, with state, nonce and PKCE; POST and CSRF only."""
    return social_views.auth(request, backend)


@open_to_everybody
@never_cache
@require_safe
@_readable
def complete(request: HttpRequest, backend: str) -> HttpResponse:
    """Back from the provider, which the state of the session proves; onward only to a page of ours."""
    answer = social_views.complete(request, backend)
    if request.user.is_authenticated:
        sessions.begin(request.session)
        sign_ins.signed_in(user=request.user, now=clock.now())
    return HttpResponseRedirect(local_path(answer.get("Location", "")) or reverse("home"))


@open_to_everybody
@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session here, then at the provider, so that the next person at this machine does not inherit it.

    Who came in without the provider is not sent there: it may be away.
    """
    came_by = request.session.get(BACKEND_SESSION_KEY, "") if request.user.is_authenticated else ""
    if request.user.is_authenticated:
        sign_ins.signed_out(user=request.user, now=clock.now())
    logout(request)
    back = f"{settings.LINEUP_BASE_URL}{reverse('sign-in')}"
    return HttpResponseRedirect(
        sign_out_address(back) if came_by.endswith(EntraBackend.__name__) else reverse("sign-in")
    )


@open_to_the_signed_in
@never_cache
def role_not_assigned(request: HttpRequest) -> HttpResponse:
    """The one page of somebody without a role (P6); whoever holds one is sent to their work."""
    if not request.user.is_authenticated or people.roles_of(request.user):
        return redirect("home")
    return render(
        request, "helpdesk/sso/role_not_assigned.html", {"contact": settings.LINEUP_ADMIN_CONTACT}, status=403
    )
