"""The columns of the board of queues in words: plain values, so that thousands of cards are drawn in one pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from helpdesk.admin.navigation import level_of, moment_of
from helpdesk.models import Assignment
from helpdesk.selectors import desk, people
from helpdesk.selectors.board import Line
from helpdesk.templatetags.desk import PRIORITY_SHAPES, day_in_words, exact, short_span
from workflow.errors import in_words
from workflow.lineup import Forecast
from workflow.roles import SCRUM_MASTERS, level_for
from workflow.states import Level, Priority, Status

KINDS = {Status.ESCALATED: "escalated", Status.IN_PROGRESS: "started", Status.ASSIGNED: "waiting"}
LONGEST_SEARCH = 100
HEADINGS = {"escalated": "Escalated", "started": "In progress", "waiting": "Waiting"}


class Clockface:
    """Moments in the viewer's zone, worded many times over on one page: each day is put into words once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._zone = timezone.get_current_timezone()
        self._days: dict[date, tuple[str, str]] = {}

    def words(self, moment: datetime) -> str:
        """ "today 14:00"."""
        local = moment.astimezone(self._zone)
        return f"{self._day(local, moment)[0]} {local:%H:%M}"

    def exact(self, moment: datetime) -> str:
        """The whole of it, with the zone."""
        local = moment.astimezone(self._zone)
        return f"{self._day(local, moment)[1]}, {local:%H:%M %Z}"

    def free(self, moment: datetime) -> str:
        """When somebody is free: "now", or the moment."""
        return "now" if moment <= self.now else self.words(moment)

    def _day(self, local: datetime, moment: datetime) -> tuple[str, str]:
        known = self._days.get(local.date())
        if known is None:
            known = self._days[local.date()] = (day_in_words(moment, self.now), exact(moment).rpartition(", ")[0])
        return known


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
class Column:
    """One engineer's line as the board shows it."""

    line: Line
    cards: tuple[Card, ...]
    free: str
    free_exact: str
    promised: str

    @property
    def engineer_id(self) -> int:
        return self.line.engineer.pk

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each kind, and how many promises are at risk."""
        queue = self.line.queue
        return {
            "open": len(self.cards),
            "escalated": len(queue.escalated),
            "started": len(queue.in_progress),
            "waiting": len(queue.waiting),
            "risk": self.line.at_risk,
        }

    @property
    def closed(self) -> str:
        """Why nothing can be given to this engineer, in words; empty for the pool."""
        return "" if self.line.takes_work else f"{self.line.engineer.name} cannot take tickets any more."


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


def view_of(request: HttpRequest) -> View:
    """How this person looks at the board: by the level of the open tab, else the highest held (P7)."""
    roles = people.roles_of(request.user)
    if not SCRUM_MASTERS & roles:
        raise PermissionDenied
    return View(
        level=level_for(roles, level_of(request)),
        sm2_may_override=desk.settings().sm2_may_override,
        tickets=reverse("admin:helpdesk_ticket_changelist"),
        search=search_of(request).casefold(),
        application_id=application_of(request),
    )


def search_of(request: HttpRequest) -> str:
    """The words the address asks for."""
    return request.GET.get("q", "").strip()[:LONGEST_SEARCH]


def application_of(request: HttpRequest) -> int | None:
    """The application the address asks for; none where it says it wrongly."""
    asked = request.GET.get("application", "")
    return int(asked) if asked.isascii() and asked.isdigit() else None


def drawn(request: HttpRequest, lines: Iterable[Line]) -> dict[int, str]:
    """These columns as markup, by engineer."""
    view, face = view_of(request), Clockface(moment_of(request))
    return {
        line.engineer.pk: render_to_string("helpdesk/admin/board/column.html", {"column": column_of(line, view, face)})
        for line in lines
    }


def column_of(line: Line, view: View, face: Clockface) -> Column:
    """An engineer's line in words."""
    places = {slot.ref: place for place, slot in enumerate(line.queue.waiting, start=1)}
    firsts = {slots[0].ref for slots in (line.queue.escalated, line.queue.in_progress, line.queue.waiting) if slots}
    is_theirs = bool(view.search) and view.application_id is None and view.search in line.engineer.name.casefold()
    cards = tuple(
        _card(
            one,
            line,
            places.get(one.pk),
            view,
            face,
            is_first=one.pk in firsts,
            is_match=is_theirs or view.matches(one),
        )
        for one in line.work
    )
    promised = sum(slot.minutes + slot.extra for slot in line.queue.in_line if slot.is_committed)
    return Column(
        line=line,
        cards=cards,
        free=face.free(line.free_at),
        free_exact=face.exact(line.free_at),
        promised=in_words(promised) if promised else "nothing",
    )


def _card(
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
        distance=_distance(one.due_at, face.now, due_kind),
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


def _distance(due_at: datetime, now: datetime, due_kind: str) -> str:
    if due_at >= now:
        return f"in {short_span(due_at - now)}"
    return f"{short_span(now - due_at)} {'late' if due_kind == 'late' else 'ago'}"


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
