"""The numbers of the dashboard: each is a list of tickets defined once here, counted without reading them (rules 8).

Open tickets are counted as they stand, closed ones from `ClosedCount`; both in one statement, which sees one moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value

from helpdesk.models import ApplicationCatalog, ClosedCount, Ticket, User
from helpdesk.models.closed_count import OUTCOMES, column_of
from helpdesk.selectors import people
from workflow.roles import DESK, Role
from workflow.states import EVER_ESCALATED, OPEN, Number, Priority, Status

DEFINITIONS: dict[Number, Q] = {
    Number.OPEN: Q(status__in=OPEN),
    Number.BREACHED: Q(status__in=EVER_ESCALATED),
    Number.RESOLVED_ON_TIME: Q(status=Status.RESOLVED, is_withdrawn=False),
    Number.ESCALATED: Q(status=Status.ESCALATED),
    Number.RESOLVED_AFTER_ESCALATION: Q(status=Status.RESOLVED_ESCALATED),
}
"""A breach and the escalation of its ticket are one act (E1), and a status once escalated stays so: both say the same."""

DECIDED = DEFINITIONS[Number.RESOLVED_ON_TIME] | DEFINITIONS[Number.BREACHED]
"""The tickets the compliance is reckoned from."""

EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
"""No desk has tickets beyond; days that somebody chooses are kept inside."""
ONE_DAY = timedelta(days=1)

Led = list[int] | None
"""The engineers whose tickets alone are counted, None for everybody's. Told by their ids Postgres goes from them to their rows."""

COUNTED_FOR = DESK | {Role.RA}
"""Who is told the numbers."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which tickets are counted: of these applications (ids) and priorities, all where none is named; both dates of report included.

    `is_led` leaves the tickets of the engineers this person leads, also where they may count all.
    """

    applications: frozenset[int] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    first: date | None = None
    last: date | None = None
    is_led: bool = False


def tickets_of(number: Number, user: User, chosen: Chosen) -> QuerySet[Ticket]:
    """The tickets that a number counts for this person: the list behind it."""
    return _those_of(number, led_by(user, chosen), chosen)


def counts(user: User, chosen: Chosen) -> dict[Number, int]:
    """How many tickets each number counts for this person, in one statement; a reporting authority's take one more."""
    led = led_by(user, chosen)
    rows = _counted(Number.OPEN, led, chosen).union(
        _counted(Number.ESCALATED, led, chosen), _closed(led, chosen), all=True
    )
    found = {row["of"]: (row["one"], row["two"]) for row in rows}
    is_open, escalated = (found.get(number.value, (0, 0))[0] for number in (Number.OPEN, Number.ESCALATED))
    on_time, late = found.get("closed", (0, 0))
    return {
        Number.OPEN: is_open,
        Number.BREACHED: escalated + late,
        Number.RESOLVED_ON_TIME: on_time,
        Number.ESCALATED: escalated,
        Number.RESOLVED_AFTER_ESCALATION: late,
    }


def applications_of(codes: Iterable[str]) -> dict[str, int]:
    """The ids of the applications with these codes, retired ones too; a code nobody has is left out."""
    return dict(ApplicationCatalog.objects.filter(code__in=list(codes)).values_list("code", "pk"))


def applications() -> list[tuple[int, str, str]]:
    """Id, code and name of every application by name: what can be chosen; tickets of retired ones count on."""
    return list(ApplicationCatalog.objects.order_by("name", "pk").values_list("pk", "code", "name"))


def of_engineers(tickets: QuerySet[Ticket], led: Led) -> QuerySet[Ticket]:
    """Those that are with these engineers."""
    return tickets if led is None else tickets.filter(assignment__engineer__in=led, assignment__is_active=True)


def led_by(user: User, chosen: Chosen) -> Led:
    """Scrum masters and admins count all tickets, a reporting authority those of their engineers, nobody else any (rules 8)."""
    roles = people.roles_of(user)
    if roles & DESK and not chosen.is_led:
        return None
    if Role.RA not in roles:
        return []
    return list(User.objects.filter(reporting_authority=user).order_by("pk").values_list("pk", flat=True))


def of_tickets(chosen: Chosen) -> Q:
    """The condition that a ticket is among the chosen."""
    asked: dict[str, Any] = {
        "application__in": chosen.applications,
        "priority__in": chosen.priorities,
        "reported_date__gte": chosen.first,
        "reported_date__lte": chosen.last,
    }
    return Q(**{name: value for name, value in asked.items() if value})


def open_tickets(led: Led, chosen: Chosen) -> QuerySet[Ticket]:
    """The open ones among the chosen, in no order: few, and counted as they stand."""
    return _those_of(Number.OPEN, led, chosen).order_by()


def closed_counts(led: Led, chosen: Chosen) -> QuerySet[ClosedCount]:
    """The counts of the closed ones of the chosen applications, of any day."""
    whose = Q(engineer__isnull=True) if led is None else Q(engineer__in=led)
    return ClosedCount.objects.filter(whose, Q(application__in=chosen.applications) if chosen.applications else Q())


def outcomes(chosen: Chosen) -> tuple[Sum, Sum]:
    """How many of the chosen priorities were closed in time, and how many late."""
    counted = sorted(chosen.priorities or Priority)
    in_time, late = (
        Sum(sum((F(column_of(one, outcome)) for one in counted), Value(0)), default=0) for outcome in OUTCOMES
    )
    return in_time, late


def _those_of(number: Number, led: Led, chosen: Chosen) -> QuerySet[Ticket]:
    return of_engineers(Ticket.objects.filter(DEFINITIONS[number], of_tickets(chosen)), led)


def _counted(number: Number, led: Led, chosen: Chosen) -> "QuerySet[Any, Any]":
    """One row: how many tickets there are, counted one by one.

    A row for each number: without a condition on its rows Postgres counts the entries of the number's own index.
    """
    rows = _those_of(number, led, chosen).order_by().annotate(of=Value(number.value)).values("of")
    return rows.annotate(one=Count("*"), two=Value(0))


def _closed(led: Led, chosen: Chosen) -> "QuerySet[Any, Any]":
    """One row: how many tickets were resolved in time, and how many late."""
    in_time, late = outcomes(chosen)
    rows = closed_counts(led, chosen).filter(spans(chosen.first, chosen.last))
    return rows.annotate(of=Value("closed")).values("of").annotate(one=in_time, two=late)


def spans(first: date | None, last: date | None) -> Q:
    """The rows that together hold each day from the first to the last once: whole months, and the days left at both ends."""
    months, days = Q(span=ClosedCount.Span.MONTH), Q(span=ClosedCount.Span.DAY)
    begin = first if first is None or first.day == 1 else _first_of_next(first)
    end = None if last is None else _first_of_next(last)
    if last is not None and end is not None and last + ONE_DAY != end:
        end = last.replace(day=1)
    if begin is not None and end is not None and begin > end:
        return days & _from(first) & _up_to(last)
    wanted = months & _from(begin) & _before(end)
    if begin != first:
        wanted |= days & _from(first) & _before(begin)
    if last is not None and end is not None and last >= end:
        wanted |= days & _from(end) & _up_to(last)
    return wanted


def _from(day: date | None) -> Q:
    return Q() if day is None else Q(begins__gte=day)


def _before(day: date | None) -> Q:
    return Q() if day is None else Q(begins__lt=day)


def _up_to(day: date | None) -> Q:
    return Q() if day is None else Q(begins__lte=day)


def _first_of_next(day: date) -> date:
    """The first of the next month."""
    return (day.replace(day=1) + 32 * ONE_DAY).replace(day=1)
