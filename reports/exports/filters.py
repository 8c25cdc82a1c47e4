"""Which rows a report has: the filters of the lists and of the dashboard, kept with each report and said in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.admin.history_words import Show
from helpdesk.admin.list_filters import AgeFilter
from helpdesk.selectors.broken import name_of
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
        Bucket.DECIDED,
        Bucket.WITHDRAWN,
    )
}
"""The lists of the desk, by their names in addresses."""

OF_NUMBER = {
    Number.RESOLVED_ON_TIME.value: Bucket.RESOLVED.value,
    Number.RESOLVED_AFTER_ESCALATION.value: Bucket.ESCALATION_RESOLVED.value,
}
"""Numbers of the dashboard that are called otherwise as lists."""

AGES = {key: label for key, (label, _span, _young) in AgeFilter.SPANS.items()}
TRIAGE, PROMISE = {"late": "Passed"}, {"at_risk": "At risk"}
PARTS = {one.value: one.label for one in Show if one not in {Show.ALL, Show.TICKETS}}
"""Parts of the audit trail, as the history page has them."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a report; what is left empty narrows nothing. Days are days of report, in trails days of the act.

    `search` is words of the title or the case id as in the lists, `person` who did it or in the audit trail had it done to them,
    `promise_of` the id of the engineer whose promise was broken.
    """

    shown: str = ""
    applications: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    act: str = ""
    search: str = ""
    age: str = ""
    triage: str = ""
    promise: str = ""
    promise_of: str = ""
    ticket: str = ""
    person: str = ""
    part: str = ""

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it, and as an address names it; what narrows nothing is left out."""
        told = {
            "bucket": self.shown,
            "application": list(self.applications),
            "priority": list(self.priorities),
            "reported_from": self.first.isoformat() if self.first else "",
            "reported_to": self.last.isoformat() if self.last else "",
            "act": self.act,
            "q": self.search,
            "age": self.age,
            "triage": self.triage,
            "promise": self.promise,
            "promise_of": self.promise_of,
            "ticket": self.ticket,
            "person": self.person,
            "show": self.part,
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
            search=kept.get("q", ""),
            age=kept.get("age", ""),
            triage=kept.get("triage", ""),
            promise=kept.get("promise", ""),
            promise_of=kept.get("promise_of", ""),
            ticket=kept.get("ticket", ""),
            person=kept.get("person", ""),
            part=kept.get("show", ""),
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
            "Search": self.search,
            "Age": AGES.get(self.age, self.age),
            "Triage target": TRIAGE.get(self.triage, self.triage),
            "Promise": PROMISE.get(self.promise, self.promise),
            "Breached promise of": name_of(self.promise_of) if self.promise_of else "",
            "Ticket": self.ticket,
            "Person": self.person,
            "Part": PARTS.get(self.part, self.part),
            "Act": named.get(self.act, self.act),
        }
        return [(name, words) for name, words in told.items() if words]

    def in_a_line(self) -> str:
        """ "Tickets: All open, Priorities: High"; everything where nothing narrows it."""
        return ", ".join(f"{name}: {words}" for name, words in self.in_words()) or "Everything"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
