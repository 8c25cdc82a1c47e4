"""A mail server that refuses, is silent or is away, and a worker that dies: tried again, or given up in words (N2, N3)."""

import socket
from smtplib import SMTPServerDisconnected

import pytest
from django.core.mail.backends.smtp import EmailBackend

from helpdesk.models import Notification
from helpdesk.notifications import delivery
from helpdesk.notifications.delivery import LEASE, deliver, deliver_all, deliver_waiting
from helpdesk.notifications.tries import LAST_TRY
from helpdesk.tests.notifications.samples import a_row, state_of
from tests.clock import NOON
from tests.factories import (
    SM1Factory,
)

pytestmark = pytest.mark.django_db
State = Notification.State


def test_a_temporary_refusal_is_tried_again_after_growing_pauses(server, row, clock):
    server.answer = "451 4.3.0 Try again later"
    pauses = []

    for _ in range(8):
        deliver(row.pk)
        row.refresh_from_db()
        pauses.append((row.next_try_at - clock()).total_seconds() / 60)
        clock.set(row.next_try_at)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert state_of(row) == (State.FAILED, 8)
    assert row.last_error == "SMTPDataError: 451 4.3.0 Try again later"
    assert row.claimed_until is None


def test_a_mail_that_succeeds_at_last_forgets_its_error_and_keeps_its_message_id(server, row, clock):
    server.answer = "451 4.3.0 Try again later"
    deliver(row.pk)
    server.answer = "250 2.0.0 Taken"
    clock.forward(minutes=1)

    assert deliver_waiting() == 1

    assert state_of(row) == (State.SENT, 2)
    assert row.last_error == ""


def test_after_the_last_try_it_is_dead(server, row):
    server.answer = "451 4.3.0 Try again later"
    Notification.objects.filter(pk=row.pk).update(attempts=LAST_TRY - 1, state=State.FAILED)

    deliver(row.pk)

    assert state_of(row) == (State.DEAD, LAST_TRY)
    assert row.last_error == "SMTPDataError: 451 4.3.0 Try again later"


def test_a_permanent_refusal_is_dead_at_once_and_delays_nobody_else(server, row):
    server.refused["sam@corp.example"] = "550 5.1.1 No such mailbox"
    other = a_row("assigned", ticket=row.ticket, recipient=SM1Factory(email="else@corp.example"))

    assert deliver_waiting() == 1

    assert state_of(row) == (State.DEAD, 1)
    assert row.last_error == "SMTPRecipientsRefused: 550 5.1.1 No such mailbox"
    assert state_of(other) == (State.SENT, 1)


def test_a_busy_mailbox_is_tried_again_and_delays_nobody_else(server, row):
    server.refused["sam@corp.example"] = "450 4.2.1 Mailbox busy"
    other = a_row("assigned", ticket=row.ticket, recipient=SM1Factory(email="else@corp.example"))

    assert deliver_waiting() == 1

    assert state_of(row) == (State.FAILED, 1)
    assert state_of(other) == (State.SENT, 1)


def test_a_mail_that_cannot_be_written_delays_nobody_else(server, row):
    Notification.objects.filter(pk=row.pk).update(payload={})
    other = a_row("assigned", ticket=row.ticket, recipient=SM1Factory(email="else@corp.example"))

    assert deliver_waiting() == 1

    assert state_of(row) == (State.FAILED, 1)
    assert row.last_error == "KeyError: 'starts_at'"
    assert state_of(other) == (State.SENT, 1)


def test_a_server_that_refuses_connections_fails_one_mail_and_spares_the_rest(settings, row):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", taken.getsockname()[1]
        other = a_row("assigned", ticket=row.ticket)

        assert deliver_waiting() == 0

    assert state_of(row) == (State.FAILED, 1)
    assert row.last_error == "ConnectionRefusedError: [Errno 111] Connection refused"
    assert state_of(other) == (State.QUEUED, 0)
    assert other.claimed_until is None


def test_a_server_that_does_not_answer_in_time_is_tried_again(server, settings, row):
    settings.EMAIL_TIMEOUT = 0.3
    server.pause = 1.0

    assert deliver(row.pk) is False

    assert state_of(row) == (State.FAILED, 1)
    assert row.last_error.startswith(("TimeoutError", "SMTPServerDisconnected"))


def test_a_connection_lost_in_between_is_opened_again(server, row, monkeypatch):
    other = a_row("assigned", ticket=row.ticket, recipient=SM1Factory(email="else@corp.example"))
    send, broken = EmailBackend.send_messages, []

    def lose_the_first(self, messages):
        if not broken:
            broken.append(True)
            self.connection.close()
            raise SMTPServerDisconnected("Connection unexpectedly closed")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", lose_the_first)

    assert deliver_waiting() == 1
    assert state_of(row) == (State.FAILED, 1)
    assert state_of(other) == (State.SENT, 1)


def test_a_worker_that_lost_its_claim_marks_nothing_when_it_fails(server, row, monkeypatch):
    def be_overtaken(*_: object) -> None:
        Notification.objects.filter(pk=row.pk).update(claimed_until=NOON + 2 * LEASE, attempts=2)
        raise SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr(EmailBackend, "send_messages", be_overtaken)

    assert deliver(row.pk) is False
    assert state_of(row) == (State.QUEUED, 2)
    assert row.claimed_until == NOON + 2 * LEASE


def test_a_crash_after_the_server_took_the_mail_sends_it_once_more_under_the_same_id(server, row, clock, monkeypatch):
    def crash(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as crashing:
        crashing.setattr(delivery, "_mark_sent", crash)
        with pytest.raises(SystemExit):
            deliver(row.pk)

    assert deliver_waiting() == 0
    clock.forward(seconds=LEASE.total_seconds() + 1)
    assert deliver_waiting() == 1
    assert len({sent["Message-ID"] for _, sent in server.taken}) == 1
    assert len(server.taken) == 2


def test_a_mail_that_kills_its_worker_again_and_again_is_given_up(server, row, clock, monkeypatch):
    def crash(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as crashing:
        crashing.setattr(delivery, "render", crash)
        for _ in range(LAST_TRY):
            with pytest.raises(SystemExit):
                deliver(row.pk)
            clock.forward(seconds=LEASE.total_seconds() + 1)

    assert deliver(row.pk) is False
    assert state_of(row) == (State.DEAD, LAST_TRY + 1)
    assert row.last_error == "Given up: the last tries were cut short."


def test_a_mail_whose_template_fails_is_given_up_with_words_and_stops_no_other(server, row, clock):
    broken = a_row("assigned", ticket=row.ticket, payload={"comment": "no more than this"})

    assert deliver_all([broken.pk, row.pk]) == 1
    assert state_of(broken) == (State.FAILED, 1)
    for _ in range(LAST_TRY - 1):
        clock.forward(hours=1, seconds=1)
        deliver(broken.pk)

    assert state_of(broken) == (State.DEAD, LAST_TRY)
    assert broken.last_error == "KeyError: 'starts_at'"
    assert len(server.taken) == 1
