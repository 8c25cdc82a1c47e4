"""The opening of every act on a ticket: hold it, see that it is the one the actor looked at, keep its promise honest."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk import clock
from helpdesk.models import Assignment, Ticket, TicketEvent, User
from helpdesk.selectors import access, people, tickets
from helpdesk.selectors.cases import case_of
from helpdesk.services import escalations, locks
from workflow.cases import Case, Person
from workflow.errors import ChangedSinceLoaded, PersonMissing, TicketMissing
from workflow.facts import CHANGES, TicketAssigned, TicketReassigned

GIVEN = frozenset({TicketAssigned.action, TicketReassigned.action})
"""The changes that say to whom."""


@dataclass(kw_only=True)
class Act:
    """An act under way: the locked ticket and engineers, who acts, and the one moment it happens at."""

    ticket: Ticket
    actor: User
    person: Person
    now: datetime
    engineers: Mapping[int, User]

    @property
    def case(self) -> Case:
        """The ticket as the rules see it at this point of the act."""
        return case_of(self.ticket)

    @property
    def assignment(self) -> Assignment:
        """The active assignment, of a ticket that has one."""
        if self.ticket.assignment is None:
            raise TicketMissing
        return self.ticket.assignment


def begin(*, actor: User, ticket_id: int, seen: str | None = None, also: Iterable[int] = ()) -> Act:
    """Hold the ticket, then the engineers concerned in the order of their ids; call it inside the act's transaction.

    `also` names engineers besides the present one whose queue the act changes. A ticket the actor may not see is missing to
    them. A ticket that changed since the actor loaded it (`seen`, A6) is a conflict. A promise that has passed is escalated
    before anything else (E1).
    """
    return begin_many(actor=actor, ticket_ids=[ticket_id], seen={ticket_id: seen}, also=also)[0]


def begin_many(
    *, actor: User, ticket_ids: Sequence[int], seen: Mapping[int, str | None] | None = None, also: Iterable[int] = ()
) -> list[Act]:
    """The same for several tickets at once, in the order given; all are held in the order of their ids."""
    person = current_person(actor)
    held = locks.hold_tickets(ticket_ids)
    engineers = _hold_assignments(held.values(), also)
    now = clock.now()
    if not access.sees_all(actor, ticket_ids):
        raise TicketMissing
    for ticket in held.values():
        known = (seen or {}).get(ticket.pk)
        if known is not None and known != tickets.version_of(ticket):
            raise _changed(ticket)
    for ticket in held.values():
        escalations.escalate_if_broken(ticket, now)
    return [Act(ticket=held[pk], actor=actor, person=person, now=now, engineers=engineers) for pk in ticket_ids]


def _hold_assignments(held: Collection[Ticket], also: Iterable[int]) -> dict[int, User]:
    """Lock the engineers of these tickets and the others, then read the assignments, which now nobody else can change."""
    given = [ticket.assignment_id for ticket in held if ticket.assignment_id is not None]
    engineers = locks.hold_engineers_of(given, also)
    assignments = Assignment.objects.select_related("assigned_by").in_bulk(given) if given else {}
    for ticket in held:
        if ticket.assignment_id is not None:
            ticket.assignment = assignments[ticket.assignment_id]
            ticket.assignment.ticket = ticket
            ticket.assignment.engineer = engineers[ticket.assignment.engineer_id]
    return engineers


def current_person(actor: User) -> Person:
    """The actor with the roles they hold at this moment, whatever was read earlier in the request."""
    person = people.fresh_person(actor.pk)
    if person is None:
        raise PersonMissing
    actor.desk_roles = person.roles  # type: ignore[attr-defined]
    return person


def _changed(ticket: Ticket) -> ChangedSinceLoaded:
    """The conflict with who changed what, to whom and when (A6)."""
    last = (
        TicketEvent.objects.filter(ticket=ticket, action__in=CHANGES)
        .select_related("actor")
        .order_by("-timestamp", "-pk")
        .first()
    )
    assigned = _assigned(ticket.assignment)
    if last is None:
        return ChangedSinceLoaded(case_id=ticket.case_id, **assigned)
    return ChangedSinceLoaded(
        **assigned,
        case_id=ticket.case_id,
        by=last.actor.name if last.actor else "",
        did=CHANGES[last.action],
        engineer=last.metadata["engineer_name"] if last.action in GIVEN else "",
        at=last.timestamp,
    )


def _assigned(assignment: Assignment | None) -> dict[str, Any]:
    """Who assigned it to whom, and when; nothing of a ticket nobody has."""
    if assignment is None:
        return {}
    return {
        "assigned_to": assignment.engineer.name,
        "assigned_by": assignment.assigned_by.name,
        "assigned_at": assignment.assigned_at,
    }
