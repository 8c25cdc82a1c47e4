"""Nothing lies in the bucket that no ticket has, and no ticket names a file that is not there (F5)."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models.functions import Collate

from helpdesk import clock
from helpdesk.models import Attachment, DiscardedObject
from helpdesk.selectors.files import DAY
from helpdesk.services import alerts, bucket, discarding
from helpdesk.services.bucket import in_desk_words
from helpdesk.services.tickets import reported_on
from storage.errors import ObjectMissing
from storage.keys import REPORTS_FOLDER

BATCH = 200
NAMED_IN_MAIL = 50
State = Attachment.State
IN_BUCKET, ON_TICKET = "in the bucket", "on a ticket"


@dataclass(kw_only=True)
class Findings:
    """What does not fit together: objects without a file, files without an object, and how many of the former were deleted."""

    strays: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    deleted: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether bucket and tickets say the same."""
        return not (self.strays or self.lost)


def sweep_unconfirmed(now: datetime) -> int:
    """Forget uploads that were not confirmed within a day; how many. Whatever arrived of them is deleted after it."""
    old = Attachment.objects.filter(state=State.PENDING, uploaded_at__lte=now - DAY).order_by("uploaded_at", "pk")
    return sum(discarding.discard(row, now) for row in old[:BATCH])


def reconcile(*, delete: bool, days: int | None = None) -> Findings:
    """Compare the bucket with the tickets both ways, and delete objects without a file when asked to.

    Of the tickets reported in the last so many `days`, else of all.
    Reads both in the order of their keys, so that a million files need no memory. A row comes before its object and goes
    before it, so what looks wrong is looked at once more before it is believed. Lost files are told to the admins.
    Raises StorageUnavailable.
    """
    found, now = Findings(), clock.now()
    with in_desk_words():
        for key, where in _keys(_folders(days, now)):
            if where == {IN_BUCKET} and not _is_known(key):
                found.strays.append(key)
                if delete:
                    bucket.of_desk().delete(key)
                    found.deleted += 1
            elif where == {ON_TICKET} and not _is_there(key):
                found.lost.append(key)
    if found.lost:
        _tell_of_lost(found, now)
    return found


def _folders(days: int | None, now: datetime) -> list[str]:
    """The folders of these days, oldest first (F1); all of the bucket without a number."""
    if days is None:
        return [""]
    today = reported_on(now)
    return [f"{today - timedelta(days=ago):%Y/%m/%d}/" for ago in range(days, -1, -1)]


def _keys(folders: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    """Every key that either side knows, and which sides know it; files on their way are expected nowhere."""
    for folder in folders:
        listed = bucket.of_desk().list_keys(folder)
        objects = ((line.key, IN_BUCKET) for line in listed if not line.key.startswith(REPORTS_FOLDER))
        confirmed = Attachment.objects.filter(state=State.CONFIRMED, s3_key__startswith=folder)
        in_order = confirmed.order_by(Collate("s3_key", "C")).values_list("s3_key", flat=True)
        files = ((key, ON_TICKET) for key in in_order.iterator(chunk_size=2000))
        for key, sides in groupby(heapq.merge(objects, files), key=lambda side: side[0]):
            yield key, {where for _, where in sides}


def _is_known(key: str) -> bool:
    """Whether a file has it after all, or it is discarded and about to go."""
    return Attachment.objects.filter(s3_key=key).exists() or DiscardedObject.objects.filter(s3_key=key).exists()


def _is_there(key: str) -> bool:
    try:
        bucket.of_desk().head(key)
    except ObjectMissing:
        return False
    return True


def _tell_of_lost(found: Findings, now: datetime) -> None:
    """One mail a day to the admins."""
    listed = "\n".join(found.lost[:NAMED_IN_MAIL])
    with transaction.atomic():
        alerts.tell_admins(
            key=f"files-lost:{now:%Y-%m-%d}",
            subject="Files are missing in the bucket",
            text=f"Tickets name {len(found.lost)} files that the bucket does not have, among them:\n{listed}",
            now=now,
        )
