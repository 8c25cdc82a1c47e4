"""The outbox: who sends which mail, when and once (N2-N5); against a real mail server."""

from datetime import timedelta

import pytest
from django.db import transaction

from helpdesk.models import Notification
from helpdesk.notifications import delivery
from helpdesk.notifications.delivery import LEASE, deliver, deliver_all, deliver_waiting
from helpdesk.tests.notifications.samples import a_row, state_of
from tests.clock import NOON

pytestmark = pytest.mark.django_db
State = Notification.State


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


def test_every_try_carries_the_same_message_id(server, row):
    deliver(row.pk)
    Notification.objects.filter(pk=row.pk).update(state=State.QUEUED, sent_at=None)
    deliver(row.pk)

    first, second = (sent["Message-ID"] for _, sent in server.taken)
    assert first == second


def test_a_run_ends_before_its_worker_is_stopped(server, row, monkeypatch):
    a_row("assigned", ticket=row.ticket)
    monkeypatch.setattr(delivery, "SECONDS_A_RUN", 0)

    assert deliver_waiting() == 0
    assert state_of(row) == (State.QUEUED, 0)


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
