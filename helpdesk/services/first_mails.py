"""The first mails of a ticket wait for its files (N1), and go as soon as these have come."""

from datetime import datetime

from django_q.tasks import async_task

from helpdesk.models import Notification, Ticket
from helpdesk.services.journal import DELIVER, WAITS_FOR_FILES


def release(ticket: Ticket, now: datetime) -> int:
    """Send what still waits for this ticket's files; the number of mails. In the transaction of the last confirmation."""
    waiting = Notification.objects.filter(
        ticket=ticket, kind__in=WAITS_FOR_FILES, state=Notification.State.QUEUED, next_try_at__gt=now, attempts=0
    )
    due = list(waiting.values_list("pk", flat=True))
    if due:
        Notification.objects.filter(pk__in=due).update(next_try_at=now)
        async_task(DELIVER, *due)
    return len(due)
