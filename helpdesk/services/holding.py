"""What an act needs to itself: its tickets, then the lines of the engineers concerned, each in the order of their ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from helpdesk import clock
from helpdesk.models import Assignment, Ticket, User
from helpdesk.selectors import queues
from helpdesk.services import escalations, locks


@dataclass(frozen=True, kw_only=True)
class Gone:
    """An assignment whose promise had passed, and the place it had among the waiting; None when it was in progress."""

    ref: int
    ticket_id: int
    engineer_id: int
    place: int | None


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is locked, as it stands under the locks, and the one moment of the act."""

    tickets: dict[int, Ticket]
    engineers: dict[int, User]
    now: datetime

    def escalate_broken(self) -> tuple[Gone, ...]:
        """Escalate every held promise that has passed (E1); tells who left which place of a line."""
        stood = [
            Gone(ref=one.pk, engineer_id=one.engineer_id, place=one.place, ticket_id=one.ticket_id)
            for one in (ticket.assignment for ticket in self.tickets.values())
            if one is not None
        ]
        escalated = {pk for pk, ticket in self.tickets.items() if escalations.escalate_if_broken(ticket, self.now)}
        return tuple(gone for gone in stood if gone.ticket_id in escalated)


def hold(ticket_ids: Iterable[int] = (), *, also: Iterable[int] = (), replans: Iterable[int] = ()) -> Held:
    """Lock these tickets, then their engineers and those of `also`; call it first in the act's transaction.

    `replans` names engineers whose waiting promises the act may plan anew: those that have passed are held too, so that
    they can be escalated before (E1). As tickets come before engineers, a promise that passed while waiting for the locks means
    giving them back and beginning again with it.
    """
    wanted, replanned = set(ticket_ids), sorted(set(replans))
    if not replanned:
        return _locked(wanted, also)
    wanted |= queues.passed_in_line(replanned, clock.now())
    while True:
        point = transaction.savepoint()
        held = _locked(wanted, (*also, *replanned))
        missing = queues.passed_in_line(replanned, held.now) - wanted
        if not missing:
            transaction.savepoint_commit(point)
            return held
        transaction.savepoint_rollback(point)
        wanted |= missing


def _locked(wanted: set[int], also: Iterable[int]) -> Held:
    tickets = locks.hold_tickets(wanted)
    given = [ticket.assignment_id for ticket in tickets.values() if ticket.assignment_id is not None]
    engineers = locks.hold_engineers_of(given, also)
    assignments = Assignment.objects.select_related("engineer", "assigned_by").in_bulk(given) if given else {}
    for ticket in tickets.values():
        if ticket.assignment_id is not None:
            ticket.assignment = assignments[ticket.assignment_id]
    return Held(tickets=tickets, engineers=engineers, now=clock.now())
