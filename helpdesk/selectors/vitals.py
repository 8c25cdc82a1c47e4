"""The numbers by which a monitoring sees that the desk keeps its promises: mails, escalations, open tickets, the database."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count

from helpdesk.models import Assignment, Escalation, Notification, Ticket
from workflow.states import OPEN

State = Notification.State

_ACTIVITY = """
SELECT count(*), count(*) FILTER (WHERE wait_event_type = 'Lock')
FROM pg_stat_activity WHERE datname = current_database()
"""


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """`unescalated` are promises that have passed and wait for the sweep; connections are those to this database."""

    mails: dict[str, int]
    tickets: dict[str, int]
    unescalated: int
    escalations: int
    connections: int
    lock_waits: int


def vitals(now: datetime) -> Vitals:
    """In five statements."""
    unsent = Notification.objects.filter(state__in=Notification.UNSENT).values_list("state").annotate(Count("pk"))
    still = Ticket.objects.filter(status__in=OPEN).values_list("status").annotate(Count("pk")).order_by()
    passed = Assignment.objects.promised().filter(due_at__lte=now)
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVITY)
        connections, lock_waits = cursor.fetchone()
    return Vitals(
        mails={str(state): 0 for state in Notification.UNSENT} | dict(unsent.order_by()),
        tickets={status.value: 0 for status in sorted(OPEN)} | dict(still),
        unescalated=passed.count(),
        escalations=Escalation.objects.count(),
        connections=connections,
        lock_waits=lock_waits,
    )
