"""What the charts of the dashboard are drawn from: the chosen tickets of its numbers, by day, application and engineer (rules 8).

All of it is parts of one statement: the numbers are sums of the same rows as the charts.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from helpdesk.models import ClosedCount, Ticket
from helpdesk.selectors import numbers
from helpdesk.selectors.numbers import DEFINITIONS, ONE_DAY, Chosen, Led
from helpdesk.selectors.parts import Part, Row, part
from workflow.states import Number

RESOLVED = DEFINITIONS[Number.RESOLVED_ON_TIME] | DEFINITIONS[Number.RESOLVED_AFTER_ESCALATION]


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days that charts over time show, both included, in the zone in which days of report are reckoned (T2).

    Closed tickets are told by their day of report from `earliest` on, which may be before the first.
    """

    earliest: date
    first: date
    last: date
    zone: tzinfo

    @property
    def begins_at(self) -> datetime:
        """Midnight before the first day, also where clocks change."""
        return datetime.combine(self.first, time(), tzinfo=self.zone)

    @property
    def ends_at(self) -> datetime:
        """Midnight after the last day."""
        return datetime.combine(self.last + ONE_DAY, time(), tzinfo=self.zone)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Counts of the chosen tickets. Days are days of report, but those of `resolved`, which are the days of resolution.

    Applications are their ids; who broke a promise is id and name, for names repeat.

    Closed tickets are told by day only for the days asked for, open ones for every day.
    """

    open: Counter[date] = field(default_factory=Counter)
    escalated: Counter[date] = field(default_factory=Counter)
    in_time: Counter[date] = field(default_factory=Counter)
    late: Counter[date] = field(default_factory=Counter)
    resolved: Counter[date] = field(default_factory=Counter)
    closed_in_time: Counter[int] = field(default_factory=Counter)
    closed_late: Counter[int] = field(default_factory=Counter)
    escalated_of: Counter[int] = field(default_factory=Counter)
    broken_by: Counter[tuple[int, str]] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[Number, int]:
        """The numbers, as `numbers.counts` has them."""
        escalated, late = self.escalated.total(), self.closed_late.total()
        return {
            Number.OPEN: self.open.total(),
            Number.BREACHED: escalated + late,
            Number.RESOLVED_ON_TIME: self.closed_in_time.total(),
            Number.ESCALATED: escalated,
            Number.RESOLVED_AFTER_ESCALATION: late,
        }

    @property
    def breached_of(self) -> Counter[int]:
        """Breached tickets by the id of their application."""
        return self.escalated_of + self.closed_late


def figures_from(rows: Iterable[Row]) -> Figures:
    """What the rows of `parts_of` tell; others are passed over."""
    told = Figures()
    for row in rows:
        if row.of == "open":
            told.open[row.day] += row.one
            told.escalated[row.day] += row.two
            told.escalated_of[row.ref] += row.two
        elif row.of == "closed":
            told.closed_in_time[row.ref] += row.one
            told.closed_late[row.ref] += row.two
        elif row.of == "day":
            told.in_time[row.day] += row.one
            told.late[row.day] += row.two
        elif row.of == "resolved":
            told.resolved[row.day] += row.one
        elif row.of == "broken":
            told.broken_by[row.ref, row.who] += row.one
    return told


def parts_of(led: Led, chosen: Chosen, days: Days) -> list[Part]:
    """All that is to be counted of the chosen tickets of these engineers, or of everybody's."""
    return [
        _open(led, chosen), _closed(led, chosen), _by_day(led, chosen, days), _resolved(led, chosen, days), _broken(led, chosen),
    ]  # fmt: skip


def _open(led: Led, chosen: Chosen) -> Part:
    """Open tickets and the escalated ones among them, by application and day of report."""
    by = {"ref": F("application"), "day": F("reported_date")}
    escalated = Count("status", filter=DEFINITIONS[Number.ESCALATED])
    return part(numbers.open_tickets(led, chosen), "open", by=by, one=Count("*"), two=escalated)


def _closed(led: Led, chosen: Chosen) -> Part:
    """Closed tickets by application, in time and late."""
    in_time, late = numbers.outcomes(chosen)
    rows = numbers.closed_counts(led, chosen).filter(numbers.spans(chosen.first, chosen.last))
    return part(rows, "closed", by={"ref": F("application")}, one=in_time, two=late)


def _by_day(led: Led, chosen: Chosen, days: Days) -> Part:
    """Closed tickets by day of report, in time and late."""
    in_time, late = numbers.outcomes(chosen)
    first, last = max(days.earliest, chosen.first or days.earliest), min(days.last, chosen.last or days.last)
    rows = numbers.closed_counts(led, chosen).filter(span=ClosedCount.Span.DAY, begins__gte=first, begins__lte=last)
    return part(rows, "day", by={"day": F("begins")}, one=in_time, two=late)


def _resolved(led: Led, chosen: Chosen, days: Days) -> Part:
    """Closed tickets by the day they were resolved."""
    lately = Q(resolved_at__gte=days.begins_at, resolved_at__lt=days.ends_at)
    rows = numbers.of_engineers(Ticket.objects.filter(RESOLVED, lately, numbers.of_tickets(chosen)), led)
    return part(rows, "resolved", by={"day": TruncDate("resolved_at", tzinfo=days.zone)}, one=Count("*"))


def _broken(led: Led, chosen: Chosen) -> Part:
    """Breached tickets by the engineer whose promise it was (S2), whoever has them now."""
    breached = DEFINITIONS[Number.BREACHED] & Q(sla_records__breached=True)
    rows = numbers.of_engineers(Ticket.objects.filter(breached, numbers.of_tickets(chosen)), led)
    whose = "sla_records__assignment__engineer"
    return part(rows, "broken", by={"ref": F(whose), "who": F(f"{whose}__name")}, one=Count("*"))
