"""Where a ticket comes to stand in an engineer's line, and giving it to them there (A1, C2, C6, E3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.models import Assignment, SLARecord, Ticket, User
from helpdesk.selectors.parties import parties_of
from helpdesk.services import acting, extension_closing, grants, journal, lines, places
from helpdesk.services.lines import Line
from helpdesk.services.queues import Decision
from helpdesk.services.reordering import store_order
from workflow import lineup
from workflow.cases import Person
from workflow.errors import FieldInvalid
from workflow.facts import TicketAssigned, TicketReassigned
from workflow.lineup import Plan, Queue, Slot
from workflow.reordering import put_in
from workflow.states import Level, Status

CLOSED = "The ticket was reassigned before both levels had decided."
"""Why a reassignment closes a pending request for more time (X4)."""

NEWCOMER = 0
"""Stands for the assignment that is yet to be made; real ones count from 1."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the scrum master chose, the same for each ticket of one act; `candidate` is the engineer as the rules see them."""

    level: Level
    engineer: User
    candidate: Person
    comment: str
    confirm_own_ticket: bool


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where the ticket comes to stand: the engineer's line with it at its end, and what its place makes of that line."""

    line: Line
    before: Queue
    plan: Plan

    @property
    def slot(self) -> Slot:
        """The ticket with its start and due time."""
        return self.plan.queue.slot(NEWCOMER)

    @property
    def place(self) -> int:
        """Its place among the waiting, from 1."""
        return self.plan.queue.waiting.index(self.slot) + 1

    @property
    def ahead(self) -> Slot | None:
        """What it lines up behind."""
        place = self.plan.queue.in_line.index(self.slot)
        return self.plan.queue.in_line[place - 1] if place else None

    @property
    def is_lined_up(self) -> bool:
        """Whether the engineer holds other work (A5)."""
        return bool(self.line.queue.in_line)


def find_spot(act: acting.Act, choice: Choice, place: int | None, line_seen: str | None) -> Spot:
    """Where in the engineer's line the ticket comes to stand; a place beyond the end is the end.

    Going ahead of others plans them anew, so the line is opened as for a reorder (E1, A6).
    """
    if place is not None and place < 1:
        raise FieldInvalid({"place": ["Places count from 1."]})
    goes_ahead = place is not None and act.ticket.status != Status.ESCALATED
    if goes_ahead:
        line = lines.open_anew(choice.engineer, now=act.now, seen=line_seen)
    else:
        line = lines.read_to_line_up(choice.engineer)
    minutes = act.ticket.application.default_minutes(act.ticket.priority)
    planned = lineup.place_at_end(line.queue, minutes, act.now)
    newcomer = Slot(
        ref=NEWCOMER,
        case_id=act.ticket.case_id,
        minutes=minutes,
        starts_at=planned.starts_at,
        due_at=planned.due_at,
        level=choice.level,
    )
    last = len(line.queue.waiting) + 1
    before, plan = put_in(line.queue, newcomer, last if place is None else line.place_now(place), act.now)
    return Spot(line=line, before=before, plan=plan)


def give(act: acting.Act, choice: Choice, spot: Spot) -> Assignment:
    """End the present assignment if there is one, make the new one where it is to stand, and move those behind it."""
    ticket, previous = act.ticket, act.ticket.assignment
    if previous is not None:
        extension_closing.close_pending(ticket, now=act.now, reason=CLOSED)
        _end(previous, act.now)
    assignment = _new_assignment(act, choice, spot)
    ticket.assignment = assignment
    _transition(ticket)
    ticket.touch(act.now)
    ticket.save(update_fields=["status", "assignment", "version", "updated_at"])
    grants.grant_assignee(ticket, choice.engineer, instead_of=previous.engineer if previous else None)
    fact = _fact(assignment, previous, spot, choice)
    before = previous.engineer if previous else None
    parties = parties_of(ticket, actor=act.actor, previous_assignee=before, fact=fact)
    journal.record(ticket, actor=act.actor, fact=fact, now=act.now, parties=parties)
    if assignment.place is not None:
        decision = Decision(
            line=spot.line,
            actor=act.actor,
            now=act.now,
            cause_case_id=ticket.case_id,
            cause=f"{act.actor.name} put {ticket.case_id} ahead in the line of {choice.engineer.name}",
            comment=choice.comment,
        )
        store_order(decision, choice.level, spot.before, spot.plan, newcomer=NEWCOMER)
    return assignment


def _end(assignment: Assignment, now: datetime) -> None:
    """Close the assignment and its SLA record; those waiting behind it close up but keep their times (C8)."""
    places.end(assignment, now)
    SLARecord.objects.filter(assignment=assignment).update(ended_at=now)


def _new_assignment(act: acting.Act, choice: Choice, spot: Spot) -> Assignment:
    """The new assignment with its place and times; an escalated ticket keeps its broken due time and takes none (E3)."""
    ticket = act.ticket
    broken = ticket.assignment if ticket.status == Status.ESCALATED else None
    assignment = Assignment.objects.create(
        ticket=ticket,
        engineer=choice.engineer,
        assigned_by=act.actor,
        assigned_at=act.now,
        level=choice.level.value,
        queued_after_id=spot.ahead.ref if spot.ahead and broken is None else None,
        place=None if broken else spot.place,
        expected_minutes=spot.slot.minutes,
        starts_at=None if broken else spot.slot.starts_at,
        due_at=broken.due_at if broken else spot.slot.due_at,
    )
    SLARecord.objects.create(ticket=ticket, assignment=assignment, assigned_at=act.now)
    return assignment


def _transition(ticket: Ticket) -> None:
    if ticket.status == Status.UNASSIGNED:
        ticket.assign()
    else:
        ticket.reassign()


def _fact(assignment: Assignment, previous: Assignment | None, spot: Spot, choice: Choice) -> TicketAssigned:
    told: dict[str, Any] = {
        "engineer_id": assignment.engineer_id,
        "engineer_name": assignment.engineer.name,
        "level": Level(assignment.level),
        "starts_at": assignment.starts_at,
        "due_at": assignment.due_at,
        "is_expected": assignment.place is not None,
        "queued_after": spot.ahead.case_id if spot.ahead and assignment.queued_after_id else None,
        "comment": choice.comment,
        "lined_up": spot.is_lined_up and assignment.place is not None,
    }
    if previous is None:
        return TicketAssigned(**told)
    return TicketReassigned(
        **told, previous_engineer_id=previous.engineer_id, previous_engineer_name=previous.engineer.name
    )
