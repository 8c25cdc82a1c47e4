"""What admins do with reports: take one out at once, have a long one prepared, cancel it, fetch its file. Each is written down."""

from datetime import datetime

from django.conf import settings
from django.db import OperationalError, transaction
from django_q.tasks import async_task

from helpdesk import trace
from helpdesk.models import User
from helpdesk.services import acting, audit, bucket
from reports.exports.catalog import REPORTS, Asked, Name
from reports.models import ReportRun
from storage import limits
from storage.errors import ObjectMissing
from workflow.errors import (
    ReportEmpty,
    ReportFinished,
    ReportMissing,
    ReportNotReady,
    ReportTooLong,
    ReportUncounted,
    RoleNeeded,
)
from workflow.roles import Role

WRITE = "reports.tasks.write_report"
LONGEST_TASK = 900
"""Seconds a worker may take for one report; the cluster would end it after one minute."""

MOST = 1_000_000
"""Rows of the longest report; a sheet holds a few more."""
State = ReportRun.State


def counted(asked: Asked, name: Name) -> int:
    """How many rows the report has now; refused where there are none, more than a sheet holds, or no answer in time."""
    try:
        rows = REPORTS[name].count(asked)
    except OperationalError as trouble:
        raise ReportUncounted from trouble
    if not rows:
        raise ReportEmpty
    if rows > MOST:
        raise ReportTooLong(rows=rows, most=MOST)
    return rows


def is_long(rows: int) -> bool:
    """Whether a report of so many rows is prepared by a worker; a shorter one is answered in the request."""
    return rows > int(settings.LINEUP_REPORT_ROWS_AT_ONCE)


@transaction.atomic
def note_export(*, asked: Asked, name: Name, file_type: str, rows: int) -> None:
    """Write down that an admin takes a report out, with which filters; call it before the first byte goes."""
    check_admin(asked.user)
    audit.note(
        act="report_exported",
        actor=asked.user,
        subject_label=name.label,
        after=_told(asked, file_type, rows),
        now=asked.now,
    )


@transaction.atomic
def ask(*, asked: Asked, name: Name, file_type: str, rows: int) -> ReportRun:
    """Have a report prepared. The same one, not finished yet, is not begun again: who asks twice gets the first."""
    check_admin(asked.user)
    User.objects.locked(asked.user.pk)
    same = {"owner": asked.user, "report": name.value, "file_type": file_type, "filters": asked.filters.kept()}
    known = ReportRun.objects.unfinished().filter(**same).first()
    if known is not None:
        return known
    run = ReportRun.objects.create(
        **same, time_zone=str(asked.zone), created_at=asked.now, next_try_at=asked.now, rows_expected=rows
    )
    audit.note(
        act="report_exported",
        actor=asked.user,
        subject_label=name.label,
        after=_told(asked, file_type, rows),
        now=asked.now,
    )
    send_worker()
    return run


def _told(asked: Asked, file_type: str, rows: int) -> dict[str, object]:
    return {"as": file_type, "rows": rows, **{label.lower(): words for label, words in asked.filters.in_words()}}


def send_worker() -> None:
    """A worker looks for a report to write, once the transaction stands."""
    async_task(WRITE, asked_by=trace.request_id.get(), q_options={"timeout": LONGEST_TASK})


def check_admin(actor: User) -> None:
    """Reports are for admins alone."""
    if not acting.current_person(actor).holds(Role.ADMIN):
        raise RoleNeeded(needs=Role.ADMIN.label)


@transaction.atomic
def cancel(*, actor: User, run_id: int, now: datetime) -> ReportRun:
    """Stop a report that is not finished; its worker notices before the next rows. Whose it is does not matter."""
    check_admin(actor)
    run = held(run_id)
    if not run.is_unfinished:
        raise ReportFinished(state=run.get_state_display().lower())
    run.state, run.finished_at, run.trouble = State.CANCELLED, now, f"Cancelled by {actor.name}."
    run.save(update_fields=("state", "finished_at", "trouble"))
    audit.note(
        act="report_cancelled",
        actor=actor,
        subject_label=REPORTS[run.report].name.label,
        after={"report": run.pk},
        now=now,
    )
    return run


def held(run_id: int) -> ReportRun:
    """The report, held until the end of the transaction."""
    run = ReportRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise ReportMissing
    return run


def download_link(*, actor: User, run_id: int, now: datetime) -> str:
    """A link to the file for minutes, for an admin; each one given out is kept in the audit trail.

    S3 is asked first whether it answers and has the file, so that nobody is led to an error page of their browser.
    """
    check_admin(actor)
    run = ReportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise ReportMissing
    if run.state != State.READY or run.expires_at is None or run.expires_at <= now:
        state = State.EXPIRED.label if run.state == State.READY else run.get_state_display()
        raise ReportNotReady(state=state.lower())
    with bucket.in_desk_words():
        try:
            bucket.in_a_hurry().head(run.s3_key)
        except ObjectMissing:
            raise ReportNotReady(state="its file is no longer in the file store") from None
    name = REPORTS[run.report].name.label
    kept = {"report": run.pk, "as": run.file_type, "rows": run.rows_done}
    audit.note(act="report_fetched", actor=actor, subject_label=name, after=kept, now=now)
    return bucket.of_desk().presign_get(
        run.s3_key, filename=run.file_name, kind=limits.TYPES[run.file_type], expires=settings.LINEUP_DOWNLOAD_SECONDS
    )
