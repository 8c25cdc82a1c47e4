"""A ticket as the rules see it."""

from django.db.models import Prefetch, prefetch_related_objects

from helpdesk.models import ExtensionRequest, ExtensionVote, Ticket
from workflow.cases import Case, Vote
from workflow.states import ExtensionStatus, Level, Status


def case_of(ticket: Ticket) -> Case:
    """The ticket and its active assignment as the rules see them."""
    assignment = ticket.assignment
    extension = getattr(ticket, "extension", None)
    is_pending = extension is not None and extension.status == ExtensionStatus.PENDING
    return Case(
        id=ticket.pk,
        case_id=ticket.case_id,
        status=Status(ticket.status),
        reporter_id=ticket.reporter_id,
        engineer_id=assignment.engineer_id if assignment else None,
        engineer_name=assignment.engineer.name if assignment else "",
        level=Level(assignment.level) if assignment else None,
        assigned_by_name=assignment.assigned_by.name if assignment else "",
        assigned_at=assignment.assigned_at if assignment else None,
        is_committed=assignment.is_committed if assignment else False,
        due_at=assignment.due_at if assignment else None,
        starts_at=assignment.starts_at if assignment else None,
        extension_used=extension is not None,
        extension_pending=is_pending,
        extension_status=ExtensionStatus(extension.status) if extension else None,
        requester_id=extension.requested_by_id if extension else None,
        votes=_votes(extension) if extension and is_pending else (),
    )


def _votes(extension: ExtensionRequest) -> tuple[Vote, ...]:
    """The decisions given so far; read once with their people and kept on the request."""
    prefetch_related_objects([extension], Prefetch("votes", ExtensionVote.objects.select_related("voter")))
    return tuple(
        Vote(level=Level(vote.level), person_id=vote.voter_id, approves=vote.approves) for vote in extension.votes.all()
    )
