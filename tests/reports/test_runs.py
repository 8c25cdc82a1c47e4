"""A report that is prepared: asked for once, written, kept for a day and fetched by a link; by admins alone, each act written down."""

import json
from datetime import timedelta

import pytest
import requests
from django_q.models import OrmQ

from helpdesk.models import AuditEvent
from helpdesk.services import housekeeping
from project.demo.s3_faults import Fault
from reports.exports import runs, worker
from reports.exports.catalog import Name
from reports.exports.workbook import MOST_ROWS
from reports.models import ReportRun
from reports.tests.desk import asked, rows_of
from tests.factories import AdminFactory, SM1Factory, a_ticket
from tests.reports.asking import acts, ask, keys
from workflow.errors import (
    ReportEmpty,
    ReportFinished,
    ReportMissing,
    ReportNotReady,
    ReportTooLong,
    RoleNeeded,
    StorageUnavailable,
)

pytestmark = pytest.mark.django_db

State = ReportRun.State


@pytest.fixture
def admin():
    return AdminFactory(name="Ada Admin")


def test_a_report_asked_for_is_written_kept_and_fetched_by_a_link(admin, s3, clock):
    tickets = [a_ticket() for _ in range(3)]
    run = ask(admin)

    assert worker.write_next(clock.moment) == 1

    run.refresh_from_db()
    assert (run.state, run.rows_done, run.attempts, run.trouble) == (State.READY, 3, 1, "")
    assert run.expires_at == clock.moment + timedelta(days=1)
    assert keys(s3) == [run.s3_key]
    assert run.s3_key.startswith("reports/2026/03/04/")
    answer = requests.get(runs.download_link(actor=admin, run_id=run.pk, now=clock.moment), timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="lineup-tickets-2026-03-04-1300.xlsx"'
    )
    assert {row["Case"] for row in rows_of(answer.content)} == {ticket.case_id for ticket in tickets}
    assert len(answer.content) == run.size
    assert acts() == ["report_exported", "report_fetched"]
    told = AuditEvent.objects.get(act="report_exported")
    assert (told.actor, told.subject_label, told.after) == (admin, "Tickets", {"as": "xlsx", "rows": 3})


def test_csv_is_kept_as_mere_bytes(admin, s3, clock):
    a_ticket()
    run = ask(admin, file_type="csv")
    worker.write_next(clock.moment)

    answer = requests.get(runs.download_link(actor=admin, run_id=run.pk, now=clock.moment), timeout=10)

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.content.startswith(b"\xef\xbb\xbfCase,")


def test_a_report_asked_for_twice_is_written_once(admin, s3):
    first = ask(admin, shown="open")

    assert ask(admin, shown="open") == first
    assert ask(admin) != first
    assert ask(AdminFactory(), shown="open") != first
    assert acts() == ["report_exported"] * 3


def test_a_worker_is_sent_with_time_enough(admin):
    ask(admin)

    sent = OrmQ.objects.get().task
    assert (sent["func"], sent["timeout"]) == (runs.WRITE, runs.LONGEST_TASK)


def test_what_is_over_is_neither_cancelled_nor_fetched(admin, s3, clock):
    a_ticket()
    run = ask(admin)
    with pytest.raises(ReportNotReady, match="waiting"):
        runs.download_link(actor=admin, run_id=run.pk, now=clock.moment)
    worker.write_next(clock.moment)

    with pytest.raises(ReportFinished, match="ready"):
        runs.cancel(actor=admin, run_id=run.pk, now=clock.moment)
    with pytest.raises(ReportNotReady, match="deleted after a day"):
        runs.download_link(actor=admin, run_id=run.pk, now=clock.forward(days=1))
    for act in (runs.cancel, runs.download_link):
        with pytest.raises(ReportMissing):
            act(actor=admin, run_id=run.pk + 1, now=clock.moment)
    assert acts() == ["report_exported"]


def test_files_go_after_a_day_and_reports_are_forgotten_after_a_month(admin, s3, clock):
    a_ticket()
    run = ask(admin)
    worker.write_next(clock.moment)

    assert worker.sweep_files(clock.forward(hours=23, minutes=59)) == 0
    assert worker.sweep_files(clock.forward(minutes=1)) == 1

    run.refresh_from_db()
    assert (run.state, run.s3_key, keys(s3)) == (State.EXPIRED, "", [])
    assert worker.sweep_files(clock.forward(days=28)) == 0
    assert ReportRun.objects.filter(pk=run.pk).exists()
    worker.sweep_files(clock.forward(days=1))
    assert not ReportRun.objects.filter(pk=run.pk).exists()


def test_files_stay_named_while_s3_is_silent(admin, s3, clock):
    a_ticket()
    run = ask(admin)
    worker.write_next(clock.moment)
    s3.faults.set(Fault.BUSY)

    assert worker.sweep_files(clock.forward(days=40)) == 0
    s3.faults.clear()

    assert ReportRun.objects.get(pk=run.pk).s3_key != ""
    assert worker.sweep_files(clock.moment) == 1
    assert keys(s3) == []


def test_objects_no_report_knows_are_cleared_and_the_files_of_tickets_left_alone(admin, s3, clock):
    a_ticket()
    ask(admin)
    worker.write_next(clock.moment)
    (known,) = keys(s3)
    for key in ("reports/2026/03/01/stray.xlsx", "2026/03/04/N-EXP-1001/file.png"):
        upload = s3.store.receive("lineup", Body(b"x"), 1)
        s3.store.keep("lineup", key, upload, content_type="x/y", stored_at=s3.now(), only_new=True, encryption="")

    assert worker.sweep_strays(s3.now()) == 0
    assert worker.sweep_strays(s3.now() + timedelta(days=3)) == 1

    assert keys(s3) == ["2026/03/04/N-EXP-1001/file.png", known]
    assert housekeeping.reconcile(delete=False).strays == ["2026/03/04/N-EXP-1001/file.png"]


class Body:
    """A body to read once."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self, size: int = -1) -> bytes:
        piece, self.content = self.content, b""
        return piece


def test_a_file_is_not_linked_to_while_s3_is_silent_or_has_lost_it(admin, s3, clock):
    a_ticket()
    run = ask(admin)
    worker.write_next(clock.moment)
    s3.faults.set(Fault.BUSY)
    with pytest.raises(StorageUnavailable):
        runs.download_link(actor=admin, run_id=run.pk, now=clock.moment)
    s3.faults.clear()
    s3.store.delete("lineup", ReportRun.objects.get().s3_key)

    with pytest.raises(ReportNotReady, match="no longer in the file store"):
        runs.download_link(actor=admin, run_id=run.pk, now=clock.moment)

    assert acts() == ["report_exported"]


def test_reports_are_for_admins_at_every_step(admin, s3, clock):
    master = SM1Factory()
    run = ask(admin)

    for refused in (
        lambda: ask(master),
        lambda: runs.note_export(asked=asked(master), name=Name.TICKETS, file_type="csv", rows=1),
        lambda: runs.cancel(actor=master, run_id=run.pk, now=clock.moment),
        lambda: runs.download_link(actor=master, run_id=run.pk, now=clock.moment),
    ):
        with pytest.raises(RoleNeeded):
            refused()
    assert acts() == ["report_exported"]


def test_who_is_no_admin_any_more_gets_no_report(admin, s3, clock):
    a_ticket()
    run = ask(admin)
    admin.user_roles.all().delete()

    assert worker.write_next(clock.moment) == 0

    run.refresh_from_db()
    assert (run.state, "Admin" in run.trouble, keys(s3)) == (State.FAILED, True, [])


def test_nothing_and_too_much_are_refused_in_words(admin, monkeypatch):
    with pytest.raises(ReportEmpty):
        runs.counted(asked(admin), Name.TICKETS)
    a_ticket()
    a_ticket()
    monkeypatch.setattr(runs, "MOST", 1)
    with pytest.raises(ReportTooLong, match="2 rows, and a sheet holds 1"):
        runs.counted(asked(admin), Name.TICKETS)


def test_a_sheet_holds_the_longest_report():
    assert runs.MOST < MOST_ROWS


def test_no_link_and_no_row_is_kept_with_a_report(admin, s3, clock):
    a_ticket(title="Secret words of a ticket")
    run = ask(admin)
    worker.write_next(clock.moment)
    runs.download_link(actor=admin, run_id=run.pk, now=clock.moment)

    kept = json.dumps([list(ReportRun.objects.values()), list(AuditEvent.objects.values())], default=str)
    assert "Signature" not in kept
    assert "Secret words" not in kept
