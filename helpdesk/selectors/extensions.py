"""The requests for more time: which are to be decided, and what approving one would move (X1-X4, B05)."""

from datetime import datetime

from django.db.models import QuerySet

from helpdesk.models import Assignment, ExtensionRequest, ExtensionVote, Ticket, User
from helpdesk.selectors import access, queues
from workflow import lineup
from workflow.lineup import Plan
from workflow.reordering import settled
from workflow.states import ExtensionStatus


def pending_for(user: User) -> QuerySet[ExtensionRequest]:
    """The requests still without an outcome, of tickets this person sees, the longest waiting first."""
    waiting = ExtensionRequest.objects.filter(status=ExtensionStatus.PENDING, ticket__in=access.visible_to(user))
    return waiting.select_related(
        "ticket__application", "ticket__reporter", "assignment__engineer", "requested_by"
    ).order_by("requested_at", "pk")


def extension_of(ticket: Ticket) -> ExtensionRequest | None:
    """The one request of the ticket's whole life, decided or not (X1)."""
    return getattr(ticket, "extension", None)


def votes_of(extension: ExtensionRequest) -> list[ExtensionVote]:
    """The decisions given so far, the first one first; at most one a level."""
    return list(extension.votes.select_related("voter").order_by("voted_at", "pk"))


def impact(asked_for: ExtensionRequest | Assignment, extra_minutes: int, now: datetime) -> Plan:
    """What so much more time would make of the engineer's line, as approving it now would store it (B05).

    A ticket that stands in line no more moves nothing.
    """
    assignment = asked_for.assignment if isinstance(asked_for, ExtensionRequest) else asked_for
    queue = settled(queues.queue_of(assignment.engineer_id), now)
    if assignment.pk not in {slot.ref for slot in queue.in_line}:
        return Plan(queue=queue)
    return lineup.extend(queue, assignment.pk, extra_minutes, now)
