"""The numbers in words: six tiles, and what needs somebody now; each with the list behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from helpdesk.selectors.buckets import OF_NUMBER
from helpdesk.selectors.forecast import Outlook
from helpdesk.selectors.needs import Need, Waiting
from helpdesk.templatetags.desk import minutes_short, short_span
from reports.dashboard.links import Links
from reports.metrics import Summary
from workflow.states import Bucket, Number

ABOUT = {
    Number.OPEN: "Not resolved yet",
    Number.BREACHED: "A promise was broken, resolved since or not",
    Number.RESOLVED_ON_TIME: "Within their due time",
    Number.ESCALATED: "Promise broken, not resolved yet",
    Number.RESOLVED_AFTER_ESCALATION: "After their due time had passed",
}
ALARMING = frozenset({Number.BREACHED, Number.ESCALATED})
NONE = "-"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One number; `tone` is empty where there is nothing to be alarmed about."""

    label: str
    value: str
    about: str
    address: str
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    """Something that needs somebody now, and for how long already; `count` 0 needs nobody."""

    label: str
    count: int
    age: str
    address: str
    icon: str


def tiles_of(summary: Summary, links: Links) -> list[Tile]:
    """The five counts and the compliance, in the order of the rules."""
    counted = [
        Tile(
            label=number.label,
            value=f"{summary.counts[number]:,}",
            about=ABOUT[number],
            address=links.list_of(OF_NUMBER[number]),
            tone="red" if number in ALARMING and summary.counts[number] else "",
        )
        for number in Number
    ]
    return [*counted, _compliance(summary, links)]


def _compliance(summary: Summary, links: Links) -> Tile:
    decided = summary.counts[Number.RESOLVED_ON_TIME] + summary.counts[Number.BREACHED]
    share = summary.sla_compliance
    return Tile(
        label="SLA compliance",
        value=NONE if share is None else f"{share} %",
        about=f"Of {decided:,} decided" if decided else "Nothing has been decided",
        address=links.list_of(Bucket.DECIDED),
    )


def calls_of(waiting: Mapping[Need, Waiting], late: Mapping[int, Outlook], links: Links, now: datetime) -> list[Call]:
    """What needs this person now, in the order of the needs."""
    addresses = {
        Need.TRIAGE: links.unfiltered(Bucket.UNASSIGNED, triage="late"),
        Need.EXTENSIONS: reverse("admin:extensions"),
        Need.AT_RISK: links.unfiltered(Bucket.OPEN, promise="at_risk"),
        Need.ESCALATED: links.unfiltered(Bucket.ESCALATED),
    }
    icons = {Need.TRIAGE: "inbox", Need.EXTENSIONS: "clock", Need.AT_RISK: "warning", Need.ESCALATED: "up"}
    latest = max((one.late_minutes or 0 for one in late.values()), default=0)
    told = {need: (one.count, _age(one, now)) for need, one in waiting.items()}
    told[Need.AT_RISK] = (len(late), f"late by up to {minutes_short(latest)}" if late else "")
    return [
        Call(label=need.label, count=told[need][0], age=told[need][1], address=addresses[need], icon=icons[need])
        for need in Need
        if need in told
    ]


def _age(one: Waiting, now: datetime) -> str:
    return f"the oldest for {short_span(now - one.since)}" if one.since else ""
