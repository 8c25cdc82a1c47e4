"""The filters and orders by which programs list tickets: these names and no others, each with an index behind it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from helpdesk.models import Ticket, User
from helpdesk.selectors import access, buckets, forecast
from helpdesk.selectors.keyset import Order
from workflow.states import OPEN, Bucket, Labelled, Priority, Status

SHORTEST_SEARCH = 3
"""Characters: with fewer no index of words helps, and much of the desk would match."""

BUCKETS = (
    Bucket.UNASSIGNED,
    Bucket.OPEN,
    Bucket.MINE,
    Bucket.REPORTED,
    Bucket.ESCALATED,
    Bucket.RESOLVED,
    Bucket.ESCALATION_RESOLVED,
    Bucket.WITHDRAWN,
)
"""The lists that are open to programs; what somebody sees in each is the business of `buckets`."""

MARGIN = timedelta(days=2)
"""More than any two clocks of the world differ: `reported_date` is a day somewhere, `created_at` a moment."""


class Ordering(Labelled):
    """The orders that may be asked for."""

    OLDEST = "created_at", "oldest first"
    NEWEST = "-created_at", "newest first"
    DUE = "due_at", "due first; without a due time last"
    DUE_LAST = "-due_at", "due last first; without a due time last"


_UNASSIGNED = Q(assignment__isnull=True)


def _by_due(*fields: str) -> tuple[Order, Order]:
    """By due time along its index, which holds every assigned ticket; and by sorting, for the few that are open or one engineer's.

    Only where the active assignment is asked for by name may Postgres read that index; to find an open ticket by it, it would
    have to pass by every resolved one.
    """
    along = Order(fields=fields, valued=Q(assignment__is_active=True), blank=_UNASSIGNED)
    return along, Order(fields=fields, valued=~_UNASSIGNED, blank=_UNASSIGNED)


_DUE, _DUE_OF_FEW = _by_due("assignment__due_at", "assignment_id")
_DUE_LAST, _DUE_LAST_OF_FEW = _by_due("-assignment__due_at", "-assignment_id")
ORDERS: dict[Ordering, Order] = {
    Ordering.OLDEST: Order(fields=("created_at", "pk")),
    Ordering.NEWEST: Order(fields=("-created_at", "-pk")),
    Ordering.DUE: _DUE,
    Ordering.DUE_LAST: _DUE_LAST,
}
ORDERS_OF_FEW = ORDERS | {Ordering.DUE: _DUE_OF_FEW, Ordering.DUE_LAST: _DUE_LAST_OF_FEW}
OF_OPEN = frozenset({Bucket.UNASSIGNED, Bucket.OPEN, Bucket.MINE, Bucket.ESCALATED})
ORDER_OF_BUCKET: dict[Bucket, Order] = {
    name: _DUE_OF_FEW if name is Bucket.MINE else Order(fields=buckets.ORDER[name]) for name in BUCKETS
}
"""As the desk's own lists have it; one's own work by its due time, as places in line have gaps."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody asks for; what is left out does not matter."""

    bucket: Bucket | None = None
    application: str = ""
    priority: Priority | None = None
    status: Status | None = None
    assignee: int | None = None
    reported_from: date | None = None
    reported_to: date | None = None
    due_before: datetime | None = None
    at_risk: bool | None = None
    q: str = ""
    ordering: Ordering | None = None

    @property
    def order(self) -> Order:
        """The one asked for, else the bucket's, else the newest first."""
        if self.ordering is not None:
            return (ORDERS_OF_FEW if self._are_few else ORDERS)[self.ordering]
        return ORDER_OF_BUCKET[self.bucket] if self.bucket else ORDERS[Ordering.NEWEST]

    @property
    def _are_few(self) -> bool:
        """Whether only open tickets, or those of one engineer, can be found."""
        return self.bucket in OF_OPEN or self.status in OPEN or self.assignee is not None or self.at_risk is True


def found(user: User, wanted: Wanted, now: datetime) -> QuerySet[Ticket]:
    """The tickets this person sees that are as wanted, in no order."""
    rows = buckets.bucket(wanted.bucket, user) if wanted.bucket else access.visible_to(user)
    rows = rows.filter(_as_wanted(wanted)).order_by()
    if wanted.at_risk is None:
        return rows
    late = forecast.late_of(rows, now)
    return rows.filter(pk__in=late) if wanted.at_risk else rows.exclude(pk__in=late)


def _as_wanted(wanted: Wanted) -> Q:
    same = {
        "application__code": wanted.application.upper() or None,
        "priority": wanted.priority,
        "status": wanted.status,
        "assignment__engineer": wanted.assignee,
        "assignment__due_at__lt": wanted.due_before,
        # Nothing is due before it was raised: that much of the list need not be looked through.
        "created_at__lt": wanted.due_before,
    }
    chosen = Q(**{name: value for name, value in same.items() if value is not None})
    chosen &= _reported(wanted.reported_from, wanted.reported_to)
    return chosen & _says(wanted.q) if wanted.q else chosen


def _reported(since: date | None, until: date | None) -> Q:
    """By the day of report, both ends included; the moments around it are what an index knows."""
    chosen = Q()
    if since is not None:
        chosen &= Q(reported_date__gte=since, created_at__gte=_midnight(since) - MARGIN)
    if until is not None:
        chosen &= Q(reported_date__lte=until, created_at__lt=_midnight(until) + MARGIN)
    return chosen


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _says(words: str) -> Q:
    return Q(case_id__icontains=words) | Q(title__icontains=words)
