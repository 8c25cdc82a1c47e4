"""Signs of life: when which scheduled work last came to its end, which part of it failed, and which clusters took some."""

import os
import socket
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django_q.models import Task

from helpdesk import clock
from helpdesk.models import Heartbeat
from helpdesk.selectors.jobs import CLUSTER, FAILED

GONE_AFTER, OLD_AFTER = timedelta(days=1), timedelta(days=30)
"""So long a cluster that is gone, and a failure, are spoken of."""
LONGEST_HOST = 20


def scheduled(task: Callable[..., Any]) -> Callable[..., Any]:
    """Scheduled work that leaves a sign of life under its own name: the moment at which a run began that came to its end.

    The cluster that took it leaves one too, before: work that fails or hangs was taken all the same.
    """

    @wraps(task)
    def run(*given: Any, **named: Any) -> Any:
        began = clock.now()
        beat(_cluster(), began)
        result = task(*given, **named)
        beat(task.__name__, began)
        return result

    return run


def note_failed(parts: Iterable[str], now: datetime) -> None:
    """Note that these parts of the tick failed; it is over with the next tick that does not say so again."""
    for part in parts:
        beat(f"{FAILED}{part}", now)


def beat(name: str, now: datetime) -> None:
    """Write the sign of life of this name."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_at=now)], update_conflicts=True, update_fields=["beat_at"], unique_fields=["name"]
    )


def leave() -> None:
    """Take back the sign of life of this process: it took scheduled work once, by hand, and is no cluster."""
    Heartbeat.objects.filter(name=_cluster()).delete()


def forget_clusters(now: datetime) -> int:
    """Forget clusters that are gone since yesterday, as every new release leaves some; how many."""
    gone = Heartbeat.objects.filter(name__startswith=CLUSTER, beat_at__lt=now - GONE_AFTER)
    return gone.delete()[0]


def forget_failures(now: datetime) -> int:
    """Forget what failed a month ago, of which the worker keeps every row, and which part of the tick; how many."""
    old = Task.objects.filter(success=False, stopped__lt=clock.database_now() - OLD_AFTER)
    parts = Heartbeat.objects.filter(name__startswith=FAILED, beat_at__lt=now - OLD_AFTER)
    return int(old.delete()[0] + parts.delete()[0])


def _cluster() -> str:
    """The cluster by its machine and the process whose workers these are."""
    return f"{CLUSTER}{socket.gethostname()[:LONGEST_HOST]} {os.getppid()}"
