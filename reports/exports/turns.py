"""Whose turn it is: a worker takes a report, tells how far it is, and hands over the file, or what went wrong.

What a worker writes down counts only while it is the last that took the report, so that one believed dead changes nothing.
Nothing here asks S3.
"""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from reports.exports.catalog import Asked
from reports.exports.filters import Filters
from reports.exports.making import file_name
from reports.models import ReportRun
from storage.keys import report_key

LEASE = timedelta(minutes=2)
"""How long a worker that says nothing is believed to live; it speaks after every step of rows."""
UPLOAD_LEASE = timedelta(minutes=10)
KEPT = timedelta(days=1)
REMEMBERED = timedelta(days=30)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
"""Between tries; after the last the report is given up."""

INTERRUPTED = (
    "The worker was interrupted again and again while it wrote this report. Please ask for it again, or for fewer days."
)
State = ReportRun.State


class Overtaken(Exception):  # noqa: N818 - named after what happened
    """The report was cancelled, or another worker has taken it: what is being written is for nobody."""


def asked_of(run: ReportRun, now: datetime) -> Asked:
    """The report as its owner asked for it, with the rows of this moment."""
    return Asked(user=run.owner, filters=Filters.read(run.filters), now=now, zone=ZoneInfo(run.time_zone))


@transaction.atomic
def take(now: datetime) -> ReportRun | None:
    """The oldest report whose turn has come, for the worker that asks; none while another one is being written.

    One at a time for the whole desk, so that a worker is always left for the sweeps. All unfinished ones are held
    meanwhile, so that two workers who ask at once are answered one after the other.
    """
    waiting = ReportRun.objects.unfinished().select_related("owner").select_for_update(of=("self",))
    unfinished = list(waiting.order_by("created_at", "pk"))
    if any(one.state == State.RUNNING and one.leased_until and one.leased_until > now for one in unfinished):
        return None
    for run in unfinished:
        if run.state == State.WAITING and run.next_try_at and run.next_try_at > now:
            continue
        if run.attempts <= len(PAUSES):
            return _taken(run, now)
        _close(run, State.FAILED, now, trouble=run.trouble or INTERRUPTED)
    return None


def _taken(run: ReportRun, now: datetime) -> ReportRun:
    """The report under a new lease and, as every attempt, with a key of its own: an upload never meets an earlier one."""
    name = file_name(run.report, asked_of(run, now), run.file_type)
    run.state, run.attempts, run.leased_until = State.RUNNING, run.attempts + 1, now + LEASE
    run.rows_done, run.file_name, run.s3_key = 0, name, report_key(now.date(), name, uuid4())
    run.save(update_fields=("state", "attempts", "leased_until", "rows_done", "file_name", "s3_key"))
    return run


def tell(run: ReportRun, *, rows: int, now: datetime, lease: timedelta = LEASE) -> None:
    """So many rows are written, and the worker lives; raises Overtaken."""
    if not mine(run).update(rows_done=rows, leased_until=now + lease):
        raise Overtaken


@transaction.atomic
def hand_over(run: ReportRun, *, rows: int, size: int, now: datetime) -> None:
    """The file lies in the bucket, for a day; raises Overtaken."""
    ready = {"rows_done": rows, "size": size, "finished_at": now, "expires_at": now + KEPT, "trouble": ""}
    if not mine(run).update(state=State.READY, leased_until=None, **ready):
        raise Overtaken


@transaction.atomic
def put_back(run: ReportRun, *, trouble: str, now: datetime) -> None:
    """It did not work this time, said in words: tried again after a pause, or given up after the last. An overtaken one is let be."""
    if run.attempts <= len(PAUSES):
        again = now + PAUSES[run.attempts - 1]
        mine(run).update(state=State.WAITING, next_try_at=again, leased_until=None, rows_done=0, trouble=trouble)
    else:
        mine(run).update(state=State.FAILED, leased_until=None, finished_at=now, trouble=trouble)


def give_up(run: ReportRun, *, trouble: str, now: datetime) -> None:
    """It cannot be made, and no other try would change that."""
    mine(run).update(state=State.FAILED, leased_until=None, finished_at=now, trouble=trouble)


def mine(run: ReportRun) -> QuerySet[ReportRun]:
    """The row as long as this worker is the last that took it and nobody cancelled it."""
    return ReportRun.objects.filter(pk=run.pk, state=State.RUNNING, attempts=run.attempts)


def _close(run: ReportRun, state: State, now: datetime, *, trouble: str) -> None:
    run.state, run.finished_at, run.leased_until, run.trouble = state, now, None, trouble
    run.save(update_fields=("state", "finished_at", "leased_until", "trouble"))
