"""Giving tickets to engineers, first and anew (A1-A7, C2-C4, E3)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from helpdesk.models import Assignment, SLARecord, Ticket, User
from helpdesk.selectors import desk, people, queues
from helpdesk.selectors.parties import parties_of
from helpdesk.services import acting, grants, journal
from helpdesk.services import queues as line
from workflow import lineup, policies
from workflow.cases import Person
from workflow.errors import EngineerBusy, PersonMissing
from workflow.facts import TicketAssigned, TicketReassigned
from workflow.lineup import Planned, Queue
from workflow.roles import level_for
from workflow.states import Level, Status
from workflow.texts import clean_text


@transaction.atomic
def assign_ticket(
    *,
    actor: User,
    ticket_id: int,
    engineer_id: int,
    level: Level | None = None,
    comment: str = "",
    assign_anyway: bool = False,
    confirm_own_ticket: bool = False,
    assigned_by_id: int | None = None,
    seen: str | None = None,
) -> Assignment:
    """Give the ticket to an engineer; on an assigned ticket it is a reassignment and needs a comment.

    Holds the ticket and the engineers, so two scrum masters cannot both find the engineer free. A busy engineer without
    `assign_anyway` is a conflict that changes nothing and names the start and due time the ticket would get (A5). The level is
    the one asked for if the actor holds it, else the highest they hold (A4, P7).
    """
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen, also=[engineer_id])
    policies.check_is_scrum_master(act.person)
    policies.check_assigner(act.person, assigned_by_id)
    level = level_for(act.person.roles, level)
    comment = clean_text(comment)
    engineer = _engineer(engineer_id)
    _check(act, level, engineer, comment, confirm_own_ticket=confirm_own_ticket)
    queue = queues.queue_of(engineer.pk)
    minutes = act.ticket.application.default_minutes(act.ticket.priority)
    planned = lineup.place_at_end(queue, minutes, act.now)
    if queue.in_line and not assign_anyway and act.ticket.status != Status.ESCALATED:
        raise EngineerBusy(
            engineer=engineer.name,
            open_tickets=[slot.case_id for slot in queue.in_line],
            starts_at=planned.starts_at,
            due_at=planned.due_at,
        )
    return _give(act, level, engineer, queue, planned, comment)


def _engineer(engineer_id: int) -> User:
    engineer = User.objects.filter(pk=engineer_id).first()
    if engineer is None:
        raise PersonMissing
    return engineer


def _check(act: acting.Act, level: Level, engineer: User, comment: str, *, confirm_own_ticket: bool) -> None:
    """Whether this act is possible (A2, A3, A7); the engineer's roles are read under their lock."""
    candidate = Person(
        id=engineer.pk, name=engineer.name, roles=people.granted_roles(engineer.pk), is_active=engineer.is_active
    )
    if act.case.status == Status.UNASSIGNED:
        policies.check_may_assign(act.person, level, act.case, candidate, confirm_own_ticket)
    else:
        override = desk.settings().sm2_may_override
        policies.check_may_reassign(act.person, level, act.case, candidate, comment, override, confirm_own_ticket)
    if comment:
        policies.check_text("comment", comment)


def _give(act: acting.Act, level: Level, engineer: User, queue: Queue, planned: Planned, comment: str) -> Assignment:
    """End the present assignment if there is one, and make the new one behind what the engineer holds."""
    ticket, previous = act.ticket, act.ticket.assignment
    if previous is not None:
        _end(previous, act.now)
        grants.reduce_to_reader(ticket, previous.engineer)
    assignment = _new_assignment(act, level, engineer, queue, planned)
    ticket.assignment = assignment
    _transition(ticket)
    ticket.touch(act.now)
    ticket.save(update_fields=["status", "assignment", "version", "updated_at"])
    grants.grant_assignee(ticket, engineer)
    fact = _fact(assignment, previous, planned, comment, lined_up=bool(queue.in_line))
    parties = parties_of(ticket, actor=act.actor, previous_assignee=previous.engineer if previous else None)
    journal.record(ticket, actor=act.actor, fact=fact, now=act.now, parties=parties)
    return assignment


def _end(assignment: Assignment, now: datetime) -> None:
    """Close the assignment and its SLA record; those waiting behind it close up but keep their times (C8)."""
    line.leave_line(assignment)
    assignment.is_active, assignment.ended_at = False, now
    assignment.save(update_fields=["is_active", "ended_at"])
    SLARecord.objects.filter(assignment=assignment).update(ended_at=now)


def _new_assignment(act: acting.Act, level: Level, engineer: User, queue: Queue, planned: Planned) -> Assignment:
    """The new assignment with its place and times; an escalated ticket keeps its broken due time and takes none (E3)."""
    ticket = act.ticket
    broken = ticket.assignment if ticket.status == Status.ESCALATED else None
    ahead = queue.in_line[-1].ref if queue.in_line and broken is None else None
    assignment = Assignment.objects.create(
        ticket=ticket,
        engineer=engineer,
        assigned_by=act.actor,
        assigned_at=act.now,
        level=level.value,
        queued_after_id=ahead,
        place=None if broken else len(queue.waiting) + 1,
        expected_minutes=ticket.application.default_minutes(ticket.priority),
        starts_at=None if broken else planned.starts_at,
        due_at=broken.due_at if broken else planned.due_at,
    )
    SLARecord.objects.create(ticket=ticket, assignment=assignment, assigned_at=act.now)
    return assignment


def _transition(ticket: Ticket) -> None:
    if ticket.status == Status.UNASSIGNED:
        ticket.assign()
    else:
        ticket.reassign()


def _fact(
    assignment: Assignment, previous: Assignment | None, planned: Planned, comment: str, *, lined_up: bool
) -> TicketAssigned:
    told: dict[str, Any] = {
        "engineer_id": assignment.engineer_id,
        "engineer_name": assignment.engineer.name,
        "level": Level(assignment.level),
        "starts_at": assignment.starts_at,
        "due_at": assignment.due_at,
        "is_expected": assignment.place is not None,
        "queued_after": planned.behind if assignment.queued_after_id else None,
        "comment": comment,
        "lined_up": lined_up and assignment.place is not None,
    }
    if previous is None:
        return TicketAssigned(**told)
    return TicketReassigned(
        **told, previous_engineer_id=previous.engineer_id, previous_engineer_name=previous.engineer.name
    )
