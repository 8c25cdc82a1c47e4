"""Sending the mails to the admins that belong to no ticket; the same promises as for tickets' mails (N2, N3)."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from helpdesk import clock
from helpdesk.models import AdminAlert
from helpdesk.notifications import delivery, tries

logger = logging.getLogger(__name__)


def deliver_alerts(limit: int = 50) -> int:
    """Send what is due, the longest waiting first; the number sent. A failing one is tried again with growing pauses."""
    waiting = AdminAlert.objects.to_send(clock.now()).order_by("next_try_at", "pk")
    return sum([_deliver_one(alert) for alert in waiting[:limit]])


def _deliver_one(alert: AdminAlert) -> bool:
    now = clock.now()
    if not _claim(alert, now):
        return False
    try:
        delivery.post_plain(to=alert.address, subject=alert.subject, text=alert.text, message_id=_message_id(alert))
    except Exception as error:
        words = tries.in_words(error)
        pause = None if tries.is_permanent(error) else tries.pause_after(alert.attempts + 1)
        logger.warning("Alert %s was not taken: %s", alert.pk, words, exc_info=True)
        mine = AdminAlert.objects.filter(pk=alert.pk, next_try_at=now + delivery.LEASE)
        mine.update(next_try_at=now + pause if pause else None, last_error=words)
        return False
    AdminAlert.objects.filter(pk=alert.pk).update(sent_at=now, next_try_at=None, last_error="")
    return True


def _claim(alert: AdminAlert, now: datetime) -> bool:
    """Take it in one statement that two workers cannot both win; it comes up again when the lease lapses."""
    with transaction.atomic(durable=True):
        seen = AdminAlert.objects.filter(pk=alert.pk, next_try_at=alert.next_try_at)
        return seen.update(next_try_at=now + delivery.LEASE, attempts=F("attempts") + 1) == 1


def _message_id(alert: AdminAlert) -> str:
    """The same for every try of this mail."""
    return f"<alert.{alert.pk}@{settings.LINEUP_MAIL_DOMAIN}>"
