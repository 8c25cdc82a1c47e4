"""A card of the board in words: one ticket in an engineer's line, and how the board is looked at."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.admin.board_words import Clockface
from helpdesk.models import Assignment
from helpdesk.selectors.board import Line
from helpdesk.templatetags.desk import PRIORITY_SHAPES, minutes_short, short_span
from workflow.calendars import WorkingTime
from workflow.errors import in_words
from workflow.lineup import Forecast
from workflow.states import Level, Priority, Status

KINDS = {Status.ESCALATED: "escalated", Status.IN_PROGRESS: "started", Status.ASSIGNED: "waiting"}
HEADINGS = {"escalated": "Escalated", "started": "In progress", "waiting": "Waiting"}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One ticket in an engineer's line.

    `locked` is the rule that keeps it where it is altogether, `stays` the one that keeps it with its engineer; empty where
    there is none. `is_match` is false for what a filter does not ask for: it stands in its place, but steps back.
    """

    ref: int
    ticket_id: int
    case_id: str
    title: str
    kind: str
    place: int | None
    priority: str
    priority_label: str
    shape: str
    due_kind: str
    due_word: str
    due: str
    due_exact: str
    due_iso: str
    distance: str
    forecast: str
    address: str
    heading: str
    risk: str
    locked: str
    stays: str
    is_match: bool

    @property
    def spoken(self) -> str:
        """What a screen reader says of the card as a whole."""
        stands = f"place {self.place}" if self.place else "escalated" if self.kind == "escalated" else "in progress"
        parts = (f"{self.case_id}, {self.title}", stands, f"{self.due_word} {self.due}", self.risk, self.locked)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class View:
    """How the board is looked at: by whose level, what it is narrowed to, and below which address tickets are."""

    level: Level
    sm2_may_override: bool
    tickets: str
    search: str = ""
    application_id: int | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search) or self.application_id is not None

    def matches(self, assignment: Assignment) -> bool:
        """Whether the filter asks for this ticket."""
        ticket = assignment.ticket
        if self.application_id is not None and ticket.application_id != self.application_id:
            return False
        return self.search in ticket.case_id.casefold() or self.search in ticket.title.casefold()


def card_of(
    one: Assignment, line: Line, place: int | None, view: View, face: Clockface, *, is_first: bool, is_match: bool
) -> Card:
    ticket, forecast = one.ticket, line.forecast[one.pk]
    kind = KINDS[Status(ticket.status)]
    due_kind, due_word = _due(one, kind)
    return Card(
        ref=one.pk,
        ticket_id=ticket.pk,
        case_id=ticket.case_id,
        title=ticket.title,
        kind=kind,
        place=place,
        priority=ticket.priority,
        priority_label=Priority(ticket.priority).label,
        shape=PRIORITY_SHAPES[Priority(ticket.priority)],
        due_kind=due_kind,
        due_word=due_word,
        due=face.words(one.due_at),
        due_exact=face.exact(one.due_at),
        due_iso=one.due_at.isoformat(),
        distance=_distance(one.due_at, face.now, due_kind, line.queue.time),
        forecast="" if kind == "escalated" else face.words(forecast.finish_at),
        address=f"{view.tickets}{ticket.pk}/change/",
        heading=HEADINGS[kind] if is_first else "",
        risk=risk_in_words(forecast),
        locked=_locked(one, view.level),
        stays=_stays(one, view),
        is_match=is_match,
    )


def risk_in_words(forecast: Forecast) -> str:
    """The promise at risk with its cause: "behind N-EXP-1003, late by 40 min" (C9); empty when in time."""
    if forecast.at_risk_minutes is None:
        return ""
    late = f"late by {in_words(forecast.at_risk_minutes)}"
    return f"behind {forecast.behind}, {late}" if forecast.behind else late


def _due(one: Assignment, kind: str) -> tuple[str, str]:
    """How the due time counts, and its word."""
    if kind == "escalated":
        return "late", "due"
    return ("due", "due") if one.is_committed else ("expected", "expected")


def _distance(due_at: datetime, now: datetime, due_kind: str, time: WorkingTime) -> str:
    if due_at >= now:
        return f"in {short_span(due_at - now)}"
    if due_kind == "late":
        return f"{minutes_short(time.minutes_between(due_at, now))} late"
    return f"{short_span(now - due_at)} ago"


def _locked(one: Assignment, level: Level) -> str:
    """A2, in words."""
    if level is Level.SM1 and one.level == Level.SM2:
        return f"assigned by SM2 {one.assigned_by.name}; only SM2 can change it"
    return ""


def _stays(one: Assignment, view: View) -> str:
    """A3 with the switch off, in words."""
    if view.level is Level.SM2 and one.level == Level.SM1 and not view.sm2_may_override:
        return f"assigned by SM1 {one.assigned_by.name}, and overriding SM1 is switched off"
    return ""
