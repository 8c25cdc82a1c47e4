"""The lists of tickets: which bucket is open, in which order it is read, and the filters above it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.admin.views.main import IGNORED_PARAMS, SEARCH_VAR
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from helpdesk.admin.base import DeskChangeList
from helpdesk.admin.chosen import NAMES, chosen_form
from helpdesk.admin.list_filters import (
    AgeFilter,
    ApplicationFilter,
    BreachFilter,
    DaysFilter,
    PriorityFilter,
    RiskFilter,
    TriageFilter,
)
from helpdesk.admin.list_table import Table, table_of
from helpdesk.admin.navigation import Whose, bucket_of, moment_of, scoped, whose_of, workspace_of
from helpdesk.admin.typed_fields import said
from helpdesk.models import Ticket, UserRole
from helpdesk.selectors import access, buckets, people, tickets
from helpdesk.selectors.calendars import lateness_of
from helpdesk.selectors.forecast import forecast_for
from helpdesk.selectors.targets import passes
from workflow.roles import Role, Workspace
from workflow.states import Bucket, Priority

ANY = "any"
"""The list of everything one may see, for a search that did not find what it looked for in one bucket."""

ENGINEERS_OWN = frozenset(
    {Bucket.OPEN, Bucket.ESCALATED, Bucket.RESOLVED, Bucket.ESCALATION_RESOLVED, Bucket.BREACHED, Bucket.DECIDED}
)
"""Lists that begin with one's own tickets in My work and with those of one's engineers in Escalations."""

WITH_OUTLOOK = frozenset({None, Bucket.OPEN, Bucket.STRANDED})
"""Lists in which tickets stand in line, with the forecast of each (C9)."""

LIST_PARAMETERS = ("bucket", "engineers")
"""Parameters of the address that say which list it is; they are no filters and stay when filters are cleared."""

COLUMNS: dict[Bucket | None, tuple[str, ...]] = {
    None: ("case", "subject", "status_now", "priority_now", "application_name", "engineer", "raised"),
    Bucket.UNASSIGNED: ("case", "subject", "priority_now", "application_name", "reported_by", "files", "waiting"),
    Bucket.OPEN: ("case", "subject", "status_now", "priority_now", "application_name", "engineer", "due", "raised"),
    Bucket.ESCALATED: ("case", "subject", "priority_now", "application_name", "engineer", "manager", "broken_due", "since"),
    Bucket.STRANDED: ("case", "subject", "status_now", "priority_now", "application_name", "engineer", "due"),
    Bucket.RESOLVED: ("case", "subject", "priority_now", "application_name", "engineer", "promised", "resolved"),
    Bucket.ESCALATION_RESOLVED: (
        "case", "subject", "priority_now", "application_name", "engineer", "promised", "resolved", "lateness",
    ),
    Bucket.WITHDRAWN: ("case", "subject", "priority_now", "application_name", "reported_by", "resolved", "withdrawn_for"),
    Bucket.BREACHED: ("case", "subject", "status_now", "priority_now", "application_name", "engineer", "promised", "resolved"),
    Bucket.DECIDED: ("case", "subject", "status_now", "priority_now", "application_name", "engineer", "promised", "resolved"),
}  # fmt: skip

READ = (
    "case_id", "title", "status", "priority", "is_withdrawn", "withdrawal_reason", "created_at", "escalated_at", "resolved_at",
    "application__name", *(f"application__{kind}_{one.value}" for kind in ("triage", "acceptance") for one in Priority),
    "reporter__name", "assignment__assigned_at", "assignment__committed_at", "assignment__due_at", "assignment__out_of_turn",
    "assignment__engineer__name", "assignment__engineer__is_active", "assignment__engineer__reporting_authority__name",
)  # fmt: skip
"""What the columns and marks of a row look at, of a hundred columns of six tables, descriptions among them."""


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What an empty list says, and what to do next."""

    said: str
    hint: str


EMPTY: dict[Bucket | None, Empty] = {
    None: Empty(said="There are no tickets yet.", hint="What people raise appears here."),
    Bucket.UNASSIGNED: Empty(
        said="Nothing waits to be assigned.", hint="New tickets appear here, the most urgent first."
    ),
    Bucket.OPEN: Empty(said="No ticket is open.", hint="Everything reported so far is resolved."),
    Bucket.ESCALATED: Empty(
        said="No promise is broken.", hint="A ticket appears here when its due time passes unresolved."
    ),
    Bucket.STRANDED: Empty(
        said="Every open ticket is with somebody who can work on it.",
        hint="Tickets of people who were deactivated or lost the role Assignee appear here, to be reassigned.",
    ),
    Bucket.RESOLVED: Empty(said="Nothing is resolved yet.", hint="Tickets resolved within their due time appear here."),
    Bucket.ESCALATION_RESOLVED: Empty(
        said="Nothing was resolved late.", hint="Tickets resolved after their due time had passed appear here."
    ),
    Bucket.WITHDRAWN: Empty(said="Nothing was withdrawn.", hint="Tickets nobody needed any more appear here."),
    Bucket.BREACHED: Empty(
        said="No promise was ever broken.", hint="Tickets whose due time passed unresolved appear here, for good."
    ),
    Bucket.DECIDED: Empty(
        said="Nothing has been decided yet.",
        hint="Tickets resolved in time and tickets whose promise was broken appear here.",
    ),
}


def list_of(request: HttpRequest) -> Bucket | None:
    """The bucket the list shows; none is the list of everything; without a wish the workspace's first."""
    if request.GET.get("bucket") == ANY:
        return None
    asked = bucket_of(request)
    if asked in COLUMNS and asked is not None:
        return asked
    first = {Workspace.MY_WORK: Bucket.ESCALATED, Workspace.ESCALATIONS: Bucket.ESCALATED}
    return first.get(workspace_of(request), Bucket.UNASSIGNED)  # type: ignore[arg-type]


def title_of(request: HttpRequest) -> str:
    """The heading of the list."""
    shown = list_of(request)
    if shown is None:
        return "All tickets"
    own = shown is Bucket.ESCALATED and whose_of(request) is Whose.OWN
    return "My escalations" if own else shown.label


def rows_of(request: HttpRequest) -> QuerySet[Ticket]:
    """The tickets of the open list, in its order; the page that is shown adds its marks (`with_marks`)."""
    shown = list_of(request)
    seen = access.handled_by(request.user)
    if shown is None:
        return tickets.listed(seen).order_by("-created_at", "-pk")
    rows = tickets.listed(buckets.bucket(shown, request.user) & seen)
    if shown is Bucket.UNASSIGNED:
        rows = rows.annotate(triage_due_at=passes("created_at", "triage"))
    if shown in ENGINEERS_OWN:
        rows = scoped(rows, whose_of(request), request.user)
    return rows.order_by(*order_of(shown))


def order_of(shown: Bucket) -> tuple[str, ...]:
    """The unassigned stand by the moment their triage is due: age and urgency in one; the others as their bucket says."""
    return ("triage_due_at", "pk") if shown is Bucket.UNASSIGNED else buckets.ORDER[shown]


def with_marks(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Adds what a row's marks are judged by and the row does not hold: whether the engineer still is one (P8)."""
    holds = UserRole.objects.filter(user=OuterRef("assignment__engineer"), role_id=Role.ENGINEER, is_granted=True)
    return rows.annotate(engineer_holds_role=Exists(holds))


def marked(ticket: Ticket) -> Ticket:
    """One ticket with what its marks are judged by, as the rows of a list have it."""
    if ticket.assignment is not None:
        ticket.engineer_holds_role = Role.ENGINEER in people.granted_roles(ticket.assignment.engineer_id)
    return targeted(ticket)


def targeted(ticket: Ticket) -> Ticket:
    """A ticket with when its triage and its acceptance are due (E4), reckoned here: 25 sums are cheaper than writing them as SQL."""
    since, application, assignment = timedelta(minutes=1), ticket.application, ticket.assignment
    ticket.triage_due_at = ticket.created_at + since * application.triage_minutes(ticket.priority)
    if assignment is not None:
        ticket.acceptance_due_at = assignment.assigned_at + since * application.acceptance_minutes(ticket.priority)
    return ticket


def filters_of(request: HttpRequest) -> tuple[type, ...]:
    """The filters the open list has."""
    shown = list_of(request)
    if shown is Bucket.UNASSIGNED:
        return (*FILTERS, TriageFilter)
    if shown is Bucket.BREACHED:
        return (*FILTERS, BreachFilter)
    return (*FILTERS, RiskFilter) if shown in WITH_OUTLOOK else FILTERS


class TicketChangeList(DeskChangeList):
    """A list of one bucket: its place in the address is no filter, and each row knows the moment it is shown at.

    A filter nobody knows, or a value that is none, shows no ticket and says why.
    """

    list_display: tuple[str, ...]
    has_active_filters: bool

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        chosen = super().get_filters_params(params)
        return {name: value for name, value in chosen.items() if name in self._known}

    @property
    def _known(self) -> set[str]:
        """The names of the filters of this list."""
        return {*NAMES, *(one.parameter_name for one in self.list_filter)}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Ticket]:
        self.refusals = [f"This list has no filter “{said(name)}”." for name in self._unknown()[:1]]
        form = chosen_form(request)
        self.refusals += [] if form.is_valid() else form.refusals
        found = super().get_queryset(request, exclude_parameters)
        self.has_active_filters = self.has_active_filters or bool(self.refusals)
        return found.none() if self.refusals else found

    def _unknown(self) -> list[str]:
        others = {*LIST_PARAMETERS, *IGNORED_PARAMS}
        return sorted(name for name in super().get_filters_params() if name not in self._known and name not in others)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            # The admin reads a list of one page without its paginator, which finds the rows far cheaper.
            self.result_list = self.paginator.page(1).object_list
        self.empty = EMPTY[list_of(request)]
        self.without_search = self.get_query_string(remove=[SEARCH_VAR])
        self.clear_all_filters_qs = self.get_query_string(remove=[*self._known, *self._unknown()])
        if list_of(request) is not None:
            self.search_everywhere = self.get_query_string({"bucket": ANY}, remove=["engineers", "p"])
        now = moment_of(request)
        files = tickets.files_of(self.result_list) if "files" in self.list_display else {}
        outlooks = forecast_for(self.result_list, now, reader=request.user) if list_of(request) in WITH_OUTLOOK else {}
        late = lateness_of(self.result_list, now)
        for row in self.result_list:
            targeted(row).shown_at = now
            row.files_count = files.get(row.pk, 0)
            row.outlook = outlooks.get(row.pk)
            row.late_minutes = late.get(row.pk)

    @property
    def table(self) -> Table:
        return table_of(self)

    @property
    def active_filters(self) -> list[dict[str, str]]:
        """What narrows the list, in words, each with the address without it."""
        return [
            {
                "title": f"{spec.title}: {spec.words}",
                "without": self.get_query_string(remove=spec.expected_parameters()),
            }
            for spec in self.filter_specs
            if spec.words
        ]


FILTERS = (ApplicationFilter, PriorityFilter, DaysFilter, AgeFilter)
