"""Uploads that are refused or given up leave nothing behind: the desk forgets them at once, the worker deletes what lies there.

The web servers may not delete at S3 (A11), so that whoever gets hold of one deletes no file of anybody.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django_q.tasks import async_task

from helpdesk import trace
from helpdesk.models import Attachment, DiscardedObject
from helpdesk.services import bucket
from storage.errors import StorageDown

logger = logging.getLogger(__name__)

DELETE = "helpdesk.tasks.delete_discarded"
BATCH = 200


@transaction.atomic
def discard(row: Attachment, now: datetime) -> bool:
    """Forget an upload unless it was confirmed or forgotten meanwhile; whether it was this call that did.

    From here on nobody can have it. A confirmation at the same moment finds no row, or this finds it confirmed.
    """
    deleted, _ = Attachment.objects.filter(pk=row.pk, state=Attachment.State.PENDING).delete()
    if deleted:
        last_at = now + timedelta(seconds=bucket.LONGEST_LINK)
        DiscardedObject.objects.create(s3_key=row.s3_key, last_at=last_at)
        async_task(DELETE, row.s3_key, asked_by=trace.request_id.get())
    return bool(deleted)


def delete_now(key: str) -> bool:
    """Delete what lies under a discarded key; whether it is one. What S3 does not take now is deleted at its last time."""
    if not DiscardedObject.objects.filter(s3_key=key).exists():
        return False
    try:
        bucket.of_desk().delete(key)
    except StorageDown:
        logger.warning("A discarded upload stays for now: the file store does not answer")
    return True


def sweep_discarded(now: datetime) -> int:
    """Delete once more what was discarded, now that its links have ended, and forget it; how many.

    A link that was used again after the first deletion leaves nothing. When S3 does not answer, the rest waits.
    """
    gone = 0
    for one in DiscardedObject.objects.filter(last_at__lte=now).order_by("last_at", "pk")[:BATCH]:
        try:
            bucket.of_desk().delete(one.s3_key)
        except StorageDown:
            logger.warning("Discarded uploads stay for now: the file store does not answer")
            break
        one.delete()
        gone += 1
    return gone
