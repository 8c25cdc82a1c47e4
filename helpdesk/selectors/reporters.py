"""What a mere reporter may know of a ticket's times: what was promised or is expected of their own, nothing of other cases (P9, B06)."""

from datetime import datetime

from helpdesk.models import ExtensionRequest, Ticket
from helpdesk.selectors.forecast import Outlook
from workflow.states import ExtensionStatus, Status


def due_known(ticket: Ticket, now: datetime) -> datetime | None:
    """The promised or expected time of an open ticket (C4); an expectation that has passed is not repeated."""
    assignment = ticket.assignment
    if assignment is None or ticket.resolved_at is not None:
        return None
    holds = ticket.status == Status.ESCALATED or assignment.is_committed or assignment.due_at > now
    return assignment.due_at if holds else None


def likely_known(ticket: Ticket, outlook: Outlook | None) -> datetime | None:
    """When it will be done as things stand, where that is later than what was promised or expected (C9)."""
    if outlook is None or ticket.assignment is None or outlook.finish_at <= ticket.assignment.due_at:
        return None
    if ticket.assignment.is_committed and not outlook.is_at_risk:
        return None
    return outlook.finish_at


def agreed_extension(ticket: Ticket) -> ExtensionRequest | None:
    """The extra time that was agreed to; a request that waits or was rejected is the staff's (X3)."""
    extension: ExtensionRequest | None = getattr(ticket, "extension", None)
    if extension is None or extension.status != ExtensionStatus.APPROVED:
        return None
    return extension
