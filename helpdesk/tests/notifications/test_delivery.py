"""The outbox: queued, sent, failed and tried again, dead (N2-N5); against a real mail server."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction

from helpdesk.models import Escalation, Notification, Ticket
from helpdesk.notifications import delivery
from helpdesk.notifications.delivery import LEASE, deliver, deliver_all, deliver_waiting
from helpdesk.notifications.tries import LAST_TRY
from helpdesk.services.escalations import sweep_escalations
from helpdesk.tests.notifications.samples import a_row
from helpdesk.tests.notifications.sink import Sink
from tests.clock import NOON, HeldClock
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    a_ticket,
    in_progress,
)

pytestmark = pytest.mark.django_db
State = Notification.State


@pytest.fixture
def server(settings) -> Iterator[Sink]:
    """A mail server on loopback that the desk sends to."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 5
        yield sink


@pytest.fixture
def row() -> Notification:
    """One mail in the outbox, and nothing else there."""
    ticket = a_ticket(application=ApplicationFactory(code="EXP"))
    Notification.objects.all().delete()
    return a_row("assigned", ticket=ticket, recipient=SM1Factory(name="Sam Master", email="sam@corp.example"))


def state_of(row: Notification) -> tuple[str, int]:
    row.refresh_from_db()
    return row.state, row.attempts


def test_deliver_sends_one_mail_to_one_person_with_our_headers(server, row):
    assert deliver(row.pk) is True

    ((to, sent),) = server.taken
    assert to == ["sam@corp.example"]
    assert sent["To"] == "sam@corp.example"
    assert sent["Subject"] == f"[{row.ticket.case_id}] Assigned to you: The export stops"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["X-Auto-Response-Suppress"] == "All"
    assert sent["Message-ID"] == f"<{row.pk}.{row.key.replace(':', '.')}@lineup.local>"
    assert sent["In-Reply-To"] == sent["References"] == "<N-EXP-1001@lineup.local>"
    assert sent["Reply-To"] is None
    assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]


def test_deliver_marks_what_was_sent(server, row, clock):
    clock.forward(minutes=3)

    deliver(row.pk)

    row.refresh_from_db()
    assert (row.state, row.delivered, row.attempts) == (State.SENT, True, 1)
    assert row.sent_at == NOON + timedelta(minutes=3)
    assert row.claimed_until is None


@pytest.mark.parametrize("state", [State.SENT, State.DEAD])
def test_deliver_leaves_what_is_done_alone(state, server, row):
    Notification.objects.filter(pk=row.pk).update(state=state, sent_at=NOON if state == State.SENT else None)

    assert deliver(row.pk) is False
    assert server.taken == []


def test_deliver_waits_for_its_moment(server, row, clock):
    Notification.objects.filter(pk=row.pk).update(next_try_at=NOON + timedelta(minutes=2))

    assert deliver(row.pk) is False
    assert deliver_waiting() == 0

    clock.forward(minutes=2)
    assert deliver_waiting() == 1


def test_deliver_leaves_what_another_worker_holds_until_its_lease_lapses(server, row, clock):
    Notification.objects.filter(pk=row.pk).update(claimed_until=NOON + LEASE)

    assert deliver(row.pk) is False

    clock.forward(seconds=LEASE.total_seconds() + 1)
    assert deliver(row.pk) is True
    assert len(server.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_deliver_refuses_to_run_inside_a_transaction(server, row):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver(row.pk)

    assert server.taken == []
    assert state_of(row) == (State.QUEUED, 0)


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


def test_every_try_carries_the_same_message_id(server, row):
    deliver(row.pk)
    Notification.objects.filter(pk=row.pk).update(state=State.QUEUED, sent_at=None)
    deliver(row.pk)

    first, second = (sent["Message-ID"] for _, sent in server.taken)
    assert first == second


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


def test_a_run_ends_before_its_worker_is_stopped(server, row, monkeypatch):
    a_row("assigned", ticket=row.ticket)
    monkeypatch.setattr(delivery, "SECONDS_A_RUN", 0)

    assert deliver_waiting() == 0
    assert state_of(row) == (State.QUEUED, 0)


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


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "Not sent: the recipient is no longer active."),
        ({"email": ""}, "Not sent: no e-mail address of the recipient is known."),
        ({"email": "a@corp.example, b@corp.example"}, "Not sent: the e-mail address of the recipient is not valid."),
        (
            {"email": "a@corp.example\nBcc: b@corp.example"},
            "Not sent: the e-mail address of the recipient is not valid.",
        ),
    ],
)
def test_who_cannot_get_mail_at_sending_time_gets_none(change, reason, row):
    type(row.recipient).objects.filter(pk=row.recipient_id).update(**change)

    assert deliver(row.pk) is False

    assert state_of(row) == (State.DEAD, 1)
    assert row.last_error == reason
    assert mail.outbox == []


def test_who_may_not_see_the_ticket_any_more_gets_no_mail(row):
    row.recipient.user_roles.update(decision="withdrawn")

    assert deliver(row.pk) is False

    assert state_of(row) == (State.DEAD, 1)
    assert row.last_error == "Not sent: the recipient may no longer see the ticket."
    assert mail.outbox == []


@pytest.mark.parametrize(("sample", "sent"), [("commented", True), ("commented internally", False)])
def test_internal_comments_are_never_sent_to_someone_who_is_only_the_reporter(sample, sent):
    ticket = a_ticket()

    assert deliver(a_row(sample, ticket=ticket, recipient=ticket.reporter).pk) is sent
    assert len(mail.outbox) == sent


def test_a_reporter_who_is_also_staff_gets_internal_comments():
    ticket = a_ticket(reporter=ReporterFactory(roles=["reporter", "sm1"]))

    assert deliver(a_row("commented internally", ticket=ticket, recipient=ticket.reporter).pk) is True


def an_escalated_ticket(clock: HeldClock, *, with_authority: bool) -> Ticket:
    engineer = EngineerFactory(reporting_authority=RAFactory() if with_authority else None)
    ticket = in_progress(engineer=engineer, minutes=30)
    Notification.objects.all().delete()
    sweep_escalations(clock.forward(minutes=31))
    return ticket


@pytest.mark.parametrize("with_authority", [True, False])
def test_an_escalation_knows_that_its_mail_went_out(with_authority, clock):
    other_authority, master = RAFactory(), SM1Factory()
    ticket = an_escalated_ticket(clock, with_authority=with_authority)
    escalation = Escalation.objects.get(ticket=ticket)
    to_master = ticket.notifications.get(recipient=master)
    to_authority = ticket.notifications.get(recipient=escalation.escalated_to or other_authority)

    assert deliver(to_master.pk) is True
    escalation.refresh_from_db()
    assert escalation.email_sent is False

    assert deliver(to_authority.pk) is True
    escalation.refresh_from_db()
    assert escalation.email_sent is True


def test_deliver_waiting_takes_the_longest_waiting_first_up_to_its_limit(row):
    rows = [
        a_row("assigned", ticket=row.ticket, next_try_at=NOON - timedelta(minutes=minutes)) for minutes in (1, 9, 5)
    ]

    assert deliver_waiting(limit=2) == 2

    assert [state_of(one)[0] for one in rows] == [State.QUEUED, State.SENT, State.SENT]
    assert state_of(row)[0] == State.QUEUED


def test_deliver_all_survives_rows_that_are_gone(row):
    assert deliver_all([row.pk + 1_000_000, row.pk]) == 1


def test_a_mail_takes_at_most_nine_statements(row, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        deliver(row.pk)


def test_an_admin_in_place_of_missing_scrum_masters_is_told_so():
    admin = AdminFactory(email="ada@corp.example")
    ticket = a_ticket()

    assert deliver_waiting() == 2

    to_admin = next(sent for sent in mail.outbox if sent.to == [admin.email])
    assert "You get this mail as an admin because the desk has no active scrum master." in to_admin.body
    assert ticket.case_id in to_admin.subject


def test_somebody_without_any_role_gets_no_mail(row):
    stranger = a_row("assigned", ticket=row.ticket, recipient=UserFactory())

    assert deliver(stranger.pk) is False
    assert state_of(stranger) == (State.DEAD, 1)
