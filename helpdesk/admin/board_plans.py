"""What moving one ticket on the board would do, asked of the rules and computed on the live lines; nothing is changed."""

from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.models import Ticket
from helpdesk.selectors.board import Line
from helpdesk.selectors.cases import case_of
from workflow import lineup, policies
from workflow.cases import Person
from workflow.effects import Effect, effect_of
from workflow.errors import QueueChanged, WorkflowError
from workflow.lineup import Plan, Planned, Queue, Slot
from workflow.reordering import put_in, settled
from workflow.roles import Role
from workflow.states import Level, Status

NEWCOMER = 0
"""Stands for the assignment that is yet to be made; real ones count from 1."""
GIVEN = "-"
"""Stands for a comment while the other rules are asked; whether one is needed is said apart."""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Whose move it is, under which level, and the switch of A3."""

    person: Person
    level: Level
    sm2_may_override: bool


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the move comes to: the effects on the line it ends in, those on the line it leaves, and what forbids it, if anything.

    `order` is the waiting tickets as they would stand, `place` the ticket's own among them, None where it takes none (E3).
    `places` are all it could take, each as the line that is shown counts it.
    `planned` is where a ticket new to the line would stand.
    """

    refusal: str = ""
    plan: Plan | None = None
    order: tuple[int, ...] = ()
    place: int | None = None
    places: tuple[int, ...] = ()
    effects: tuple[Effect, ...] = ()
    left: tuple[Effect, ...] = ()
    planned: Planned | None = None
    delayed: tuple[str, ...] = ()
    is_nothing: bool = False
    is_handover: bool = False
    is_own: bool = False

    @property
    def needs_comment(self) -> bool:
        """A3 and C6."""
        return not self.refusal and not self.is_nothing and (self.is_handover or bool(self.delayed))


def put(line: Line, ref: int, place: int, asker: Asker, now: datetime) -> Outcome:
    """The waiting ticket in another place of its own line (C6); a place beyond the last is the last."""
    queue = settled(line.queue, now)
    refs = [slot.ref for slot in queue.waiting]
    if ref not in refs:
        return Outcome(refusal=_why_fixed(line, queue, ref))
    refs.remove(ref)
    place = max(1, min(_settled_place(line.queue, queue, place), len(refs) + 1))
    refs.insert(place - 1, ref)
    return replace(ordered(line, refs, asker, now), place=place)


def ordered(line: Line, order: list[int], asker: Asker, now: datetime) -> Outcome:
    """The waiting tickets in this order."""
    queue = settled(line.queue, now)
    try:
        plan = lineup.reorder(queue, order, now)
        policies.check_may_reorder(asker.person, asker.level, queue, plan, comment=GIVEN)
    except WorkflowError as error:
        return Outcome(refusal=error.sentence)
    return Outcome(
        plan=plan,
        order=tuple(order),
        places=_shown_places(line.queue, queue, len(order)),
        effects=effect_of(queue, plan, now),
        delayed=_delayed(plan),
        is_nothing=order == [slot.ref for slot in queue.waiting],
    )


def handed_over(ticket: Ticket, source: Line, target: Line, place: int | None, asker: Asker, now: datetime) -> Outcome:
    """The ticket with another engineer, in this place among the waiting; without one at the end (A3, C6, E3)."""
    engineer = Person(
        id=target.engineer.pk,
        name=target.engineer.name,
        roles=frozenset({Role.ENGINEER}) if target.takes_work else frozenset(),
        is_active=target.engineer.is_active,
    )
    case = case_of(ticket)
    try:
        policies.check_may_reassign(
            asker.person, asker.level, case, engineer, GIVEN, asker.sm2_may_override, confirm_own_ticket=True
        )
    except WorkflowError as error:
        return Outcome(refusal=error.sentence)
    told = Outcome(is_handover=True, is_own=ticket.reporter_id == engineer.id, left=_left(source, ticket, now))
    if case.status is Status.ESCALATED or policies.must_escalate(case, now):
        return told
    queue = settled(target.queue, now)
    last = len(queue.waiting) + 1
    place = last if place is None else max(1, min(_settled_place(target.queue, queue, place), last))
    before, plan = put_in(queue, _newcomer(ticket, queue, asker.level, now), place, now)
    try:
        policies.check_may_reorder(asker.person, asker.level, before, plan, comment=GIVEN)
    except WorkflowError as error:
        return Outcome(refusal=error.sentence)
    return replace(
        told,
        plan=plan,
        place=place,
        places=_shown_places(target.queue, queue, last),
        effects=tuple(one for one in effect_of(before, plan, now) if one.ref != NEWCOMER),
        planned=_planned(plan.queue),
        delayed=_delayed(plan),
    )


def _newcomer(ticket: Ticket, queue: Queue, level: Level, now: datetime) -> Slot:
    """The ticket at the end of the line, with its expected resolution time (C4)."""
    minutes = ticket.application.default_minutes(ticket.priority)
    planned = lineup.place_at_end(queue, minutes, now)
    return Slot(
        ref=NEWCOMER,
        case_id=ticket.case_id,
        minutes=minutes,
        starts_at=planned.starts_at,
        due_at=planned.due_at,
        level=level,
    )


def _planned(queue: Queue) -> Planned:
    """Where the newcomer stands."""
    slot, line = queue.slot(NEWCOMER), queue.in_line
    ahead = line.index(slot)
    return Planned(starts_at=slot.starts_at, due_at=slot.due_at, behind=line[ahead - 1].case_id if ahead else None)


def _settled_place(shown: Queue, queue: Queue, place: int) -> int:
    """What a place in the line as shown is once the promises that have passed are gone from it (E1)."""
    kept = {slot.ref for slot in queue.waiting}
    return place - sum(slot.ref not in kept for slot in shown.waiting[: place - 1])


def _shown_places(shown: Queue, queue: Queue, last: int) -> tuple[int, ...]:
    """For each place of the settled line the one in the line as shown, which is what is sent back."""
    end = len(shown.waiting) + 1
    return tuple(
        next(place for place in range(1, end + 1) if _settled_place(shown, queue, place) == wanted)
        for wanted in range(1, last + 1)
    )


def _left(source: Line, ticket: Ticket, now: datetime) -> tuple[Effect, ...]:
    """What the line it leaves looks like without it: due times stay (C8), the forecast does not."""
    before = settled(source.queue, now)

    def without(slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        return tuple(slot for slot in slots if slot.case_id != ticket.case_id)

    after = replace(
        before,
        in_progress=without(before.in_progress),
        waiting=without(before.waiting),
        escalated=without(before.escalated),
    )
    return effect_of(before, Plan(queue=after), now)


def _delayed(plan: Plan) -> tuple[str, ...]:
    return tuple(move.case_id for move in plan.moves if move.delays_promise)


def _why_fixed(line: Line, queue: Queue, ref: int) -> str:
    """Why a ticket that is not waiting keeps its place (C6, E1, E3)."""
    cases = {slot.ref: slot.case_id for slot in (*queue.in_progress, *queue.escalated)}
    case_id = cases.get(ref)
    if case_id is None:
        return QueueChanged(waiting=[slot.case_id for slot in queue.waiting]).sentence
    if ref in {slot.ref for slot in queue.in_progress}:
        return f"{case_id} is in progress and stays ahead of what waits; it can only go to another engineer."
    return (
        f"{case_id} is escalated: it has no place in {line.engineer.name}'s line, and can only go to another engineer."
    )
