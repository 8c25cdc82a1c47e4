"""What the worker runs: mails by id, and the tick of which no part stops another."""

from datetime import datetime, timedelta

import pytest
from django.core import mail

from helpdesk.models import Escalation, Notification
from helpdesk.notifications import alerts, delivery
from helpdesk.services import escalations, reminders, staleness
from helpdesk.tasks import deliver, tick
from helpdesk.tests.notifications.samples import a_row
from tests.clock import NOON, HeldClock
from tests.factories import EngineerFactory, RAFactory, SM1Factory, a_ticket, in_progress
from workflow.states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_outbox() -> None:
    Notification.objects.all().delete()


def test_deliver_sends_the_mails_it_is_given_and_no_others():
    ticket = a_ticket()
    first, second, third = (a_row("assigned", ticket=ticket) for _ in range(3))

    assert deliver(first.pk, third.pk) == 2

    second.refresh_from_db()
    assert second.state == Notification.State.QUEUED
    assert len(mail.outbox) == 2


def test_deliver_again_sends_nothing():
    row = a_row("assigned")

    assert (deliver(row.pk), deliver(row.pk)) == (1, 0)


def test_tick_escalates_reminds_flags_and_sends(clock: HeldClock):
    master = SM1Factory()
    late = in_progress(engineer=EngineerFactory(reporting_authority=RAFactory()), minutes=30)
    near = in_progress(minutes=60)
    forgotten = a_ticket(priority="high")
    Notification.objects.all().delete()
    clock.forward(minutes=45)

    counts = tick()

    for ticket in (late, near, forgotten):
        ticket.refresh_from_db()
    assert (late.status, near.status) == (Status.ESCALATED, Status.IN_PROGRESS)
    assert counts == {
        "failed": 0, "escalations": 1, "reminders": 1, "stale": 1, "refusals": 0, "mails": Notification.objects.count(),
        "alerts": 0,
    }  # fmt: skip
    assert {(sent.kind, sent.ticket_id) for sent in master.notifications.all()} == {
        ("escalated", late.pk),
        ("stale", forgotten.pk),
    }
    assert set(Notification.objects.values_list("state", flat=True)) == {Notification.State.SENT}
    assert tick() == {"failed": 0, "escalations": 0, "reminders": 0, "stale": 0, "refusals": 0, "mails": 0, "alerts": 0}


def test_after_three_hours_without_a_worker_one_tick_catches_up_and_the_next_has_nothing_to_do(clock: HeldClock):
    """S3: what passed escalates once without a late reminder, what is near is reminded of, and nothing is done twice."""
    master, authority = SM1Factory(), RAFactory()
    passed, near = (
        [
            in_progress(by=master, engineer=EngineerFactory(reporting_authority=authority), minutes=first + number)
            for number in range(10)
        ]
        for first in (60, 185)
    )
    clock.forward(hours=3)

    first, second = tick(), tick()

    assert (first["escalations"], first["reminders"], first["failed"]) == (10, 10, 0)
    assert (second["escalations"], second["reminders"], second["mails"]) == (0, 0, 0)
    assert {row.ticket_id for row in Notification.objects.filter(kind="due_soon")} == {ticket.pk for ticket in near}
    assert {row.ticket_id for row in Escalation.objects.all()} == {ticket.pk for ticket in passed}
    assert Notification.objects.exclude(state=Notification.State.SENT).count() == 0


@pytest.mark.parametrize(
    ("module", "name", "part"),
    [
        (escalations, "sweep_escalations", "escalations"),
        (reminders, "sweep_reminders", "reminders"),
        (staleness, "sweep_stale", "stale"),
        (delivery, "deliver_waiting", "mails"),
        (alerts, "deliver_alerts", "alerts"),
    ],
)
def test_a_failing_part_stops_no_other(module, name, part, monkeypatch, caplog):
    def fail(*_: object) -> int:
        raise RuntimeError("No such day.")

    a_ticket(priority="high")
    monkeypatch.setattr(module, name, fail)

    counts = tick()

    assert counts["failed"] == 1
    assert set(counts) == {"failed", "escalations", "reminders", "stale", "refusals", "mails", "alerts"} - {part}
    assert f"The part {part} of the tick failed" in caplog.text


def test_tick_passes_one_moment_to_every_sweep(monkeypatch):
    seen: list[datetime] = []
    for module, name in (
        (escalations, "sweep_escalations"),
        (reminders, "sweep_reminders"),
        (staleness, "sweep_stale"),
    ):
        monkeypatch.setattr(module, name, lambda now: seen.append(now) or 0)

    tick()

    assert seen == [NOON] * 3


def test_tick_picks_up_mails_whose_task_was_lost(empty_outbox):
    row = a_row("assigned", ticket=a_ticket(), next_try_at=NOON - timedelta(minutes=1))

    assert tick()["mails"] >= 1

    row.refresh_from_db()
    assert row.state == Notification.State.SENT
