"""Mails to all admins about the desk itself, written in the transaction of what they tell (N2)."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task

from helpdesk import trace
from helpdesk.models import AdminAlert, User
from helpdesk.services import acting, audit
from workflow.errors import MailNotGivenUp, RoleNeeded
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
    async_task(DELIVER, asked_by=trace.request_id.get())
    return len(rows)


@transaction.atomic
def send_again(*, actor: User, alert_id: int, now: datetime) -> AdminAlert:
    """Let a mail that was given up be tried once more, from the first try on, as soon as the transaction stands."""
    if not acting.current_person(actor).holds(Role.ADMIN):
        raise RoleNeeded(needs=Role.ADMIN.label)
    alert = AdminAlert.objects.given_up().select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise MailNotGivenUp
    audit.note(
        act="alert_sent_again", actor=actor, subject_label=alert.subject, after={"address": alert.address}, now=now
    )
    alert.attempts, alert.next_try_at = 0, now
    alert.save(update_fields=("attempts", "next_try_at"))
    async_task(DELIVER, asked_by=trace.request_id.get())
    return alert


def _addresses() -> list[str]:
    admins = User.objects.active().holding(Role.ADMIN).exclude(email="")
    found = sorted(set(admins.values_list("email", flat=True)))
    contact = str(settings.LINEUP_ADMIN_CONTACT)
    return found or ([contact] if "@" in contact else [])
