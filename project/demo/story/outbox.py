"""The story's mails at its end: old ones are history, those of the last day are really sent by the worker."""

from datetime import datetime, timedelta

from django.db.models import F, Max
from django_q.models import OrmQ

from helpdesk.models import Escalation, Notification

STILL_TO_SEND = timedelta(days=1)


def last_task() -> int:
    """The newest background task there is before the story begins."""
    newest: int | None = OrmQ.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def settle(now: datetime, *, tasks_after: int) -> None:
    """Leave the outbox as a desk in use has it.

    Mails older than a day count as sent at their time; nobody gets them. Those of the last day stay queued and go out with
    the worker's first ticks, so the story's own tasks for single mails (newer than `tasks_after`) are taken back at once.
    """
    old = now - STILL_TO_SEND
    Notification.objects.filter(created_at__lt=old, state=Notification.State.QUEUED).update(
        state=Notification.State.SENT, sent_at=F("created_at"), attempts=1
    )
    Escalation.objects.filter(escalated_at__lt=old).update(email_sent=True)
    OrmQ.objects.filter(pk__gt=tasks_after).delete()
