"""Sending what waits in the outbox: claimed by lease, sent outside any transaction, then marked (N2, N3).

A crash between the mail server's acceptance and our mark repeats a mail under the same Message-ID; nothing else does.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from helpdesk import clock
from helpdesk.models import Escalation, Notification
from helpdesk.notifications import tries
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.logo import logo
from helpdesk.notifications.reach import objection
from helpdesk.notifications.render import Mail, render
from workflow.audience import Kind

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claim holds: longer than one mail can take, so that only a crash lets it lapse."""
SECONDS_A_RUN = 30
"""A run ends by then, so that its worker is not stopped in the middle of a mail; the rest waits for the next."""

MACHINE_MADE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Asks other machines not to answer (N5)."""


class ServerUnreachable(Exception):  # noqa: N818 - named after what happened
    """The mail server cannot be reached; every other mail of this run would fail the same way."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to send one mail, until the lease lapses; `now` is the moment of this try."""

    notification_id: int
    now: datetime

    @property
    def until(self) -> datetime:
        return self.now + LEASE


def deliver(notification_id: int) -> bool:
    """Send one mail if its moment has come and nobody else holds it; whether it was sent."""
    return deliver_all([notification_id]) == 1


def deliver_waiting(limit: int = 200) -> int:
    """Send what is due and nobody holds, the longest waiting first; the number sent.

    Picks up what a crash between a commit and its task left behind, and what is to be tried again.
    """
    waiting = Notification.objects.to_send(clock.now()).order_by("next_try_at", "pk")
    return deliver_all(list(waiting.values_list("pk", flat=True)[:limit]))


def deliver_all(notification_ids: Iterable[int]) -> int:
    """Send these mails over one connection; the number sent.

    One bad mail delays no other. An unreachable server or the end of the run's time leaves the rest for the next run.
    """
    stop_at = time.monotonic() + SECONDS_A_RUN
    server = get_connection()
    sent = 0
    try:
        for notification_id in notification_ids:
            if time.monotonic() >= stop_at:
                break
            sent += _deliver_one(notification_id, server)
    except ServerUnreachable as error:
        logger.warning("The mail server cannot be reached, mails wait: %s", error)
    finally:
        server.close()
    return sent


def post_plain(*, to: str, subject: str, text: str, message_id: str) -> None:
    """Hand one plain mail to the mail server now; raises what the server says. Never inside a transaction."""
    headers = {"Message-ID": message_id, **MACHINE_MADE}
    EmailMultiAlternatives(subject, text, to=[to], headers=headers).send()


def message_id(row: Notification) -> str:
    """The same for every try of this mail, so that a mail system can fold a repeated one (N3)."""
    return f"<{row.pk}.{_atom(row.key)}@{settings.LINEUP_MAIL_DOMAIN}>"


def thread_id(case_id: str) -> str:
    """What all mails about a ticket answer to; no mail carries it itself (N5)."""
    return f"<{_atom(case_id)}@{settings.LINEUP_MAIL_DOMAIN}>"


def _deliver_one(notification_id: int, server: BaseEmailBackend) -> bool:
    claim = _claim(notification_id)
    if claim is None:
        return False
    try:
        letter = Letter.read(notification_id)
        refused = _worn_out(letter.row) or objection(letter.row)
        message = None if refused else _message(letter.row, render(letter))
    except Exception as error:
        logger.exception("Mail %s cannot be written", notification_id)
        _mark_failed(claim, tries.in_words(error))
        return False
    if message is None:
        _mark_dead(claim, refused)
        return False
    return _send(letter.row, message, server, claim)


def _worn_out(row: Notification) -> str:
    """Why it is not tried once more though it did not fail: its tries never came to an end."""
    return "" if row.attempts <= tries.LAST_TRY else "Given up: the last tries were cut short."


def _claim(notification_id: int) -> Claim | None:
    """Take the mail in one statement that two workers cannot both win; refuses to run inside a transaction.

    The try counts from here, so that a mail that kills its worker is given up like any other.
    """
    claim = Claim(notification_id=notification_id, now=clock.now())
    with transaction.atomic(durable=True):
        mine = Notification.objects.to_send(claim.now).filter(pk=notification_id)
        won = mine.update(claimed_until=claim.until, attempts=F("attempts") + 1)
    return claim if won else None


def _send(row: Notification, message: EmailMultiAlternatives, server: BaseEmailBackend, claim: Claim) -> bool:
    try:
        _open(server)
        server.send_messages([message])
    except ServerUnreachable as error:
        _mark_failed(claim, str(error))
        raise
    except Exception as error:
        server.close()
        words = tries.in_words(error)
        logger.warning("Mail %s was not taken: %s", row.pk, words, exc_info=True)
        if tries.is_permanent(error):
            _mark_dead(claim, words)
        else:
            _mark_failed(claim, words)
        return False
    _mark_sent(row, claim)
    return True


def _open(server: BaseEmailBackend) -> None:
    """Open the connection unless it is open."""
    try:
        server.open()
    except Exception as error:
        raise ServerUnreachable(tries.in_words(error)) from error


def _message(row: Notification, mail: Mail) -> EmailMultiAlternatives:
    """One mail to one recipient; answers of machines to it are asked not to be made (N5)."""
    thread = thread_id(row.ticket.case_id)
    headers = {
        "Message-ID": message_id(row),
        "In-Reply-To": thread,
        "References": thread,
        **MACHINE_MADE,
    }
    if row.event.request_id:
        headers["X-Request-ID"] = row.event.request_id
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[row.recipient.email], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    known = logo()
    if known:
        message.mixed_subtype = "related"  # type: ignore[attr-defined]  # the stubs do not know it
        message.attach(known.part())
    return message


def _mark_sent(row: Notification, claim: Claim) -> None:
    """Whatever became of the lease: the mail is out. The escalation learns that its manager was told (E1)."""
    with transaction.atomic():
        Notification.objects.filter(pk=row.pk, state__in=Notification.UNSENT).update(
            state=Notification.State.SENT, sent_at=claim.now, claimed_until=None, last_error=""
        )
        if row.kind == Kind.ESCALATED and row.recipient_id in row.payload["escalated_to_ids"]:
            Escalation.objects.filter(ticket_id=row.ticket_id).update(email_sent=True)


def _mark_failed(claim: Claim, words: str) -> None:
    """To be tried again after a growing pause, or given up after the last try."""
    held = Notification.objects.filter(pk=claim.notification_id, claimed_until=claim.until)
    attempts = held.values_list("attempts", flat=True).first()
    if attempts is None:
        return
    pause = tries.pause_after(attempts)
    if pause is None:
        _mark_dead(claim, words)
        return
    held.update(state=Notification.State.FAILED, next_try_at=claim.now + pause, claimed_until=None, last_error=words)


def _mark_dead(claim: Claim, words: str) -> None:
    """Given up: an admin sees it with the reason."""
    Notification.objects.filter(pk=claim.notification_id, claimed_until=claim.until).update(
        state=Notification.State.DEAD, claimed_until=None, last_error=words
    )


def _atom(text: str) -> str:
    """The text as it may stand in a message id."""
    return re.sub(r"[^A-Za-z0-9-]+", ".", text).strip(".")
