"""One fact for every mail and every variant of it, and rows in the outbox made of them."""

from django.utils.crypto import get_random_string

from helpdesk.models import Attachment, Comment, Notification, Ticket, TicketEvent, User
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.render import Mail, render
from helpdesk.notifications.sample_facts import sample_facts
from tests.clock import NOON
from tests.factories import SM1Factory, a_ticket
from workflow.audience import Kind

SAMPLES = sample_facts(NOON)


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


def state_of(row: Notification) -> tuple[str, int]:
    """Where it stands in the database, and after how many tries."""
    row.refresh_from_db()
    return row.state, row.attempts


def mail_of(sample: str, **options: object) -> Mail:
    """The sample as it is sent."""
    return render(Letter.read(a_row(sample, **options).pk))
