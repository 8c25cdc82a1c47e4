"""`GET /metrics`: the numbers of the desk for Prometheus, to whoever shows the token of LINEUP_METRICS_TOKEN and nobody else.

Requests are counted by each web process into a folder they share (project/gunicorn.py). All else is read from the database when
it is asked for, so it is the same whichever process answers, and right after every restart (docs/decisions/0020).
"""

import logging
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, values
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from helpdesk import clock
from helpdesk.admission import open_to_everybody
from helpdesk.selectors import jobs, schema, vitals, wellbeing
from project import deep_health
from project.requests_seen import REQUESTS, SECONDS

logger = logging.getLogger(__name__)

Found = Iterator[Metric]


@open_to_everybody
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers; without the token it is not there."""
    token: str = settings.LINEUP_METRICS_TOKEN
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not constant_time_compare(shown, token):
        raise Http404
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)


def registry() -> CollectorRegistry:
    """What is there to be told, looked up when it is read."""
    found = CollectorRegistry()
    if values.ValueClass.__name__ == "MmapedValue":
        MultiProcessCollector(found)
    else:
        found.register(REQUESTS)
        found.register(SECONDS)
    found.register(DeskCollector())
    return found


class DeskCollector(Collector):
    """The desk as its tables and its deep health tell it; without the database it says that and no more."""

    def describe(self) -> Found:
        """Nothing in advance: what is told stands below."""
        yield from ()

    def collect(self) -> Found:
        try:
            found = [*background(), *work(), *numbers(), *fit()]
        except DatabaseError:
            logger.exception("The numbers of the desk could not be read")
            yield gauge("lineup_database_up", "Whether the database answers.", 0)
            return
        yield gauge("lineup_database_up", "Whether the database answers.", 1)
        yield from found
        yield parts()


def background() -> Found:
    """The mails, and what was given up of them."""
    now = clock.now()
    found = wellbeing.background(now)
    oldest = (now - found.oldest_due).total_seconds() if found.oldest_due else 0
    yield gauge("lineup_mails_oldest_due_seconds", "For how long the longest waiting mail could have gone.", oldest)
    yield gauge("lineup_mails_given_up", "Mails given up in the last three days.", found.given_up)


def work() -> Found:
    """The work behind the pages: the queue, the sweep, the clusters."""
    now = clock.now()
    found = jobs.work(now)
    queue = found.queue
    oldest = (now - queue.oldest).total_seconds() if queue.oldest else 0
    # Before the first sweep its age is that of the world: the alarm is right.
    age = (now - found.swept_at).total_seconds() if found.swept_at else now.timestamp()
    yield gauge("lineup_tasks_waiting", "Tasks that wait for a worker.", queue.waiting)
    yield gauge("lineup_tasks_in_hand", "Tasks a worker has taken.", queue.in_hand)
    yield gauge("lineup_tasks_oldest_seconds", "For how long the oldest waiting task waits.", max(0, oldest))
    yield gauge("lineup_sweep_age_seconds", "Since when no sweep has come to its end.", age)
    yield gauge("lineup_schedules_late", "Scheduled work that is late.", sum(one.is_late for one in found.schedules))
    yield gauge(
        "lineup_tasks_failing", "Kinds of work whose last run failed.", sum(not one.is_over for one in found.failures)
    )
    yield gauge("lineup_clusters_alive", "Worker clusters seen lately.", sum(one.is_alive for one in found.clusters))


def numbers() -> Found:
    """The tickets and their promises, and the database itself."""
    found = vitals.vitals(clock.now())
    mails = GaugeMetricFamily("lineup_mails_waiting", "Mails not sent yet.", labels=["state"])
    tickets = GaugeMetricFamily("lineup_tickets_open", "Tickets that are not resolved.", labels=["status"])
    for state, count in sorted(found.mails.items()):
        mails.add_metric([state], count)
    for status, count in sorted(found.tickets.items()):
        tickets.add_metric([status], count)
    yield mails
    yield tickets
    yield gauge(
        "lineup_promises_unescalated", "Promises that have passed and are not escalated yet.", found.unescalated
    )
    yield CounterMetricFamily("lineup_escalations", "Promises that were broken.", value=found.escalations)
    yield gauge("lineup_database_connections", "Connections to the desk's database.", found.connections)
    yield gauge("lineup_database_lock_waits", "Of them those that wait for a lock.", found.lock_waits)


def fit() -> Found:
    """Whether database and code are of one version."""
    found = schema.fit()
    yield gauge("lineup_migrations_missing", "Migrations of this code that the database lacks.", found.lacks)


def parts() -> Metric:
    """Each part that deep health looks at: 1 while it is well."""
    found = GaugeMetricFamily("lineup_part_well", "Whether a part the desk leans on is well.", labels=["part"])
    for part, wrong in deep_health.lately().items():
        found.add_metric([part], 0 if wrong else 1)
    return found


def gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
