"""The board of queues: a column per engineer, narrowed and sorted by the address (screens: Triage 3)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST, require_safe

from helpdesk.admin import board_acts
from helpdesk.admin.board_cards import View
from helpdesk.admin.board_columns import application_of, column_of, drawn, search_of, view_of
from helpdesk.admin.board_words import Clockface
from helpdesk.admin.navigation import moment_of
from helpdesk.admission import open_to
from helpdesk.selectors import board
from helpdesk.selectors.board import Line
from workflow.roles import SCRUM_MASTERS
from workflow.states import Labelled


class Show(Labelled):
    """Which engineers have a column."""

    WORK = "work", "Only with work"
    RISK = "risk", "Only at risk or escalated"
    ALL = "all", "All engineers"


class Sort(Labelled):
    """In which order the columns stand."""

    RISK = "risk", "Trouble first"
    FREE = "free", "Free soonest first"
    NAME = "name", "By name"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the address asks for; what it says wrongly is as if it had not been said."""

    search: str
    application_id: int | None
    show: Show
    sort: Sort

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        asked = request.GET
        return cls(
            search=search_of(request),
            application_id=application_of(request),
            show=next((one for one in Show if one.value == asked.get("show")), Show.WORK),
            sort=next((one for one in Sort if one.value == asked.get("sort")), Sort.RISK),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search) or self.application_id is not None or self.show is not Show.WORK


SORTS: dict[Sort, Callable[[Line], tuple[object, ...]]] = {
    Sort.RISK: lambda line: (-len(line.queue.escalated), -line.at_risk, -line.free_at.timestamp(), line.engineer.name),
    Sort.FREE: lambda line: (line.free_at, len(line.work), line.engineer.name),
    Sort.NAME: lambda line: (line.engineer.name.casefold(), line.engineer.pk),
}


def urls(site: AdminSite) -> list[URLPattern]:
    """The addresses of the board, guarded as every page of the site and open to scrum masters only."""
    views: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
        ("queues/", "queues", require_safe(lambda request: page(request, site))),
        ("queues/versions/", "queues-versions", require_safe(versions)),
        ("queues/<int:engineer_id>/", "queues-line", require_safe(one_line)),
        ("queues/<int:engineer_id>/preview/", "queues-preview", require_POST(board_acts.preview)),
        ("queues/<int:engineer_id>/reorder/", "queues-reorder", require_POST(board_acts.reorder)),
        ("queues/<int:engineer_id>/suggest/", "queues-suggest", require_POST(board_acts.suggest)),
        ("queues/move/<int:ticket_id>/", "queues-move", require_POST(board_acts.move)),
    )
    return [path(route, site.admin_view(open_to(*SCRUM_MASTERS)(view)), name=name) for route, name, view in views]


def page(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """The board; the same few statements for one ticket and for thousands."""
    now, filters, view = moment_of(request), Filters.of(request), view_of(request)
    face = Clockface(now)
    every = board.lines(now)
    columns = [
        column_of(line, view, face) for line in sorted(every, key=SORTS[filters.sort]) if _is_shown(line, view, filters)
    ]
    pool = sorted((line for line in every if line.takes_work), key=SORTS[Sort.FREE])
    context = {
        **site.each_context(request),
        "title": "Queues",
        "filters": filters,
        "is_whole": not filters.is_narrowed,
        "applications": board.applications(),
        "shows": Show.choices(),
        "sorts": Sort.choices(),
        "columns": columns,
        "sum": {
            "engineers": len(columns),
            "open": sum(column.counts["open"] for column in columns),
            "risk": sum(column.counts["risk"] for column in columns),
        },
        "pool": [
            {
                "engineer_id": line.engineer.pk,
                "name": line.engineer.name,
                "initials": line.engineer.initials,
                "open": len(line.work),
                "free": face.free(line.free_at),
            }
            for line in pool
        ],
    }
    return TemplateResponse(request, "helpdesk/admin/queues.html", context)


def one_line(request: HttpRequest, engineer_id: int) -> JsonResponse:
    """One column as it stands now, for a board that has an older one."""
    line = board.line_of(engineer_id, moment_of(request))
    if line is None:
        raise Http404("There is no such engineer.")
    return JsonResponse({"columns": drawn(request, [line])})


def versions(request: HttpRequest) -> HttpResponse:
    """The token of every line: what an open board compares its columns with.

    Boards ask every few seconds and mostly nothing changed: then they are told just that (304), and no line is read. The stamp
    is taken before the lines, so that a change in between is told the next time.
    """
    etag = f'"{board.stamp()}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    return JsonResponse({"versions": board.versions(moment_of(request))}, headers={"ETag": etag})


def _is_shown(line: Line, view: View, filters: Filters) -> bool:
    if filters.show is Show.WORK and not line.work:
        return False
    if filters.show is Show.RISK and not (line.at_risk or line.queue.escalated):
        return False
    if filters.application_id is None and filters.search.casefold() in line.engineer.name.casefold():
        return True
    return any(view.matches(one) for one in line.work)
