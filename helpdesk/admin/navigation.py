"""Where a person is on the desk: the workspaces their roles open, the one that is open, and its sidebar (P7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk import clock
from helpdesk.admin import places
from helpdesk.admin.base import desk_path
from helpdesk.admission import open_to
from helpdesk.models import Ticket, User
from helpdesk.selectors import buckets, extension_lists, people
from helpdesk.services.workspaces import open_workspace
from workflow.roles import STAFF, Workspace, workspaces_of
from workflow.states import Bucket, Labelled, Level, Status

SESSION_KEY = "workspace"
TRIAGE = frozenset({Workspace.TRIAGE_SM1, Workspace.TRIAGE_SM2})
LEVELS = {Workspace.TRIAGE_SM1: Level.SM1, Workspace.TRIAGE_SM2: Level.SM2}

BUCKET_ICONS = {
    Bucket.UNASSIGNED: "inbox",
    Bucket.OPEN: "list",
    Bucket.ESCALATED: "priority_high",
    Bucket.STRANDED: "person_off",
    Bucket.RESOLVED: "task_alt",
    Bucket.ESCALATION_RESOLVED: "assignment_turned_in",
    Bucket.WITHDRAWN: "do_not_disturb_on",
}
EVERY_BUCKET = tuple(BUCKET_ICONS)
ALARMING = frozenset({Bucket.ESCALATED, Bucket.STRANDED})
EXCEPTIONAL = frozenset({Bucket.STRANDED})
"""Lists that stand in the sidebar only while there is something in them (P8)."""
BUCKETS_OF: dict[Workspace, tuple[Bucket, ...]] = {
    Workspace.TRIAGE_SM1: EVERY_BUCKET,
    Workspace.TRIAGE_SM2: EVERY_BUCKET,
    Workspace.MY_WORK: (Bucket.MINE, Bucket.ESCALATED, Bucket.RESOLVED, Bucket.ESCALATION_RESOLVED),
    Workspace.ESCALATIONS: (Bucket.ESCALATED, Bucket.ESCALATION_RESOLVED),
    Workspace.ADMINISTRATION: EVERY_BUCKET,
}
COUNTED = (Bucket.UNASSIGNED, Bucket.OPEN, Bucket.ESCALATED, Bucket.STRANDED)
"""Buckets of open work carry a live count; a count of everything ever resolved helps nobody and grows dearer every day."""


class Whose(Labelled):
    """Of which engineers a list shows the tickets; which one a workspace begins with is `whose_of`."""

    OWN = "own", "Mine"
    LED = "led", "My engineers"
    ALL = "all", "All engineers"


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A workspace in the bar at the top; the portal is a link, the others are switched to by POST."""

    title: str
    address: str
    is_open: bool
    is_link: bool


def organisation(request: HttpRequest) -> str:
    """Whose desk it is, under the product's name."""
    return str(settings.LINEUP_ORGANISATION)


def moment_of(request: HttpRequest) -> datetime:
    """The one `now` of this request, read when first asked for."""
    if not hasattr(request, "desk_now"):
        request.desk_now = clock.now()  # type: ignore[attr-defined]
    return request.desk_now  # type: ignore[attr-defined, no-any-return]


def staff_workspaces(request: HttpRequest) -> tuple[Workspace, ...]:
    """The workspaces of the desk this person's roles open, without the portal."""
    return tuple(tab for tab in workspaces_of(people.roles_of(request.user)) if tab is not Workspace.MY_TICKETS)


def workspace_of(request: HttpRequest) -> Workspace | None:
    """The open workspace: the one of this session, else the one used last, else the first; none without a staff role."""
    offered = staff_workspaces(request)
    known = (request.session.get(SESSION_KEY), request.user.last_workspace)
    return next((tab for name in known for tab in offered if tab.value == name), offered[0] if offered else None)


def level_of(request: HttpRequest) -> Level | None:
    """The level an act is done under by the open tab; none lets the service take the highest held (P7)."""
    workspace = workspace_of(request)
    return LEVELS.get(workspace) if workspace else None


def list_address(bucket: Bucket) -> str:
    """The list of a bucket; an engineer's own work has a page of its own."""
    if bucket is Bucket.MINE:
        return reverse("admin:my-work")
    return f"{reverse('admin:helpdesk_ticket_changelist')}?bucket={bucket.value}"


def landing_of(workspace: Workspace | None) -> str:
    """The first page of a workspace."""
    brought = places.landing_of(workspace) if workspace else ()
    if brought:
        return brought[0][2]
    if workspace is Workspace.ADMINISTRATION:
        return reverse("admin:helpdesk_user_changelist")
    if workspace in BUCKETS_OF:
        return list_address(BUCKETS_OF[workspace][0])
    return reverse("home")


def tabs(request: HttpRequest) -> list[Tab]:
    """The bar of workspaces, "My tickets" first (P7)."""
    opened = workspace_of(request)
    portal = Tab(title=Workspace.MY_TICKETS.label, address=reverse("portal:tickets"), is_open=False, is_link=True)
    return [
        portal,
        *(
            Tab(
                title=workspace.label,
                address=reverse("admin:workspace", args=(workspace.value,)),
                is_open=workspace is opened,
                is_link=False,
            )
            for workspace in staff_workspaces(request)
        ),
    ]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The open workspace and nothing else, with live counts of its open work."""
    workspace = workspace_of(request)
    if workspace is None:
        return []
    shown = BUCKETS_OF[workspace]
    counts = _counts(request, workspace)
    opened = bucket_of(request)
    lists: dict[str, Any] = {
        "title": workspace.label,
        "items": [
            _bucket_item(bucket, workspace, counts, bucket is opened)
            for bucket in shown
            if bucket not in EXCEPTIONAL or counts.get(bucket) or bucket is opened
        ],
    }
    if workspace in TRIAGE:
        lists["items"][2:2] = _triage_pages(request)
    first = _entries(request, places.landing_of(workspace))
    if workspace is Workspace.ADMINISTRATION:
        administration = _administration(request)
        administration["items"][:0] = first
        return [administration, _logs(request), {**lists, "title": "Tickets"}]
    lists["items"][:0] = first
    return [lists]


def bucket_of(request: HttpRequest) -> Bucket | None:
    """The list a person is in: the one of the address, or the one the ticket page was opened from."""
    name = request.GET.get("bucket") or parse_qs(request.GET.get("_changelist_filters", "")).get("bucket", [""])[0]
    if not name and request.path == reverse("admin:my-work"):
        return Bucket.MINE
    return next((bucket for bucket in Bucket if bucket.value == name), None)


def _counts(request: HttpRequest, workspace: Workspace) -> dict[Bucket, int]:
    """How many tickets stand behind the entries of the sidebar, in one statement; each as its list begins."""
    user = request.user
    if workspace is Workspace.MY_WORK:
        mine = buckets.bucket(Bucket.MINE, user).order_by()
        counted = mine.aggregate(mine=Count("pk"), late=Count("pk", Q(status=Status.ESCALATED)))
        return {Bucket.MINE: counted["mine"], Bucket.ESCALATED: counted["late"]}
    if workspace is Workspace.ESCALATIONS:
        return {Bucket.ESCALATED: scoped(buckets.bucket(Bucket.ESCALATED, user), Whose.LED, user).count()}
    return buckets.counts(user, COUNTED)


def whose_of(request: HttpRequest) -> Whose:
    """Whose tickets the list shows: as asked for, else the engineer's own and the manager's engineers' (E2)."""
    asked = request.GET.get("engineers")
    first = {Workspace.MY_WORK: Whose.OWN, Workspace.ESCALATIONS: Whose.LED}.get(workspace_of(request), Whose.ALL)  # type: ignore[call-overload]
    return next((whose for whose in Whose if whose.value == asked), first)


def scoped(tickets: QuerySet[Ticket], whose: Whose, user: User) -> QuerySet[Ticket]:
    """The tickets of one's own, of the engineers one leads, or all of them."""
    if whose is Whose.OWN:
        return tickets.filter(assignment__engineer=user)
    if whose is Whose.LED:
        return tickets.filter(assignment__engineer__reporting_authority=user)
    return tickets


def _bucket_item(bucket: Bucket, workspace: Workspace, counts: dict[Bucket, int], is_open: bool) -> dict[str, Any]:
    own = workspace is Workspace.MY_WORK and bucket is Bucket.ESCALATED
    item: dict[str, Any] = {
        "title": "My escalations" if own else bucket.label,
        "icon": BUCKET_ICONS.get(bucket, "checklist"),
        "link": list_address(bucket),
        "active": is_open,
    }
    if bucket in counts:
        item["badge"] = str(counts[bucket])
        item["badge_variant"] = "danger" if bucket in ALARMING and counts[bucket] else "neutral"
    return item


def _triage_pages(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages of a triage that are no list of tickets, after its open work."""
    pages: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("Queues", "view_column", reverse("admin:queues"), {}),
        ("Extensions", "more_time", reverse("admin:extensions"), _extensions_badge(request)),
    )
    return [
        {"title": title, "icon": icon, "link": link, "active": request.path.startswith(link), **badge}
        for title, icon, link, badge in pages
    ]


def _extensions_badge(request: HttpRequest) -> dict[str, Any]:
    """How many requests for more time wait for this person under the level of the open tab; one statement."""
    level = level_of(request)
    if level is None:
        return {}
    waiting = extension_lists.to_decide(request.user, level).count()
    return {"badge": str(waiting), "badge_variant": "neutral"}


def _administration(request: HttpRequest) -> dict[str, Any]:
    pages = (
        ("People", "group", reverse("admin:helpdesk_user_changelist")),
        ("Role mapping", "key", reverse("admin:helpdesk_rolemapping_changelist")),
        ("Applications", "apps", reverse("admin:helpdesk_applicationcatalog_changelist")),
        ("Working hours", "schedule", reverse("admin:helpdesk_workingcalendar_changelist")),
        ("Desk settings", "tune", reverse("admin:helpdesk_desksettings_changelist")),
        *places.pages_of(Workspace.ADMINISTRATION),
    )
    return {"title": Workspace.ADMINISTRATION.label, "items": _entries(request, pages)}


def _logs(request: HttpRequest) -> dict[str, Any]:
    """What happened and what was sent."""
    pages = (
        ("History", "history", reverse("admin:history")),
        ("Notifications", "outgoing_mail", reverse("admin:helpdesk_notification_changelist")),
        ("Mails to admins", "mail", reverse("admin:helpdesk_adminalert_changelist")),
        ("Mail previews", "preview", reverse("admin:mail-previews")),
        ("Background work", "monitor_heart", reverse("admin:helpdesk_heartbeat_changelist")),
    )
    return {"title": "Logs", "items": _entries(request, pages)}


def _entries(request: HttpRequest, pages: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [
        {"title": title, "icon": icon, "link": link, "active": request.path.startswith(link)}
        for title, icon, link in pages
    ]


@open_to(*STAFF)
@require_POST
def switch_workspace(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """Open another workspace; the page stays where both have it: a ticket's page, and a list between the two triages."""
    wanted = next((tab for tab in staff_workspaces(request) if tab.value == name), None)
    if wanted is None:
        raise PermissionDenied
    before = workspace_of(request)
    request.session[SESSION_KEY] = open_workspace(actor=request.user, workspace=wanted).value
    here = desk_path(request, request.POST.get("next", ""))
    is_ticket = here.partition("?")[0].endswith("/change/")
    stays = is_ticket or (before in TRIAGE and wanted in TRIAGE)
    return HttpResponseRedirect(here if here and stays else landing_of(wanted))
