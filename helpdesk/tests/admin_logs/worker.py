"""What a worker leaves in its tables when work fails."""

import pickle
from base64 import b64encode
from datetime import UTC, datetime, timedelta

from django.db import connection
from django_q.models import Task

from helpdesk.selectors import jobs
from tests.clock import held

BOOM = "Boom : Traceback (most recent call last):\n  File x\nConnectionRefusedError: [Errno 111] Connection refused\n"


def real(**ago: float) -> datetime:
    """A moment of the worker's own time, which is real also while the desk's clock is held."""
    return datetime.now(UTC) - timedelta(**ago)


def ran(func: str, *, minutes: float = 1, left: bytes | None = None, number: int = 0) -> Task:
    """A failed run that stopped so long ago and left this pickle."""
    at = real(minutes=minutes)
    row = Task.objects.create(
        id=f"{number:032}", name="x", func=func, success=False, started=at, stopped=at, result="", attempt_count=1
    )
    raw = b64encode(pickle.dumps(BOOM, -1) if left is None else left).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_q_task SET result = %s WHERE id = %s", [raw, row.pk])
    return row


def failures() -> list[jobs.Failure]:
    """What the page tells of them."""
    return list(jobs.work(held.moment).failures)
