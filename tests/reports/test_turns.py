"""Whose turn a report is: written by one worker at a time, whatever dies or is silent meanwhile, and stopped when it is cancelled."""

from datetime import timedelta

import pytest
from django_q.models import OrmQ

from project.demo.s3_faults import Fault
from reports import tasks
from reports.exports import making, runs, standing, turns, worker
from reports.exports.catalog import Name
from reports.models import ReportRun
from tests.factories import AdminFactory, a_ticket
from tests.reports.asking import acts, ask, keys

pytestmark = pytest.mark.django_db

State = ReportRun.State


@pytest.fixture
def admin():
    return AdminFactory(name="Ada Admin")


def test_one_report_is_written_at_a_time_and_the_next_is_called(admin, s3, clock):
    a_ticket()
    first, second = ask(admin, Name.TICKETS), ask(admin, Name.HISTORY)
    taken = turns.take(clock.moment)

    assert taken == first
    assert turns.take(clock.moment) is None
    turns.give_up(taken, trouble="", now=clock.moment)
    OrmQ.objects.all().delete()
    again = turns.take(clock.moment)
    assert again == second
    third = ask(admin, Name.SLA)
    turns.put_back(again, trouble="", now=clock.moment - timedelta(minutes=1))
    OrmQ.objects.all().delete()
    assert worker.write_next(clock.moment) == 1
    assert OrmQ.objects.count() == 1
    assert turns.take(clock.moment) == third


def test_a_report_whose_worker_died_is_taken_by_another_and_the_dead_one_changes_nothing(admin, s3, clock):
    a_ticket()
    run = ask(admin)
    dead = turns.take(clock.moment)
    turns.tell(dead, rows=1, now=clock.moment)

    assert turns.take(clock.forward(seconds=119)) is None
    assert worker.call_waiting(clock.moment) == 0
    assert worker.call_waiting(clock.forward(seconds=2)) == 1
    assert worker.write_next(clock.moment) == 1

    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.READY, 2)
    assert run.s3_key != dead.s3_key
    with pytest.raises(turns.Overtaken):
        turns.tell(dead, rows=2, now=clock.moment)
    with pytest.raises(turns.Overtaken):
        turns.hand_over(dead, rows=2, size=1, now=clock.moment)
    turns.put_back(dead, trouble="x", now=clock.moment)
    turns.give_up(dead, trouble="x", now=clock.moment)
    assert ReportRun.objects.get(pk=run.pk).state == State.READY


def test_a_report_whose_workers_die_again_and_again_is_given_up_in_words(admin, s3, clock):
    run = ask(admin)
    for _ in range(4):
        assert turns.take(clock.forward(minutes=3)) == run

    assert turns.take(clock.forward(minutes=3)) is None

    run.refresh_from_db()
    assert (run.state, run.trouble) == (State.FAILED, turns.INTERRUPTED)


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.BUSY, Fault.HANG])
def test_a_silent_s3_is_said_in_words_and_tried_again_until_it_speaks(admin, s3, clock, fault):
    a_ticket()
    run = ask(admin)
    s3.faults.set(fault)

    assert worker.write_next(clock.moment) == 0

    run.refresh_from_db()
    assert (run.state, run.trouble) == (State.WAITING, worker.STORE_SILENT)
    assert run.next_try_at == clock.moment + timedelta(minutes=1)
    assert worker.call_waiting(clock.moment) == 0
    s3.faults.clear()
    assert worker.call_waiting(clock.forward(minutes=1)) == 1
    assert worker.write_next(clock.moment) == 1
    run.refresh_from_db()
    assert (run.state, run.trouble) == (State.READY, "")


def test_s3_that_goes_away_before_the_upload_costs_a_try(admin, s3, clock, monkeypatch):
    a_ticket()
    run = ask(admin)
    make = making.make

    def made(*given):
        s3.faults.set(Fault.BUSY)
        return make(*given)

    monkeypatch.setattr(making, "make", made)

    assert worker.write_next(clock.moment) == 0

    run.refresh_from_db()
    assert (run.state, run.attempts, run.trouble) == (State.WAITING, 1, worker.STORE_SILENT)


def test_s3_that_stays_away_ends_the_tries_in_words(admin, s3, clock):
    run = ask(admin)
    s3.faults.set(Fault.REFUSE)

    for minutes in (0, 1, 5, 15):
        assert worker.write_next(clock.forward(minutes=minutes)) == 0

    run.refresh_from_db()
    assert (run.state, run.trouble, run.attempts) == (State.FAILED, worker.STORE_SILENT, 4)
    assert worker.call_waiting(clock.forward(days=1)) == 0


def test_a_mistake_of_ours_is_said_without_details_and_tried_again(admin, s3, clock, monkeypatch, caplog):
    run = ask(admin)
    monkeypatch.setattr(making, "make", lambda *given: 1 / 0)

    assert worker.write_next(clock.moment) == 0

    run.refresh_from_db()
    assert (run.state, run.trouble) == (State.WAITING, worker.BROKEN)
    assert "ZeroDivisionError" in caplog.text


def test_a_report_is_cancelled_between_two_steps_and_leaves_nothing(admin, s3, clock, monkeypatch):
    other = AdminFactory(name="Other Admin")
    for _ in range(3):
        a_ticket()
    run = ask(admin)
    monkeypatch.setattr(making, "STEP", 1)
    told = turns.tell

    def tell(*given, **more):
        if more["rows"] == 2:
            runs.cancel(actor=other, run_id=run.pk, now=clock.moment)
        told(*given, **more)

    monkeypatch.setattr(turns, "tell", tell)

    assert worker.write_next(clock.moment) == 0

    run.refresh_from_db()
    assert (run.state, run.rows_done, run.trouble) == (State.CANCELLED, 1, "Cancelled by Other Admin.")
    assert keys(s3) == []
    assert acts() == ["report_exported", "report_cancelled"]
    assert worker.sweep_files(clock.moment) == 1
    assert ReportRun.objects.get(pk=run.pk).s3_key == ""


def test_what_an_overtaken_worker_had_sent_already_is_deleted(admin, s3, clock, monkeypatch):
    a_ticket()
    run = ask(admin)
    hand_over = turns.hand_over

    def late(*given, **more):
        runs.cancel(actor=admin, run_id=run.pk, now=clock.moment)
        assert len(keys(s3)) == 1
        hand_over(*given, **more)

    monkeypatch.setattr(turns, "hand_over", late)

    assert worker.write_next(clock.moment) == 0

    assert (ReportRun.objects.get(pk=run.pk).state, keys(s3)) == (State.CANCELLED, [])


def test_the_page_says_who_is_at_a_report_that_waits(admin, clock):
    first, second = ask(admin, Name.TICKETS), ask(admin, Name.HISTORY)

    def said(run: ReportRun) -> str:
        busy = ReportRun.objects.being_written(clock.moment).exists()
        return standing.standing_of(ReportRun.objects.get(pk=run.pk), clock.moment, busy=busy)

    assert (said(first), said(second)) == (standing.SOON, standing.SOON)
    clock.forward(seconds=61)
    assert (said(first), said(second)) == (standing.NO_WORKER, standing.NO_WORKER)
    taken = turns.take(clock.moment)
    assert (said(first), said(second)) == ("", standing.BEHIND)
    clock.forward(seconds=181)
    assert (said(first), said(second)) == (standing.SILENT, standing.NO_WORKER)
    turns.put_back(taken, trouble="S3 is away.", now=clock.moment)
    assert said(first) == ""
    turns.give_up(turns.take(clock.forward(minutes=1)), trouble="x", now=clock.moment)
    assert said(first) == ""


def test_tending_and_clearing_twice_change_nothing_more(admin, s3, clock):
    a_ticket()
    ask(admin)

    assert [tasks.write_report(), tasks.write_report()] == [1, 0]
    assert [tasks.tend_reports(), tasks.tend_reports()] == [{"waiting": 0, "deleted": 0}] * 2
    clock.forward(days=1)
    assert [tasks.tend_reports()["deleted"], tasks.tend_reports()["deleted"]] == [1, 0]
    assert [tasks.clear_reports(), tasks.clear_reports()] == [0, 0]
    assert keys(s3) == []
