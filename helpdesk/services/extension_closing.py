"""What ends a promise ends a request for more time with it (X4)."""

from datetime import datetime

from helpdesk.models import ExtensionRequest, Ticket
from helpdesk.services import journal
from workflow.facts import ExtensionRejected
from workflow.states import ExtensionStatus


def close_pending(ticket: Ticket, *, now: datetime, reason: str) -> None:
    """Reject the held ticket's pending request in the system's name; the assignee who asked is told.

    Call it before the ticket goes to somebody else, so that the one who asked hears of it.
    """
    extension: ExtensionRequest | None = getattr(ticket, "extension", None)
    if extension is None or extension.status != ExtensionStatus.PENDING:
        return
    extension.status, extension.decided_at = ExtensionStatus.REJECTED.value, now
    extension.closing_reason = reason
    extension.save(update_fields=["status", "decided_at", "closing_reason"])
    fact = ExtensionRejected(extra_minutes=extension.extra_minutes, reason=reason)
    journal.record(ticket, actor=None, fact=fact, now=now)
