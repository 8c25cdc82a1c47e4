"""A worker killed while it writes, and two workers at once, each on a connection of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from django.db import connection, connections

from helpdesk.models import ApplicationCatalog, Ticket, User
from reports.exports import runs, worker
from reports.exports.catalog import Name
from reports.models import ReportRun
from reports.tests.desk import asked, rows_of
from tests.clock import NOON
from tests.factories import AdminFactory, ApplicationFactory, ReporterFactory
from tests.serving import CHECKOUT, address_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MANY = 400
PATIENCE = 60.0


@pytest.fixture
def admin():
    return AdminFactory(name="Ada Admin")


def many_tickets(application: ApplicationCatalog, reporter: User) -> set[str]:
    """The case ids of some hundred unassigned tickets."""
    made = Ticket.objects.bulk_create(
        Ticket(
            case_id=f"N-OLD-{1001 + number}",
            application=application,
            reporter=reporter,
            title=f"Ticket {number}",
            description="x",
            priority="low",
            reported_date=NOON.date(),
            created_at=NOON,
            updated_at=NOON,
        )
        for number in range(MANY)
    )
    return {one.case_id for one in made}


def started(s3, folder: Path) -> "subprocess.Popen[bytes]":
    """A slow worker over the database of this test, whose temporary files have a folder of their own."""
    environment = {
        "DATABASE_URL": address_of(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "tests.load.served_reports",
        "S3_ENDPOINT_URL": s3.url,
        "S3_BUCKET": "lineup",
        "S3_ACCESS_KEY_ID": "key",
        "S3_SECRET_ACCESS_KEY": "secret",
        "S3_ADDRESSING_STYLE": "path",
        "TMPDIR": str(folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.reports.slow_worker"], cwd=CHECKOUT, env=os.environ | environment
    )


def test_a_report_survives_the_worker_that_is_killed_in_the_middle_of_it(admin, s3, clock, tmp_path):
    wanted = many_tickets(ApplicationFactory(code="OLD"), ReporterFactory())
    run = runs.ask(asked=asked(admin), name=Name.TICKETS, file_type="xlsx", rows=MANY)
    folder = tmp_path / "left"
    folder.mkdir()
    killed = started(s3, folder)
    deadline = time.monotonic() + PATIENCE
    while not 0 < ReportRun.objects.get(pk=run.pk).rows_done < MANY:
        assert time.monotonic() < deadline
        assert killed.poll() is None
        time.sleep(0.05)

    os.kill(killed.pid, signal.SIGKILL)
    killed.wait(PATIENCE)

    run.refresh_from_db()
    assert (run.state, 0 < run.rows_done < MANY) == ("running", True)
    assert list(folder.iterdir()) == []
    clock.set(datetime.now(UTC) + timedelta(minutes=3))
    assert worker.call_waiting(clock.moment) == 1
    assert worker.write_next(clock.moment) == 1
    run.refresh_from_db()
    assert (run.state, run.attempts, run.rows_done) == ("ready", 2, MANY)
    content = requests.get(runs.download_link(actor=admin, run_id=run.pk, now=clock.moment), timeout=10).content
    cases = [row["Case"] for row in rows_of(content)]
    assert (len(cases), set(cases)) == (MANY, wanted)


def test_two_reports_at_once_are_both_written_each_by_one_worker(admin, s3, clock):
    many_tickets(ApplicationFactory(code="OLD"), ReporterFactory())
    asked_for = [
        runs.ask(asked=asked(admin), name=Name.TICKETS, file_type=file_type, rows=MANY) for file_type in ("xlsx", "csv")
    ]
    written: list[int] = []
    together = threading.Barrier(4)

    def work() -> None:
        try:
            together.wait(PATIENCE)
            written.append(worker.write_next(clock.moment))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(PATIENCE)
    while worker.write_next(clock.moment):
        written.append(1)

    assert sum(written) == 2
    assert [(one.state, one.attempts, one.rows_done) for one in ReportRun.objects.order_by("pk")] == [
        ("ready", 1, MANY)
    ] * 2
    assert sorted(stored.key for stored in s3.store.objects("lineup")) == sorted(
        ReportRun.objects.get(pk=one.pk).s3_key for one in asked_for
    )
