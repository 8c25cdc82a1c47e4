"""The break-glass sign-in: the one local door, open only while `LINEUP_BREAK_GLASS` is on."""

import logging
import math
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.backends import BaseBackend
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from helpdesk import clock
from helpdesk.addresses import address_of
from helpdesk.admission import open_to_everybody
from helpdesk.models import User
from helpdesk.selectors import people
from helpdesk.services import break_glass
from helpdesk.sso import sessions
from helpdesk.sso.addresses import local_path

logger = logging.getLogger(__name__)

NOT_ACCEPTED = (
    "Name, password and code do not belong together, or the code was used before. Wait for the next code and try again."
)


class BreakGlassBackend(BaseBackend):
    """Carries sessions begun at this door; switching it off ends them all. Nobody is signed in by it alone."""

    def get_user(self, user_id: int | str) -> User | None:
        if not settings.LINEUP_BREAK_GLASS:
            return None
        return people.at_the_door(pk=user_id, azure_ad_id="", tenant_id="")


class LocalForm(forms.Form):
    """Who, what they know, and what they have."""

    username = forms.CharField(
        label="Name",
        max_length=150,
        error_messages={"required": "Please give the name of the account."},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=200,
        strip=False,
        error_messages={"required": "Please give the password."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.RegexField(
        r"^[0-9]{6}$",
        label="Code",
        help_text="The six digits your authenticator app shows for this desk.",
        error_messages={"required": "Please give the code.", "invalid": "The code has six digits."},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 6}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        for field in self.fields.values():
            field.widget.attrs["class"] = "desk-field"


@open_to_everybody
@sensitive_variables()
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form and its answer: in, refused (403), or too many tries (429); it asks nothing of Entra ID."""
    if not settings.LINEUP_BREAK_GLASS:
        raise Http404
    onward = local_path(request.POST.get("next") or request.GET.get("next", "")) or reverse("home")
    if request.user.is_authenticated:
        return HttpResponseRedirect(onward)
    form = LocalForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, form, onward, status=400 if form.is_bound else 200)
    try:
        person = break_glass.sign_in(**form.cleaned_data, address=address_of(request), now=clock.now())
    except break_glass.Refused:
        form.add_error(None, NOT_ACCEPTED)
        return _page(request, form, onward, status=403)
    except break_glass.Locked as locked:
        return _locked(request, form, onward, locked)
    login(request, person, backend=f"{BreakGlassBackend.__module__}.{BreakGlassBackend.__name__}")
    sessions.begin(request.session)
    logger.warning("Break-glass sign-in of %s", person.username)
    return HttpResponseRedirect(onward)


def _locked(request: HttpRequest, form: LocalForm, onward: str, locked: break_glass.Locked) -> HttpResponse:
    """How long to wait, alike for accounts that exist and that do not."""
    seconds = max(1, math.ceil((locked.until - clock.now()).total_seconds()))
    minutes = math.ceil(seconds / 60)
    form.add_error(
        None,
        f"Too many tries. Please wait {minutes} minute{'s' if minutes > 1 else ''}, then try again with a new code.",
    )
    answer = _page(request, form, onward, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _page(request: HttpRequest, form: LocalForm, onward: str, *, status: int) -> HttpResponse:
    return render(request, "helpdesk/sso/local.html", {"form": form, "next": onward}, status=status)
