"""Why this due time: the decisions that led to it, for those who work with the ticket (B04)."""

from helpdesk.models import Ticket, User
from helpdesk.selectors import access
from workflow.chain import DECISIVE, Step, chain_of


def why_due(user: User, ticket: Ticket) -> tuple[Step, ...]:
    """The chain of decisions behind the ticket's due time, oldest first; none for a mere reporter, as it names other cases (B06)."""
    if not access.sees_as_staff(user, ticket):
        return ()
    decided = ticket.events.filter(action__in=DECISIVE).select_related("actor")
    return chain_of(decided.order_by("timestamp", "pk"))
