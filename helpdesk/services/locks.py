"""The locks of the desk, in their one order: ticket, then engineers by id, then an application's counter."""

from collections.abc import Iterable

from helpdesk.models import Ticket, User
from workflow.errors import TicketMissing


def hold(ticket_id: int) -> Ticket:
    """The ticket under its lock, the first lock of every act."""
    try:
        return Ticket.objects.locked(ticket_id)
    except Ticket.DoesNotExist:
        raise TicketMissing from None


def hold_if_free(ticket_id: int) -> Ticket | None:
    """The ticket under its lock, or nothing while somebody else holds it; for sweeps, which come again."""
    return (
        Ticket.objects.select_related("application", "reporter")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(pk=ticket_id)
        .first()
    )


def hold_engineers(first: Iterable[int], also: Iterable[int] = ()) -> dict[int, User]:
    """Lock the queues of these engineers in the order of their ids, so that two acts never wait for each other."""
    wanted = sorted({*first, *also})
    if not wanted:
        return {}
    found = User.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",), no_key=True)
    return {user.pk: user for user in found}
