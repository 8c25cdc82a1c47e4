"""The desk as a site: staff only, signed in elsewhere, without passwords, app lists or pages nobody registered."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import urlencode
from django.views.decorators.common import no_append_slash
from unfold.sites import UnfoldAdminSite

from helpdesk.admin import board, extensions, history, mail_previews, my_work, navigation
from helpdesk.admission import open_to, open_to_any_role
from helpdesk.selectors import people
from workflow.roles import STAFF

CLOSED = frozenset({"password_change", "password_change_done", "view_on_site", "app_list", "autocomplete", "search"})
"""Addresses of the framework that the desk does not have."""
METHODS = ("GET", "HEAD", "POST")


class DeskSite(UnfoldAdminSite):
    """Unfold's site for people who hold a staff role; what they may see on it is decided page by page."""

    enable_nav_sidebar = True
    index_title = "Desk"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may be here at all: signed in, active, and on the staff."""
        return bool(request.user.is_authenticated and STAFF & people.roles_of(request.user))

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Anonymous people sign in first; somebody signed in without a staff role is told no, not asked to sign in again."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            if request.user.is_authenticated and request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path("workspace/<slug:name>/", self.admin_view(navigation.switch_workspace), name="workspace"),
            *my_work.urls(self),
            *board.urls(self),
            *extensions.urls(self),
            *history.urls(self),
            *mail_previews.urls(self),
        ]
        return own + [one for one in super().get_urls() if getattr(one, "name", None) not in CLOSED]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """None: the sidebar is the map of the desk."""
        return []

    @open_to(*STAFF)
    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The first page of the open workspace."""
        return HttpResponseRedirect(navigation.landing_of(navigation.workspace_of(request)))

    @open_to_any_role
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one sign-in page; afterwards back to where they wanted to go."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("home"))
        wanted = request.GET.get("next", "")
        query = f"?{urlencode({'next': wanted})}" if wanted.startswith(reverse("admin:index")) else ""
        return HttpResponseRedirect(reverse("sign-in") + query)

    @open_to(*STAFF)
    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Signing out is a POST to its own page: hand the POST on with its token, and never sign out on a GET."""
        if request.method != "POST":
            return HttpResponseRedirect(reverse("home"))
        return HttpResponseRedirect(reverse("sign-out"), preserve_request=True)

    @open_to(*STAFF)
    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Names of months and days for the theme's calendars."""
        return super().i18n_javascript(request, extra_context)

    @open_to(*STAFF)
    @no_append_slash
    def catch_all_view(self, request: HttpRequest, url: str) -> HttpResponse:
        """Any other address below the desk: there is no such page."""
        return super().catch_all_view(request, url)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        context["now"] = navigation.moment_of(request)
        context["desk_tabs"] = navigation.tabs(request) if self.has_permission(request) else []
        return context
