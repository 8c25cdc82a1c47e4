"""What the locks promise besides holding: one order for all, and sweeps that pass over what somebody holds."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Ticket, User
from helpdesk.services import locks
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.staleness import sweep_stale
from tests.clock import HeldClock
from tests.factories import EngineerFactory, a_promise, a_ticket
from tests.races.harness import track

pytestmark = pytest.mark.django_db(transaction=True)


def order_of_locking(taken: CaptureQueriesContext) -> list[str]:
    """By what each locking statement sorts its rows; the database locks them as they come."""
    locking = [query["sql"] for query in taken.captured_queries if "FOR NO KEY UPDATE" in query["sql"]]
    return [found.group(1) if (found := re.search(r"ORDER BY (.+?) FOR NO KEY", sql)) else "" for sql in locking]


def test_tickets_are_locked_in_the_order_of_their_ids() -> None:
    wanted = [a_ticket().pk for _ in range(3)]

    with transaction.atomic(), CaptureQueriesContext(connection) as taken:
        held = locks.hold_tickets(reversed(wanted))

    assert order_of_locking(taken) == [f'"{Ticket._meta.db_table}"."id" ASC']
    assert list(held) == wanted


def test_engineers_are_locked_in_the_order_of_their_ids() -> None:
    wanted = [engineer.pk for engineer in EngineerFactory.create_batch(3)]

    with transaction.atomic(), CaptureQueriesContext(connection) as taken:
        held = locks.hold_engineers(reversed(wanted))

    assert order_of_locking(taken) == [f'"{User._meta.db_table}"."id" ASC']
    assert list(held) == wanted


def test_sweeps_pass_over_a_ticket_somebody_holds_and_do_not_wait(
    clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """R1, E1, E4: they come again; meanwhile nobody's other ticket waits for this one."""
    promised, raised = a_promise(minutes=20), a_ticket()
    now = clock.forward(minutes=5)

    def swept() -> tuple[int, ...]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            later = now.replace(hour=now.hour + 9)
            return sweep_reminders(now), sweep_escalations(later), sweep_stale(later)

    with track(1) as elsewhere, transaction.atomic():
        locks.hold_tickets([promised.ticket_id, raised.pk])
        (found,) = elsewhere.race(swept)
    with track(1) as elsewhere:
        (afterwards,) = elsewhere.race(swept)

    # A sweep that waited would have run into the timeout, which it takes for a failure of that ticket and logs.
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert found == (0, 0, 0)
    assert afterwards == (1, 1, 1)
