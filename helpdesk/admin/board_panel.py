"""The panel of the board in words: what a move or another order does to every due time, before it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from helpdesk.admin.board_plans import Outcome
from helpdesk.admin.board_words import Clockface
from helpdesk.models import Ticket, TicketEvent
from helpdesk.selectors.board import Line
from workflow import lineup
from workflow.effects import Effect
from workflow.errors import in_words
from workflow.facts import CHANGES
from workflow.ordering import Suggestion
from workflow.reordering import settled

PLACES = {1: "first", 2: "second", 3: "third"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One ticket's due time before and after, and what becomes of its risk."""

    case_id: str
    kind: str
    due_from: str
    due_to: str
    due_exact: str
    moves: str
    needs_comment: bool
    risk: str
    risk_tone: str
    is_moved: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One waiting ticket of a suggested order: where it stood and would stand."""

    case_id: str
    title: str
    place_from: int
    place_to: int
    due_from: str
    due_to: str
    kind: str
    late_from: str
    late_to: str


def rows_of(effects: Iterable[Effect], face: Clockface, moved: str = "") -> list[Row]:
    """Each ticket of which a due time moves or a risk changes; who only starts at another time is left out."""
    return [
        _row(effect, face, is_moved=effect.case_id == moved)
        for effect in effects
        if effect.due_from != effect.due_to or effect.at_risk_from != effect.at_risk_to
    ]


def _row(effect: Effect, face: Clockface, *, is_moved: bool) -> Row:
    later, moves = effect.due_to > effect.due_from, effect.due_to != effect.due_from
    risk, tone = _risk(effect)
    return Row(
        case_id=effect.case_id,
        kind="promise" if effect.is_promise else "expected",
        due_from=face.words(effect.due_from),
        due_to=face.words(effect.due_to),
        due_exact=face.exact(effect.due_to),
        moves="" if not moves else "later" if later else "earlier",
        needs_comment=effect.is_promise and later,
        risk=risk,
        risk_tone=tone,
        is_moved=is_moved,
    )


def _risk(effect: Effect) -> tuple[str, str]:
    before, after = effect.at_risk_from, effect.at_risk_to
    if before == after:
        return "", ""
    if after is None:
        return "no longer at risk", "green"
    if before is None:
        return f"becomes at risk, late by {in_words(after)}", "amber"
    return f"at risk: late by {in_words(after)}, {in_words(before)} before", "amber"


def heading(ticket: Ticket, target: Line, outcome: Outcome) -> str:
    """What the move is, as a sentence."""
    if outcome.refusal:
        return f"{ticket.case_id} cannot be moved there"
    if outcome.is_nothing:
        return f"{ticket.case_id} stays where it is"
    if outcome.place is None:
        return f"{ticket.case_id} to {target.engineer.name}"
    last = outcome.place == len(outcome.places) > 1
    place = "last" if last else PLACES.get(outcome.place, f"number {outcome.place}")
    return f"{ticket.case_id} {place} in {target.engineer.name}'s line"


def summary(rows: Iterable[Row]) -> str:
    """What it comes to, in one sentence."""
    shown = list(rows)
    later = sum(row.needs_comment for row in shown)
    moved = sum(bool(row.moves) for row in shown) - later
    risky = sum(row.risk.startswith("becomes") for row in shown)
    saved = sum(row.risk_tone == "green" for row in shown)
    parts = [
        f"{later} promise{_s(later)} move{_s(later, verb=True)} later" if later else "",
        f"{moved} {'other ' if later else ''}due time{_s(moved)} move{_s(moved, verb=True)}" if moved else "",
        f"{risky} become{_s(risky, verb=True)} at risk" if risky else "",
        f"{saved} {'is' if saved == 1 else 'are'} no longer at risk" if saved else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said}." if said else "No due time moves."


def _s(number: int, *, verb: bool = False) -> str:
    return "s" if (number == 1) is verb else ""


def changed_by(event: TicketEvent | None, line: Line) -> str:
    """Who changed the line and what they did, in words, in the viewer's zone."""
    name = line.engineer.name
    if event is None:
        return f"{name}'s line changed since you loaded it."
    who = event.actor.name if event.actor else "the system"
    clock = f"{timezone.localtime(event.timestamp):%H:%M}"
    did = CHANGES[event.action].replace(" it ", f" {event.ticket.case_id} ").removesuffix(" it")
    named = did if event.ticket.case_id in did else f"{did} {event.ticket.case_id}"
    return f"{name}'s line changed since you loaded it: at {clock} {who} {named}."


def standings(line: Line, suggestion: Suggestion, outcome: Outcome, face: Clockface) -> list[Standing]:
    """Every waiting ticket in the suggested order, with what it had and would get."""
    before = settled(line.queue, face.now)
    after = outcome.plan.queue if outcome.plan else before
    was, now = lineup.forecast(before, face.now), lineup.forecast(after, face.now)
    stood = {slot.ref: (place, slot) for place, slot in enumerate(before.waiting, start=1)}
    titles = {one.pk: one.ticket.title for one in line.work}
    return [
        Standing(
            case_id=slot.case_id,
            title=titles[slot.ref],
            place_from=stood[slot.ref][0],
            place_to=place,
            due_from=face.words(stood[slot.ref][1].due_at),
            due_to=face.words(slot.due_at),
            kind="promise" if slot.is_committed else "expected",
            late_from=_late(before, stood[slot.ref][1], was[slot.ref]),
            late_to=_late(after, stood[slot.ref][1], now[slot.ref]),
        )
        for place, slot in enumerate(after.waiting, start=1)
    ]


def _late(queue: lineup.Queue, slot: lineup.Slot, forecast: lineup.Forecast) -> str:
    """How far the forecast is after the due time as it stands now, which is what the suggestion is judged by (B03)."""
    if forecast.finish_at <= slot.due_at:
        return ""
    return f"late by {in_words(max(1, queue.time.minutes_between(slot.due_at, forecast.finish_at)))}"
