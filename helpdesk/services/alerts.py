"""Mails to all admins about the desk itself, written in the transaction of what they tell (N2)."""

import logging
from datetime import datetime

from django.conf import settings
from django_q.tasks import async_task

from helpdesk.models import AdminAlert, User
from workflow.roles import Role
from workflow.texts import clean_line, clean_text

logger = logging.getLogger(__name__)

DELIVER = "helpdesk.tasks.deliver_alerts"


def tell_admins(*, key: str, subject: str, text: str, now: datetime) -> int:
    """One plain mail to every active admin, sent once the transaction stands; the number of admins told.

    The same key tells nobody twice. Without an admin who has an e-mail address it goes to the contact of the settings.
    """
    addresses = _addresses()
    if not addresses:
        logger.error("No admin can be told: %s", subject)
    rows = [
        AdminAlert(
            key=key[:120],
            address=address,
            subject=clean_line(subject)[:160],
            text=clean_text(text),
            created_at=now,
            next_try_at=now,
        )
        for address in addresses
    ]
    AdminAlert.objects.bulk_create(rows, ignore_conflicts=True)
    async_task(DELIVER)
    return len(rows)


def _addresses() -> list[str]:
    admins = User.objects.active().holding(Role.ADMIN).exclude(email="")
    found = sorted(set(admins.values_list("email", flat=True)))
    contact = str(settings.LINEUP_ADMIN_CONTACT)
    return found or ([contact] if "@" in contact else [])
