"""One fact for every mail and every variant of it, and rows in the outbox made of them."""

from datetime import timedelta

from django.utils.crypto import get_random_string

from helpdesk.models import Attachment, Comment, Notification, Ticket, TicketEvent, User
from tests.clock import NOON
from tests.factories import SM1Factory, a_ticket
from workflow import facts
from workflow.audience import Kind
from workflow.states import Level, Priority

HOUR = timedelta(hours=1)
ENGINEER_ID, PREVIOUS_ID = 900_001, 900_002
ASSIGNED = {
    "engineer_id": ENGINEER_ID,
    "engineer_name": "Elif Engineer",
    "level": Level.SM1,
    "starts_at": NOON + HOUR,
    "due_at": NOON + 9 * HOUR,
    "queued_after": "N-EXP-1001",
    "comment": "You know the export best.",
}
PREVIOUS = {"previous_engineer_id": PREVIOUS_ID, "previous_engineer_name": "Pavel Previous"}
MOVE = facts.DueMove(case_id="N-HRM-1002", due_from=NOON + HOUR, due_to=NOON + 5 * HOUR, is_promise=True)
EXPECTED_MOVE = facts.DueMove(case_id="N-HRM-1003", due_from=NOON + HOUR, due_to=NOON + 6 * HOUR, is_promise=False)

SAMPLES: dict[str, tuple[Kind, facts.Fact]] = {
    "raised": (Kind.RAISED, facts.TicketRaised(application_code="EXP", title="x", priority=Priority.HIGH)),
    "receipt": (Kind.RECEIPT, facts.TicketRaised(application_code="EXP", title="x", priority=Priority.HIGH)),
    "assigned": (Kind.ASSIGNED, facts.TicketAssigned(**ASSIGNED)),
    "assigned to somebody free": (
        Kind.ASSIGNED,
        facts.TicketAssigned(**{**ASSIGNED, "starts_at": NOON, "queued_after": None, "comment": ""}),
    ),
    "reassigned": (Kind.REASSIGNED, facts.TicketReassigned(**ASSIGNED, **PREVIOUS)),
    "reassigned, escalated": (
        Kind.REASSIGNED,
        facts.TicketReassigned(
            **{**ASSIGNED, "starts_at": None, "queued_after": None, "is_expected": False}, **PREVIOUS
        ),
    ),
    "due moved": (
        Kind.DUE_MOVED,
        facts.DuesMoved(
            engineer_id=ENGINEER_ID,
            moves=(MOVE, EXPECTED_MOVE),
            cause_case_id="N-EXP-1001",
            cause="Elif Engineer gave N-EXP-1001 its resolution time",
            comment="Payroll first.",
        ),
    ),
    "due soon": (Kind.DUE_SOON, facts.TicketReminded(due_at=NOON + HOUR)),
    "escalated": (
        Kind.ESCALATED,
        facts.TicketEscalated(
            due_at=NOON, engineer_id=ENGINEER_ID, engineer_name="Elif Engineer", escalated_to_names=("Rana Authority",)
        ),
    ),
    "escalated without authority": (
        Kind.ESCALATED,
        facts.TicketEscalated(
            due_at=NOON,
            engineer_id=ENGINEER_ID,
            engineer_name="Elif Engineer",
            escalated_to_names=("Ola Other", "Ada Admin"),
            reason="Elif Engineer has no reporting authority",
        ),
    ),
    "resolved": (Kind.RESOLVED, facts.TicketResolved(note="The cache is cleared.\nIt prints again.")),
    "resolved late": (Kind.RESOLVED, facts.TicketResolved(note="It prints again.", late=True)),
    "commented": (Kind.COMMENTED, facts.CommentAdded(internal=False)),
    "commented internally": (Kind.COMMENTED, facts.CommentAdded(internal=True)),
    "withdrawn": (Kind.WITHDRAWN, facts.TicketWithdrawn(reason="It was the wrong printer.")),
    "withdrawn, repeats": (Kind.WITHDRAWN, facts.TicketWithdrawn(reason="Reported twice.", repeats="N-EXP-1001")),
    "stale, unassigned": (Kind.STALE, facts.TriageStale(since=NOON, target_minutes=120)),
    "stale, not committed": (
        Kind.STALE,
        facts.AcceptanceStale(since=NOON, target_minutes=30, engineer_name="Elif Engineer"),
    ),
    "extension requested": (
        Kind.EXTENSION_REQUESTED,
        facts.ExtensionRequested(
            extra_minutes=90, comment="The supplier is slow.", due_at=NOON + HOUR, due_if_approved=NOON + 2.5 * HOUR
        ),
    ),
    "extension approved": (
        Kind.EXTENSION_APPROVED,
        facts.ExtensionApproved(
            extra_minutes=90,
            due_from=NOON + HOUR,
            due_to=NOON + 2.5 * HOUR,
            approvers=("Sam One", "Sara Two"),
            comments=("Fine.",),
        ),
    ),
    "extension rejected": (
        Kind.EXTENSION_REJECTED,
        facts.ExtensionRejected(extra_minutes=90, rejected_by=("Sara Two",), comments=("Please hurry.",)),
    ),
    "extension closed": (
        Kind.EXTENSION_REJECTED,
        facts.ExtensionRejected(extra_minutes=90, reason="The ticket escalated before both had decided."),
    ),
}


def a_row(
    sample: str = "assigned",
    *,
    ticket: Ticket | None = None,
    recipient: User | None = None,
    actor: User | None = None,
    **fields: object,
) -> Notification:
    """A mail waiting in the outbox, about the ticket, to a scrum master unless somebody else is named."""
    kind, fact = SAMPLES[sample]
    ticket = ticket or a_ticket()
    payload = fact.as_metadata()
    if kind is Kind.COMMENTED:
        payload["comment_id"] = _a_comment(ticket, internal=payload["internal"]).pk
    event = TicketEvent.objects.create(
        ticket=ticket, actor=actor, action=fact.action, metadata=payload, timestamp=ticket.created_at
    )
    told = {
        "because": "You get this mail because you are a scrum master.",
        "key": f"{event.pk}:{kind}:{get_random_string(6)}",
        "payload": payload,
        "next_try_at": NOON,
        "created_at": NOON,
    }
    return Notification.objects.create(
        ticket=ticket, recipient=recipient or SM1Factory(), kind=kind, event=event, **{**told, **fields}
    )


def a_file(
    ticket: Ticket,
    name: str,
    *,
    pending: bool = False,
    internal: bool = False,
    size: int = 1536,
    uploaded_by: User | None = None,
) -> Attachment:
    """An attachment of the ticket, confirmed unless still uploading; its reporter's unless somebody is named."""
    return Attachment.objects.create(
        ticket=ticket,
        filename=name,
        s3_key=f"2026/03/04/{ticket.case_id}/{get_random_string(12)}",
        size=size,
        sha256=get_random_string(44),
        content_type="application/pdf",
        state=Attachment.State.PENDING if pending else Attachment.State.CONFIRMED,
        confirmed_at=None if pending else NOON,
        uploaded_at=NOON,
        is_internal=internal,
        uploaded_by=uploaded_by or ticket.reporter,
    )


def _a_comment(ticket: Ticket, *, internal: bool) -> Comment:
    body = "The index is corrupt & <b>must</b> be rebuilt." if internal else "It also fails on page 4."
    return Comment.objects.create(
        ticket=ticket, author=SM1Factory(), body=body, is_internal=internal, created_at=ticket.created_at
    )
