"""Extensions: the requests for more time that wait for the open tab's level, for the other one, and those decided (X2, B05)."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from helpdesk.admin.extension_words import Asked, asked
from helpdesk.admin.navigation import level_of, moment_of
from helpdesk.admission import open_to
from helpdesk.models import ExtensionRequest, User
from helpdesk.selectors import extension_lists, people
from helpdesk.selectors.extension_lists import Show
from helpdesk.selectors.impact import impacts_of
from workflow.roles import SCRUM_MASTERS, Role, level_for
from workflow.states import ExtensionStatus, Level

PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the three lists, with how many stand in it."""

    show: Show
    count: int | None
    is_open: bool


def urls(site: AdminSite) -> list[URLPattern]:
    """The address of the page, guarded as every page of the site."""

    @open_to(Role.SM1, Role.SM2)
    @require_safe
    def page(request: HttpRequest) -> TemplateResponse:
        return extensions(request, site)

    return [path("extensions/", site.admin_view(page), name="extensions")]


def extensions(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """The open list; scrum masters only."""
    if people.roles_of(request.user).isdisjoint(SCRUM_MASTERS):
        raise PermissionDenied
    now, level = moment_of(request), level_for(people.roles_of(request.user), level_of(request))
    show = next((one for one in Show if one.value == request.GET.get("show")), Show.MINE)
    counts = extension_lists.counts(request.user, level)
    page = Paginator(extension_lists.listed(request.user, show, level), PAGE_SIZE).get_page(request.GET.get("p", "1"))
    context = {
        **site.each_context(request),
        "title": "Extensions",
        "now": now,
        "level": level,
        "show": show,
        "tabs": [Tab(show=one, count=counts.get(one), is_open=one is show) for one in Show],
        "page": page,
        "requests": _rows(request.user, page, level, now),
    }
    return TemplateResponse(request, "helpdesk/admin/extension/list.html", context)


def _rows(user: User, page: "Page[ExtensionRequest]", level: Level, now: datetime) -> list[Asked]:
    """The requests of a page with their answers, and for the pending ones what approving each would move."""
    rows = list(page)
    impacts = impacts_of([one for one in rows if one.status == ExtensionStatus.PENDING], now)
    return [
        asked(one, one.votes.all(), impacts.get(one.pk), extension_lists.refusal_of(user, one, level, now))
        for one in rows
    ]
