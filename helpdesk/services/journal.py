"""What happened is written down once, and told to those whom the rules name, in the transaction of the act (T5, N2)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django_q.tasks import async_task

from helpdesk import trace
from helpdesk.models import Notification, Ticket, TicketEvent, User
from helpdesk.selectors.parties import parties_of
from workflow.audience import TABLE, Kind, Parties, who_hears
from workflow.facts import Fact

DELIVER = "helpdesk.tasks.deliver"
WAIT_FOR_FILES = timedelta(minutes=2)
WAITS_FOR_FILES = (Kind.RAISED, Kind.RECEIPT)

_together: ContextVar[list[int] | None] = ContextVar("together", default=None)
"""Mails of an act that tells several facts, for the one task that sends them."""


@contextmanager
def in_one_task() -> Iterator[None]:
    """The mails of all that is told inside are sent by one task, queued at its end within the act's transaction."""
    due: list[int] = []
    token = _together.set(due)
    try:
        yield
    finally:
        _together.reset(token)
    _deliver(due)


def record(
    ticket: Ticket, *, actor: User | None, fact: Fact, now: datetime, parties: Parties | None = None
) -> TicketEvent:
    """Write the one event of a change and the mails about it; no actor means the system.

    Must run inside the act's transaction: event and mails stand or fall with it.
    """
    event = TicketEvent.objects.create(
        ticket=ticket, actor=actor, action=fact.action, metadata=fact.as_metadata(), timestamp=now
    )
    tell(event, fact, actor=actor, now=now, parties=parties)
    return event


def tell(
    event: TicketEvent, fact: Fact, *, actor: User | None, now: datetime, parties: Parties | None = None
) -> list[Notification]:
    """One row per recipient of the fact (N2, N4), and one task that sends them once the transaction stands."""
    if not TABLE[type(fact)]:
        return []
    rows = [
        Notification(
            ticket_id=event.ticket_id,
            recipient_id=recipient.person_id,
            kind=recipient.kind,
            event=event,
            key=f"{event.pk}:{recipient.kind}:{recipient.person_id}",
            because=recipient.because,
            payload=fact.as_metadata(),
            next_try_at=_first_try(recipient.kind, event.ticket, now),
            created_at=now,
        )
        for recipient in who_hears(fact, parties or parties_of(event.ticket, actor=actor, fact=fact))
    ]
    Notification.objects.bulk_create(rows)
    due, together = [row.pk for row in rows if row.next_try_at <= now], _together.get()
    if together is None:
        _deliver(due)
    else:
        together.extend(due)
    return rows


def _deliver(due: Sequence[int]) -> None:
    if due:
        async_task(DELIVER, *due, asked_by=trace.request_id.get())


def _first_try(kind: Kind, ticket: Ticket, now: datetime) -> datetime:
    """The first mails of a ticket wait for the files announced with it, two minutes at most (N1)."""
    waits = kind in WAITS_FOR_FILES and ticket.files_announced > 0
    return now + WAIT_FOR_FILES if waits else now
