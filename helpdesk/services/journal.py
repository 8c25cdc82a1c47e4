"""What happened is written down once, and told to those whom the rules name, in the transaction of the act (T5, N2)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
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


@dataclass(frozen=True, kw_only=True)
class Pages:
    """What an act that tells several facts has still to write."""

    events: list[TicketEvent] = field(default_factory=list)
    mails: list[Notification] = field(default_factory=list)


_together: ContextVar[Pages | None] = ContextVar("together", default=None)


@contextmanager
def in_one_go() -> Iterator[None]:
    """All that is recorded inside is written at its end, within the act's transaction: its events, its mails, and one task for these."""
    pages = Pages()
    token = _together.set(pages)
    try:
        yield
    finally:
        _together.reset(token)
    keep(pages.events)
    _send(pages.mails)


def record(
    ticket: Ticket, *, actor: User | None, fact: Fact, now: datetime, parties: Parties | None = None
) -> TicketEvent:
    """Write the one event of a change and the mails about it; no actor means the system.

    Must run inside the act's transaction: event and mails stand or fall with it.
    """
    event = TicketEvent(ticket=ticket, actor=actor, action=fact.action, metadata=fact.as_metadata(), timestamp=now)
    keep([event])
    tell(event, fact, actor=actor, now=now, parties=parties)
    return event


def keep(events: Sequence[TicketEvent]) -> None:
    """Write these events, in one statement."""
    together = _together.get()
    if together is None:
        TicketEvent.objects.bulk_create(events)
    else:
        together.events.extend(events)


def tell(event: TicketEvent, fact: Fact, *, actor: User | None, now: datetime, parties: Parties | None = None) -> None:
    """One row per recipient of the fact (N2, N4), and one task that sends them once the transaction stands."""
    if not TABLE[type(fact)]:
        return
    mails = [
        Notification(
            ticket_id=event.ticket_id,
            recipient_id=recipient.person_id,
            kind=recipient.kind,
            event=event,
            because=recipient.because,
            payload=fact.as_metadata(),
            next_try_at=_first_try(recipient.kind, event.ticket, now),
            created_at=now,
        )
        for recipient in who_hears(fact, parties or parties_of(event.ticket, actor=actor, fact=fact))
    ]
    together = _together.get()
    if together is None:
        _send(mails)
    else:
        together.mails.extend(mails)


def _send(mails: Sequence[Notification]) -> None:
    """Write mails whose events stand, and queue the task for those that wait for nothing."""
    for mail in mails:
        mail.key = f"{mail.event.pk}:{mail.kind}:{mail.recipient_id}"
    Notification.objects.bulk_create(mails)
    due = [mail.pk for mail in mails if mail.next_try_at <= mail.created_at]
    if due:
        async_task(DELIVER, *due, asked_by=trace.request_id.get())


def _first_try(kind: Kind, ticket: Ticket, now: datetime) -> datetime:
    """The first mails of a ticket wait for the files announced with it, two minutes at most (N1)."""
    waits = kind in WAITS_FOR_FILES and ticket.files_announced > 0
    return now + WAIT_FOR_FILES if waits else now
