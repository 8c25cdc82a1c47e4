"""The worker's part: writes a report into a file without a name and sends it to the bucket; clears away what is over.

The only bytes that ever pass the desk on their way to S3: no file of a ticket does (F2).
"""

import base64
import hashlib
import logging
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from typing import IO

from helpdesk import clock
from helpdesk.selectors.report_rows import patience
from helpdesk.services import bucket
from reports.exports import making, runs, turns
from reports.exports.catalog import REPORTS
from reports.models import ReportRun
from storage.errors import StorageDown
from storage.keys import REPORTS_FOLDER
from storage.limits import TYPES
from workflow.errors import WorkflowError

logger = logging.getLogger(__name__)

STORE_SILENT = "The file store does not answer just now; the report is tried again by itself."
BROKEN = "Something went wrong while it was written. The administrators of the machine find the details in the log."
STRAY_AFTER = timedelta(days=2)
BATCH = 100
State = ReportRun.State


def write_next(now: datetime) -> int:
    """Write the report whose turn it is; how many were written, none or one. Then the next one is called."""
    run = turns.take(now)
    if run is None:
        return 0
    try:
        _write(run, now)
    except turns.Overtaken:
        logger.info("Report %d was cancelled or taken by another worker", run.pk)
        _discard(run)
        return 0
    except StorageDown:
        turns.put_back(run, trouble=STORE_SILENT, now=clock.now())
        return 0
    except WorkflowError as refused:
        turns.give_up(run, trouble=refused.sentence, now=clock.now())
        return 0
    except Exception:
        logger.exception("Report %d could not be written", run.pk)
        turns.put_back(run, trouble=BROKEN, now=clock.now())
        return 0
    finally:
        if ReportRun.objects.to_write(clock.now()).exists():
            runs.send_worker()
    return 1


def _write(run: ReportRun, now: datetime) -> None:
    """The rows of this moment as a file in the bucket; a bucket that is silent is noticed before the work."""
    runs.check_admin(run.owner)
    bucket.of_desk().check()
    asked = turns.asked_of(run, now)
    with tempfile.TemporaryFile(prefix="lineup-report-") as target:
        with patience():
            rows = making.make(
                REPORTS[run.report],
                asked,
                run.file_type,
                target,
                lambda done: turns.tell(run, rows=done, now=clock.now()),
            )
        turns.tell(run, rows=rows, now=clock.now(), lease=turns.UPLOAD_LEASE)
        size = target.tell()
        bucket.for_reports().put(
            run.s3_key, target, content_type=TYPES[run.file_type].content_type, size=size, sha256=_digest(target)
        )
    turns.hand_over(run, rows=rows, size=size, now=clock.now())


def _discard(run: ReportRun) -> None:
    """Delete what this attempt may have sent already; where S3 is silent, `sweep_strays` finds it."""
    with suppress(StorageDown):
        bucket.of_desk().delete(run.s3_key)


def _digest(target: IO[bytes]) -> str:
    """The SHA-256 of the whole file in base64; leaves it at its beginning."""
    target.seek(0)
    found = hashlib.file_digest(target, "sha256").digest()  # type: ignore[arg-type]
    target.seek(0)
    return base64.b64encode(found).decode()


def call_waiting(now: datetime) -> int:
    """Send a worker for reports that wait or whose worker died; how many there are."""
    waiting = ReportRun.objects.to_write(now).count()
    if waiting:
        runs.send_worker()
    return waiting


def sweep_files(now: datetime) -> int:
    """Delete the files of reports that are a day old, cancelled or given up, and forget old reports; how many files went.

    The object goes first: one whose deletion failed is tried again.
    """
    over = ReportRun.objects.exclude(s3_key="").exclude(state__in=(State.WAITING, State.RUNNING))
    gone = 0
    for run in over.exclude(state=State.READY, expires_at__gt=now).order_by("pk")[:BATCH]:
        try:
            bucket.of_desk().delete(run.s3_key)
        except StorageDown:
            logger.warning("Files of old reports stay for now: the file store does not answer")
            break
        run.s3_key, gone = "", gone + 1
        if run.state == State.READY:
            run.state = State.EXPIRED
        run.save(update_fields=("s3_key", "state"))
    ReportRun.objects.filter(created_at__lte=now - turns.REMEMBERED, s3_key="").exclude(
        state__in=(State.WAITING, State.RUNNING)
    ).delete()
    return gone


def sweep_strays(now: datetime) -> int:
    """Delete objects no report knows, as a worker leaves them that dies between upload and note; how many. May raise StorageDown."""
    gone = 0
    for found in bucket.of_desk().list_keys(REPORTS_FOLDER):
        is_old = found.modified_at < now - STRAY_AFTER
        if is_old and not ReportRun.objects.filter(s3_key=found.key).exists():
            bucket.of_desk().delete(found.key)
            gone += 1
    return gone
