"""The work behind the pages as the worker's tables and the signs of life tell it: what waits, what ran, what failed, who works.

The rows of django-q2 live by real time, also in the demo, whose desk clock may be ahead: their times are told in the desk's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, Count, F, Max, Min, Q, TextField, Value, When
from django.db.models.functions import Cast, Length
from django_q.models import OrmQ, Schedule, Task

from helpdesk import clock
from helpdesk.models import Heartbeat
from helpdesk.schedules import TABLE, Entry, entry_named
from helpdesk.selectors import job_errors

CLUSTER = "cluster:"
FAILED = "failed:"
"""How the signs of life of clusters, and of failed parts of the tick, begin."""
TICK = "tick"

ALIVE = timedelta(minutes=5)
"""A cluster that took no scheduled work for so long is not there any more; there is some every minute."""
LATE_AFTER = timedelta(minutes=2)
"""The scheduler looks every half minute, and the work before it may take its time."""
KINDS_SHOWN = 25

TAKEN_UP_BY = {
    "helpdesk.tasks.deliver": TICK,
    "helpdesk.tasks.deliver_alerts": TICK,
    "helpdesk.tasks.delete_discarded": "tend_files",
    "reports.tasks.write_report": "tend_reports",
}
"""Work that is asked for by an act: which scheduled work takes up what of it did not come to its end."""

Beats = dict[str, datetime]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The runs of one function, or of one part of the tick, that failed.

    `entry` is the scheduled work that does the same again; there is none for what this release does not know.
    `is_over` says that it ran well since, or that nobody does it any more.
    """

    func: str
    count: int
    first: datetime
    last: datetime
    error: str
    entry: Entry | None
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class Scheduled:
    """An entry of the table of schedules; without `next_run` its row is missing. `last` began the last run that ended well."""

    entry: Entry
    next_run: datetime | None
    last: datetime | None
    late: timedelta

    @property
    def is_late(self) -> bool:
        return self.late > LATE_AFTER


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits for a worker and since when, and what is in hand. `is_here` is false where a broker outside keeps it."""

    waiting: int
    in_hand: int
    oldest: datetime | None
    is_here: bool

    def is_stuck(self, now: datetime) -> bool:
        return self.oldest is not None and now - self.oldest > LATE_AFTER


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One cluster by its machine and process, with the moment at which it last took scheduled work."""

    host: str
    process: str
    seen_at: datetime
    is_alive: bool


@dataclass(frozen=True, kw_only=True)
class Work:
    """All of it; `swept_at` is None before the first sweep."""

    swept_at: datetime | None
    is_late: bool
    queue: Queue
    schedules: Sequence[Scheduled]
    failures: Sequence[Failure]
    clusters: Sequence[Cluster]


def work(now: datetime) -> Work:
    """What there is, in at most six statements."""
    ahead = now - clock.database_now()
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    swept_at = beats.get(TICK)
    return Work(
        swept_at=swept_at,
        is_late=swept_at is None or now - swept_at > LATE_AFTER,
        queue=_queue(now, ahead),
        schedules=_scheduled(now, ahead, beats),
        failures=[*_parts_failed(beats), *_failures(ahead, beats)],
        clusters=_clusters(now, beats),
    )


def _scheduled(now: datetime, ahead: timedelta, beats: Beats) -> list[Scheduled]:
    rows = dict(Schedule.objects.values_list("name", "next_run"))
    found = []
    for entry in TABLE:
        next_run = rows[entry.name] + ahead if entry.name in rows else None
        late = max(timedelta(), now - next_run) if next_run else timedelta()
        found.append(Scheduled(entry=entry, next_run=next_run, last=beats.get(entry.name), late=late))
    return found


def _queue(now: datetime, ahead: timedelta) -> Queue:
    """A row in hand is locked until somebody else may take it; a waiting one was "locked" when it was put there."""
    waits = Q(lock__isnull=True) | Q(lock__lte=now - ahead)
    counted = OrmQ.objects.aggregate(
        waiting=Count("pk", filter=waits), in_hand=Count("pk", filter=~waits), oldest=Min(F("lock"), filter=waits)
    )
    oldest = counted.pop("oldest")
    return Queue(**counted, oldest=oldest + ahead if oldest else None, is_here="orm" in settings.Q_CLUSTER)


def _failures(ahead: timedelta, beats: Beats) -> list[Failure]:
    """One line a function, the last failed first; more kinds than our code has functions are left out."""
    failed = Task.objects.filter(success=False)
    groups = failed.values("func").annotate(count=Count("pk"), first=Min("started"), last=Max("stopped"))
    kinds = list(groups.order_by("-last", "func")[:KINDS_SHOWN])
    left = _left_by([kind["func"] for kind in kinds]) if kinds else {}
    return [_failure(**kind, raw=left.get(kind["func"]), ahead=ahead, beats=beats) for kind in kinds]


def _left_by(funcs: list[str]) -> dict[str, str]:
    """What the last failed run of each function left, as the text it is kept as: its pickle is never opened."""
    column = Cast("result", TextField())
    short = Case(When(length__lte=job_errors.LONGEST, then=column), default=Value(""), output_field=TextField())
    rows = Task.objects.filter(success=False, func__in=funcs).annotate(length=Length(column)).annotate(raw=short)
    return dict(rows.order_by("func", "-stopped", "pk").distinct("func").values_list("func", "raw"))


def _failure(
    *, func: str, count: int, first: datetime, last: datetime, raw: str | None, ahead: timedelta, beats: Beats
) -> Failure:
    entry = entry_named(TAKEN_UP_BY.get(func, "")) or next((one for one in TABLE if one.func == func), None)
    since = beats.get(entry.name) if entry else None
    return Failure(
        func=func,
        count=count,
        first=first + ahead,
        last=last + ahead,
        error=job_errors.last_line(raw),
        entry=entry,
        is_over=entry is None or (since is not None and since > last + ahead),
    )


def _parts_failed(beats: Beats) -> list[Failure]:
    """A failing part stops no other part of the tick, so the tick itself counts as well."""
    tick, ticked = entry_named(TICK), beats.get(TICK)
    return [
        Failure(
            func=name.removeprefix(FAILED),
            count=0,
            first=at,
            last=at,
            error="",
            entry=tick,
            is_over=ticked is not None and ticked > at,
        )
        for name, at in sorted(beats.items())
        if name.startswith(FAILED)
    ]


def _clusters(now: datetime, beats: Beats) -> list[Cluster]:
    """The last seen first."""
    found = []
    for name, seen_at in sorted(beats.items(), key=lambda one: one[1], reverse=True):
        if name.startswith(CLUSTER):
            host, _, process = name.removeprefix(CLUSTER).rpartition(" ")
            found.append(Cluster(host=host, process=process, seen_at=seen_at, is_alive=now - seen_at <= ALIVE))
    return found
