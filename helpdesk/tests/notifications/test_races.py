"""Two workers at once, each with a connection of its own: one mail, once (N2, N3)."""

import os
import threading
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection

from helpdesk.models import Notification
from helpdesk.notifications.delivery import deliver, deliver_waiting
from helpdesk.tests.notifications.samples import a_row
from tests.factories import SM1Factory, a_ticket

RACES = int(os.environ.get("RACES", "5"))

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], int]) -> list[int]:
    """Run the acts in threads that start together; their answers."""
    barrier, answers = threading.Barrier(len(acts)), []

    def run(act: Callable[[], int]) -> None:
        try:
            barrier.wait()
            answers.append(int(act()))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def outbox_of(count: int) -> list[Notification]:
    ticket, master = a_ticket(), SM1Factory()
    Notification.objects.all().delete()
    return [a_row("assigned", ticket=ticket, recipient=master) for _ in range(count)]


def test_two_tasks_for_one_mail_send_it_once():
    for row in outbox_of(RACES):
        mail.outbox.clear()

        assert sorted(at_once(lambda: deliver(row.pk), lambda: deliver(row.pk))) == [0, 1]  # noqa: B023

        row.refresh_from_db()
        assert len(mail.outbox) == 1
        assert (row.state, row.attempts) == (Notification.State.SENT, 1)


def test_two_ticks_share_what_waits_and_send_each_mail_once():
    for _ in range(RACES):
        rows = outbox_of(8)
        mail.outbox.clear()

        answers = at_once(deliver_waiting, deliver_waiting)

        sent = [message.extra_headers["Message-ID"] for message in mail.outbox]
        assert sum(answers) == len(sent) == len(set(sent)) == len(rows)
        assert set(Notification.objects.values_list("state", "attempts")) == {(Notification.State.SENT, 1)}
