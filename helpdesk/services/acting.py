"""The opening of every act on a ticket: hold it, see that it is the one the actor looked at, keep its promise honest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.models import Assignment, Ticket, TicketEvent, User
from helpdesk.selectors import access, people, queues, tickets
from helpdesk.selectors.cases import case_of
from helpdesk.services import holding
from helpdesk.services.holding import Gone
from workflow.cases import Case, Person
from workflow.errors import ChangedSinceLoaded, PersonMissing, QueueChanged, TicketMissing
from workflow.facts import CHANGES, TicketAssigned, TicketReassigned

GIVEN = frozenset({TicketAssigned.action, TicketReassigned.action})
"""The changes that say to whom."""


@dataclass(kw_only=True)
class Act:
    """An act under way: the locked ticket and engineers, who acts, and the one moment it happens at.

    `gone` are those whose passed promise the opening of the act escalated out of their lines (E1).
    """

    ticket: Ticket
    actor: User
    person: Person
    now: datetime
    engineers: Mapping[int, User]
    gone: tuple[Gone, ...] = ()

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

    def place_now(self, engineer_id: int, place: int) -> int:
        """What a place in the line, as the actor looked at it, is after those ahead that have gone from it (E1)."""
        left = [one.place for one in self.gone if one.engineer_id == engineer_id and one.place is not None]
        return place - sum(one < place for one in left)


def begin(
    *,
    actor: User,
    ticket_id: int,
    seen: str | None = None,
    also: Iterable[int] = (),
    replans: Iterable[int] = (),
    lines_seen: Mapping[int, str] | None = None,
) -> Act:
    """Hold the ticket, then the engineers concerned in the order of their ids; call it inside the act's transaction.

    `also` names engineers besides the present one whose queue the act changes, `replans` those whose waiting promises it may
    plan anew. A ticket the actor may not see is missing to them. A ticket, or an engineer's line, that changed since the actor
    loaded it (`seen`, `lines_seen`, A6) is a conflict. A promise that has passed is escalated before anything else (E1).
    """
    seen_at = {} if seen is None else {ticket_id: seen}
    return begin_many(
        actor=actor, ticket_ids=[ticket_id], seen=seen_at, also=also, replans=replans, lines_seen=lines_seen
    )[0]


def begin_many(
    *,
    actor: User,
    ticket_ids: Sequence[int],
    seen: Mapping[int, str] | None = None,
    also: Iterable[int] = (),
    replans: Iterable[int] = (),
    lines_seen: Mapping[int, str] | None = None,
) -> list[Act]:
    """The same for several tickets at once, in the order given; all are held in the order of their ids."""
    person = current_person(actor)
    held = holding.hold(ticket_ids, also=also, replans=replans)
    if not access.sees_all(actor, ticket_ids):
        raise TicketMissing
    for pk, known in (seen or {}).items():
        if pk in held.tickets and known != tickets.version_of(held.tickets[pk]):
            raise _changed(held.tickets[pk])
    for engineer_id, known in (lines_seen or {}).items():
        if engineer_id in held.engineers:
            check_line(held.engineers[engineer_id], known)
    gone = held.escalate_broken()
    return [
        Act(ticket=held.tickets[pk], actor=actor, person=person, now=held.now, engineers=held.engineers, gone=gone)
        for pk in ticket_ids
    ]


def check_line(engineer: User, seen: str | None) -> None:
    """Refuse to change a held line that is not the one the actor looked at (A6); None is no question."""
    if seen is not None and seen != queues.queue_version(engineer.pk):
        raise line_changed(engineer)


def line_changed(engineer: User) -> QueueChanged:
    """The conflict about a line, with the last change of a ticket its engineer holds or held."""
    theirs = TicketEvent.objects.filter(action__in=CHANGES, ticket__assignments__engineer=engineer)
    last = theirs.select_related("actor", "ticket").order_by("-timestamp", "-pk").first()
    waiting = [slot.case_id for slot in queues.queue_of(engineer.pk).waiting]
    if last is None:
        return QueueChanged(waiting=waiting, engineer=engineer.name)
    return QueueChanged(
        waiting=waiting,
        engineer=engineer.name,
        case_id=last.ticket.case_id,
        by=last.actor.name if last.actor else "",
        did=CHANGES[last.action],
        at=last.timestamp,
    )


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
