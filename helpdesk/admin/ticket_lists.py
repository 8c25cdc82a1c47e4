"""The lists of tickets: which bucket is open, in which order it is read, and the filters above it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
    When,
)  # fmt: skip
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter

from helpdesk.admin.base import DeskChangeList
from helpdesk.admin.navigation import Whose, bucket_of, moment_of, scoped, whose_of, workspace_of
from helpdesk.models import Ticket, UserRole
from helpdesk.selectors import access, buckets, people, tickets
from helpdesk.selectors.calendars import lateness_of
from helpdesk.selectors.forecast import forecast_for
from workflow.roles import Role, Workspace
from workflow.states import Bucket, Priority

ANY = "any"
"""The list of everything one may see, for a search that did not find what it looked for in one bucket."""

ENGINEERS_OWN = frozenset({Bucket.ESCALATED, Bucket.RESOLVED, Bucket.ESCALATION_RESOLVED})
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
}  # fmt: skip


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
    """The tickets of the open list with all a row shows, in the list's order."""
    shown = list_of(request)
    seen = access.handled_by(request.user)
    if shown is None:
        return with_marks(tickets.listed(seen)).order_by("-created_at", "-pk")
    rows = with_marks(tickets.listed(buckets.bucket(shown, request.user) & seen))
    if shown in ENGINEERS_OWN:
        rows = scoped(rows, whose_of(request), request.user)
    return rows.order_by(*order_of(shown))


def order_of(shown: Bucket) -> tuple[str, ...]:
    """The unassigned stand by the moment their triage is due: age and urgency in one; the others as their bucket says."""
    return ("triage_due_at", "pk") if shown is Bucket.UNASSIGNED else buckets.ORDER[shown]


def with_marks(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Adds what a row's marks are judged by: when triage and acceptance are due, whether the engineer still is one (E4, P8)."""
    holds = UserRole.objects.filter(user=OuterRef("assignment__engineer"), role_id=Role.ENGINEER, is_granted=True)
    return rows.annotate(
        triage_due_at=_target_passes("created_at", "triage"),
        acceptance_due_at=_target_passes("assignment__assigned_at", "acceptance"),
        engineer_holds_role=Exists(holds),
    )


def marked(ticket: Ticket) -> Ticket:
    """One ticket with what its marks are judged by, as `with_marks` gives it to the rows of a list."""
    since, assignment = timedelta(minutes=1), ticket.assignment
    ticket.triage_due_at = ticket.created_at + since * ticket.application.triage_minutes(ticket.priority)
    if assignment is not None:
        ticket.acceptance_due_at = assignment.assigned_at + since * ticket.application.acceptance_minutes(
            ticket.priority
        )
        ticket.engineer_holds_role = Role.ENGINEER in people.granted_roles(assignment.engineer_id)
    return ticket


def _target_passes(since: str, kind: str) -> ExpressionWrapper:
    """The moment at which the application's target for the ticket's priority has passed."""
    minutes = Case(
        *(When(priority=priority.value, then=F(f"application__{kind}_{priority.value}")) for priority in Priority),
        output_field=IntegerField(),
    )
    span = ExpressionWrapper(Value(timedelta(minutes=1), DurationField()) * minutes, output_field=DurationField())
    return ExpressionWrapper(F(since) + span, output_field=DateTimeField())


class TicketChangeList(DeskChangeList):
    """A list of one bucket: its place in the address is no filter, and each row knows the moment it is shown at."""

    list_display: tuple[str, ...]

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        chosen = super().get_filters_params(params)
        return {name: value for name, value in chosen.items() if name not in LIST_PARAMETERS}

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            # The admin reads a list of one page without its paginator, which finds the rows far cheaper.
            self.result_list = self.paginator.page(1).object_list
        self.empty = EMPTY[list_of(request)]
        self.without_search = self.get_query_string(remove=[SEARCH_VAR])
        if list_of(request) is not None:
            self.search_everywhere = self.get_query_string({"bucket": ANY}, remove=["engineers", "p"])
        now = moment_of(request)
        files = tickets.files_of(self.result_list) if "files" in self.list_display else {}
        outlooks = forecast_for(self.result_list, now, reader=request.user) if list_of(request) in WITH_OUTLOOK else {}
        late = lateness_of(self.result_list, now)
        for row in self.result_list:
            row.shown_at = now
            row.files_count = files.get(row.pk, 0)
            row.outlook = outlooks.get(row.pk)
            row.late_minutes = late.get(row.pk)

    @property
    def active_filters(self) -> list[dict[str, str]]:
        """What narrows the list, in words, each with the address without it."""
        return [
            {"title": f"{spec.title}: {label}", "without": self.get_query_string(remove=spec.expected_parameters())}
            for spec in self.filter_specs
            if (label := _chosen(spec))
        ]


def _chosen(spec: Any) -> str:
    """The words of the choice a filter is set to; empty when it is not set."""
    choices = getattr(spec, "lookup_choices", None) or spec.field.flatchoices
    return {str(value): str(label) for value, label in choices}.get(str(spec.value() or ""), "")


class AgeFilter(DropdownFilter):
    """How long ago a ticket was raised."""

    title = "age"
    parameter_name = "age"
    SPANS: ClassVar[dict[str, tuple[str, timedelta, bool]]] = {
        "hour": ("Within the last hour", timedelta(hours=1), True),
        "day": ("Within the last day", timedelta(days=1), True),
        "over-day": ("Older than a day", timedelta(days=1), False),
        "over-week": ("Older than a week", timedelta(days=7), False),
        "over-month": ("Older than 30 days", timedelta(days=30), False),
    }

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(key, label) for key, (label, _span, _young) in self.SPANS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        if self.value() not in self.SPANS:
            return queryset
        _label, span, is_young = self.SPANS[self.value()]
        edge = moment_of(request) - span
        return queryset.filter(created_at__gte=edge) if is_young else queryset.filter(created_at__lt=edge)


FILTERS = (("application", RelatedDropdownFilter), ("priority", ChoicesDropdownFilter), AgeFilter)
