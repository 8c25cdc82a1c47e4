"""The quarantine: with a scanner set, nobody gets a file it has not passed (F5, F6).

The worker reads each waiting file from S3 in pieces and hands it to ClamAV over its socket; nothing is written to a disk. A scanner
that does not answer leaves the file waiting and tells the admins.
"""

import io
import logging
from datetime import datetime, timedelta

from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from helpdesk.models import Attachment
from helpdesk.services import alerts, audit, bucket
from helpdesk.services.bucket import Bucket
from storage.errors import ObjectMissing, StorageDown

logger = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=5)
"""For so long a file is one worker's; a worker that died gives it back after that."""
TIMEOUT = 30.0
PIECE = 1024 * 1024
FOUND, CLEAN = "FOUND", "OK"


class ScannerError(Exception):
    """The scanner cannot be asked, or could not judge the file."""


def sweep_scans(now: datetime) -> int:
    """Have the waiting files looked at; how many got their answer. One file's trouble stops no other; a silent scanner stops all."""
    if not settings.LINEUP_SCANNER:
        return 0
    done = 0
    for row in _claimed(now):
        try:
            done += _scan(row, now)
        except ScannerError as trouble:
            _tell_of_silence(str(trouble), now)
            break
        except StorageDown:
            logger.warning("File %s could not be read for its scan; the next sweep tries again", row.pk)
    return done


@transaction.atomic
def _claimed(now: datetime) -> list[Attachment]:
    """The oldest waiting files that no other worker has, leased to this one."""
    free = Q(scan_leased_until__isnull=True) | Q(scan_leased_until__lte=now)
    waiting = Attachment.objects.filter(free, scan=Attachment.Scan.WAITING).order_by("confirmed_at", "pk")
    rows = list(waiting.select_related("ticket").select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(scan_leased_until=now + LEASE)
    return rows


def _scan(row: Attachment, now: datetime) -> bool:
    """Ask about one file and keep the answer; whether there was one."""
    try:
        verdict, name = _ask(io.BufferedReader(_Pieces(bucket.of_desk(), row), PIECE))
    except ObjectMissing:
        logger.error("File %s is not in the bucket and cannot be scanned", row.pk)
        return False
    found = Attachment.Scan.INFECTED if verdict == FOUND else Attachment.Scan.CLEAN
    with transaction.atomic():
        kept = Attachment.objects.filter(pk=row.pk, scan=Attachment.Scan.WAITING)
        kept.update(scan=found, scanned_at=now, scan_leased_until=None)
        if verdict == FOUND:
            seen = {"attachment": row.pk, "filename": row.filename, "ticket": row.ticket_id, "found": name}
            audit.note(act="file_infected", actor=None, now=now, subject_label=row.ticket.case_id, after=seen)
            alerts.tell_admins(
                key=f"infected:{row.pk}",
                subject=f"A file of {row.ticket.case_id} is kept back",
                text=f"The virus scanner found {name} in {row.filename}. Nobody can open the file.",
                now=now,
            )
    return True


def _ask(stream: io.BufferedReader) -> tuple[str, str]:
    """The scanner's verdict and what it found; raises ScannerError without one."""
    try:
        answers = _scanner().instream(stream)
    except (ClamdError, OSError) as trouble:
        raise ScannerError(type(trouble).__name__) from trouble
    verdict, name = next(iter(answers.values()), ("", ""))
    if verdict not in {FOUND, CLEAN}:
        raise ScannerError(f"it answered {verdict or 'nothing'}")
    return verdict, name or ""


def _scanner() -> ClamdNetworkSocket:
    """ClamAV by its address: `host:port`, or `unix:/path`."""
    address: str = settings.LINEUP_SCANNER
    if address.startswith("unix:"):
        return ClamdUnixSocket(address.removeprefix("unix:"), timeout=int(TIMEOUT))
    host, _, port = address.rpartition(":")
    return ClamdNetworkSocket(host, int(port), timeout=TIMEOUT)


def _tell_of_silence(why: str, now: datetime) -> None:
    """Tell the admins once an hour that files wait."""
    logger.warning("The virus scanner does not answer: %s", why)
    hour = now.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        alerts.tell_admins(
            key=f"scanner-silent:{hour.isoformat()}",
            subject="The virus scanner does not answer",
            text="Files wait for it and cannot be opened until it answers again. Everything else works.",
            now=now,
        )


class _Pieces(io.RawIOBase):
    """A file of the bucket, read in pieces as they are wanted."""

    def __init__(self, store: Bucket, row: Attachment) -> None:
        super().__init__()
        self._read, self._size, self._at = store.reader(row.s3_key), row.size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        wanted = min(len(buffer), self._size - self._at)
        piece = self._read(self._at, wanted) if wanted > 0 else b""
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
