"""The opening of every act on a ticket: hold it, see that it is the one the actor looked at, keep its promise honest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
    """An act under way: the locked ticket, who acts, and the one moment it happens at."""

    ticket: Ticket
    actor: User
    person: Person
    now: datetime

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
    person = current_person(actor)
    ticket = locks.hold(ticket_id)
    locks.hold_engineers({ticket.assignment.engineer_id} if ticket.assignment else set(), also)
    if ticket.assignment is not None:
        ticket.assignment = Assignment.objects.select_related("engineer", "assigned_by").get(pk=ticket.assignment.pk)
    now = clock.now()
    if not access.visible_to(actor).filter(pk=ticket.pk).exists():
        raise TicketMissing
    if seen is not None and seen != tickets.version_of(ticket):
        raise _changed(ticket)
    act = Act(ticket=ticket, actor=actor, person=person, now=now)
    escalations.escalate_if_broken(ticket, now)
    return act


def current_person(actor: User) -> Person:
    """The actor with the roles they hold at this moment, whatever was read earlier in the request."""
    fresh = User.objects.filter(pk=actor.pk).values_list("name", "is_active").first()
    if fresh is None:
        raise PersonMissing
    name, is_active = fresh
    roles = people.granted_roles(actor.pk) if is_active else frozenset()
    actor.desk_roles = roles  # type: ignore[attr-defined]
    return Person(id=actor.pk, name=name, roles=roles, is_active=is_active)


def _changed(ticket: Ticket) -> ChangedSinceLoaded:
    """The conflict with who changed what, to whom and when (A6)."""
    last = (
        TicketEvent.objects.filter(ticket=ticket, action__in=CHANGES)
        .select_related("actor")
        .order_by("-timestamp", "-pk")
        .first()
    )
    if last is None:
        return ChangedSinceLoaded(case_id=ticket.case_id)
    return ChangedSinceLoaded(
        case_id=ticket.case_id,
        by=last.actor.name if last.actor else "",
        did=CHANGES[last.action],
        engineer=last.metadata["engineer_name"] if last.action in GIVEN else "",
        at=last.timestamp,
    )
