"""The locks of the desk, in their one order: ticket, then engineers by id, then an application's counter."""

from collections.abc import Iterable

from django.db.models import Q

from helpdesk.models import Assignment, Ticket, User
from workflow.errors import TicketMissing


def hold(ticket_id: int) -> Ticket:
    """The one ticket under its lock."""
    return hold_tickets([ticket_id])[ticket_id]


def hold_tickets(ticket_ids: Iterable[int]) -> dict[int, Ticket]:
    """The tickets under their locks, the first of every act, in the order of their ids."""
    wanted = sorted(set(ticket_ids))
    found = {ticket.pk: ticket for ticket in Ticket.objects.locked(wanted)} if wanted else {}
    if len(found) < len(wanted):
        raise TicketMissing
    return found


def hold_if_free(ticket_id: int) -> Ticket | None:
    """The ticket under its lock, or nothing while somebody else holds it; for sweeps, which come again."""
    return hold_those_free([ticket_id]).get(ticket_id)


def hold_those_free(ticket_ids: Iterable[int]) -> dict[int, Ticket]:
    """Those of the tickets that nobody else holds, under their locks; as it never waits it may come after any other lock."""
    free = Ticket.objects.locked(sorted(set(ticket_ids)), waits=False)
    return {ticket.pk: ticket for ticket in free}


def hold_engineers(wanted: Iterable[int]) -> dict[int, User]:
    """Lock the queues of these engineers in the order of their ids, so that two acts never wait for each other."""
    return _hold(Q(pk__in=sorted(set(wanted))))


def hold_engineers_of(assignment_ids: Iterable[int], also: Iterable[int] = ()) -> dict[int, User]:
    """Lock the queues these assignments stand in, and those of `also`; whose an assignment is never changes."""
    given, named = sorted(assignment_ids), sorted(set(also))
    if not given and not named:
        return {}
    theirs = Assignment.objects.filter(pk__in=given).values("engineer_id")
    return _hold(Q(pk__in=named) | Q(pk__in=theirs))


def _hold(wanted: Q) -> dict[int, User]:
    found = User.objects.filter(wanted).order_by("pk").select_for_update(of=("self",), no_key=True)
    return {user.pk: user for user in found}
