"""Which rows a report has: the filters of the lists and of the dashboard, kept with each report and said in words."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Q, QuerySet

from helpdesk.models import Ticket, User
from helpdesk.selectors import numbers, report_rows
from helpdesk.services.audit import ACTS
from workflow.facts import ACTIONS
from workflow.states import Bucket, Number, Priority

LISTS: dict[str, Bucket | Number] = {
    one.value: one
    for one in (
        Bucket.OPEN,
        Bucket.UNASSIGNED,
        Bucket.ESCALATED,
        Bucket.STRANDED,
        Bucket.RESOLVED,
        Bucket.ESCALATION_RESOLVED,
        Number.BREACHED,
        Bucket.WITHDRAWN,
    )
}
"""The lists of the desk, and the one number that has no list of its own."""

OF_NUMBER = {
    Number.RESOLVED_ON_TIME.value: Bucket.RESOLVED.value,
    Number.RESOLVED_AFTER_ESCALATION.value: Bucket.ESCALATION_RESOLVED.value,
}
"""Numbers of the dashboard that are called otherwise as lists."""

ALL = "All"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a report; what is left empty narrows nothing. Days are days of report, in trails days of the act."""

    shown: str = ""
    applications: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    act: str = ""

    def tickets(self, user: User) -> QuerySet[Ticket]:
        """The tickets that are meant, as this person sees them."""
        chosen = numbers.Chosen(
            applications=frozenset(numbers.applications_of(self.applications).values()),
            priorities=frozenset(Priority(one) for one in self.priorities),
            first=self.first,
            last=self.last,
        )
        return report_rows.tickets(user, LISTS.get(self.shown), chosen)

    def among(self, user: User) -> QuerySet[Ticket]:
        """The same whenever they were reported: for a trail, whose days are those of the acts."""
        return Filters(applications=self.applications, priorities=self.priorities, shown=self.shown).tickets(user)

    def when(self, zone: tzinfo, *, act: str) -> Q:
        """The days of an act, both included, in this zone, and which act; `act` is the name of its column."""
        asked: dict[str, Any] = {
            "timestamp__gte": _begin(self.first, zone),
            "timestamp__lt": _begin(self.last + timedelta(days=1), zone) if self.last else None,
            act: self.act or None,
        }
        return Q(**{name: value for name, value in asked.items() if value is not None})

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it, and as an address names it; what narrows nothing is left out."""
        told = {
            "bucket": self.shown,
            "application": list(self.applications),
            "priority": list(self.priorities),
            "reported_from": self.first.isoformat() if self.first else "",
            "reported_to": self.last.isoformat() if self.last else "",
            "act": self.act,
        }
        return {name: value for name, value in told.items() if value}

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Filters":
        """What `kept` gave."""
        return cls(
            shown=kept.get("bucket", ""),
            applications=tuple(kept.get("application", ())),
            priorities=tuple(kept.get("priority", ())),
            first=_day(kept.get("reported_from")),
            last=_day(kept.get("reported_to")),
            act=kept.get("act", ""),
        )

    def in_words(self) -> list[tuple[str, str]]:
        """What narrows the report, for people; all of it where nothing does."""
        named = ACTS | ACTIONS
        told = {
            "Tickets": LISTS[self.shown].label if self.shown else "",
            "Applications": ", ".join(self.applications),
            "Priorities": ", ".join(Priority(one).label for one in self.priorities),
            "From": self.first.isoformat() if self.first else "",
            "To": self.last.isoformat() if self.last else "",
            "Act": named.get(self.act, self.act),
        }
        return [(name, words) for name, words in told.items() if words]


def _begin(day: date | None, zone: tzinfo) -> datetime | None:
    """Midnight of the day there, also on a day whose clocks change."""
    return datetime.combine(day, time(), tzinfo=zone) if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
