"""Having mails tried once more that did not get through, after what stopped them was put right (N2)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django_q.tasks import async_task

from helpdesk import trace
from helpdesk.models import AuditEvent, Notification, User
from helpdesk.models.notification import NotificationQuerySet
from helpdesk.selectors.outbox import STUCK
from helpdesk.services import acting, audit
from helpdesk.services.journal import DELIVER
from workflow.errors import NothingToSendAgain, RoleNeeded
from workflow.roles import Role

State = Notification.State
ALL_AT_ONCE = 500
"""So many given up mails are taken up by one press; a run of the worker sends about as many."""


@transaction.atomic
def send_again(*, actor: User, mail_ids: Collection[int], now: datetime) -> int:
    """Let these mails be tried at once, as soon as the transaction stands; how many. Admins only.

    One that was given up begins its day of tries anew; one that waits for its next try goes on counting. What was sent
    meanwhile, or is being sent, is left alone; refused when that is all of them. Whoever may not be told any more is not told
    now either: that is looked at again when it is sent (N4, P9).
    """
    _check_admin(actor)
    return _try_again(_stuck(now).filter(pk__in=mail_ids), actor, now)


@transaction.atomic
def send_all_again(*, actor: User, now: datetime) -> int:
    """The same for all that were given up, the oldest first and so many at a time; how many. Admins only."""
    _check_admin(actor)
    oldest = Notification.objects.filter(state=State.DEAD).order_by("created_at", "pk").values("pk")[:ALL_AT_ONCE]
    return _try_again(_stuck(now).filter(pk__in=oldest, state=State.DEAD), actor, now)


def _check_admin(actor: User) -> None:
    if not acting.current_person(actor).holds(Role.ADMIN):
        raise RoleNeeded(needs=Role.ADMIN.label)


def _stuck(now: datetime) -> NotificationQuerySet:
    """Mails that failed and that no worker holds."""
    nobodys = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    return Notification.objects.filter(nobodys, state__in=STUCK)


def _try_again(rows: NotificationQuerySet, actor: User, now: datetime) -> int:
    """Put the rows back into the queue, one row of the audit trail each, and ask the worker to send them."""
    held = list(rows.select_for_update(of=("self",)).select_related("recipient", "ticket").order_by("pk"))
    if not held:
        raise NothingToSendAgain
    AuditEvent.objects.bulk_create([_told(row, actor, now) for row in held])
    for row in held:
        row.attempts = 0 if row.state == State.DEAD else row.attempts
        row.state, row.next_try_at, row.claimed_until = State.QUEUED, now, None
    Notification.objects.bulk_update(held, ("state", "attempts", "next_try_at", "claimed_until"))
    async_task(DELIVER, *(row.pk for row in held), asked_by=trace.request_id.get())
    return len(held)


def _told(row: Notification, actor: User, now: datetime) -> AuditEvent:
    after = {"mail": row.kind, "attempts": row.attempts, "failure": row.last_error}
    return audit.row(
        act="mail_sent_again",
        actor=actor,
        now=now,
        subject=row.recipient,
        subject_label=row.ticket.case_id,
        after=after,
    )
