"""Background work: what the page tells of sweeps, queue, failures, schedules and clusters, and how work is run once more."""

import pickle
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.module_loading import import_string
from django_q.models import OrmQ, Schedule, Task
from django_q.signing import SignedPackage

from helpdesk import schedules, tasks
from helpdesk.models import AuditEvent, Heartbeat
from helpdesk.schedules import TABLE
from helpdesk.selectors import jobs
from helpdesk.selectors.job_words import ASKED_FOR, PARTS, WORDS
from helpdesk.services import escalations, heartbeats
from helpdesk.services.jobs import run_again
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_logs.worker import failures, ran, real
from tests.clock import NOON, HeldClock, held
from tests.factories import AdminFactory, SM1Factory
from workflow.errors import JobMissing, RoleNeeded

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:helpdesk_heartbeat_changelist")
RUN = reverse("admin:helpdesk_heartbeat_run_again", args=("tend_files",))
SENT = {"_form_submitted": "on"}
DIALOG = {"HX-Request": "true"}


@pytest.fixture
def client():
    return browser(AdminFactory(name="Ines"))


@pytest.fixture
def read(client):
    def now() -> str:
        return client.get(PAGE).content.decode()

    return now


def test_a_desk_that_is_well_says_so(read):
    schedules.sync()
    tasks.tick()

    shown = read()

    for words in ("on time", "0</span> waiting", "1</span> alive", "Nothing failed.", "every minute", "once a day"):
        assert words in shown
    assert "there should be one every minute" not in shown
    assert shown.count("Run now") == len(TABLE)


def test_a_desk_without_a_worker_says_what_that_means(read):
    shown = read()

    for words in ("No sweep has come to its end yet.", "No cluster took any work", "Its row is gone", "sync_schedules"):
        assert words in shown


def test_a_late_sweep_is_said_after_two_minutes(read, clock: HeldClock):
    schedules.sync()
    tasks.tick()
    clock.forward(seconds=120)
    assert "there should be one every minute" not in read()

    clock.forward(seconds=1)

    assert "there should be one every minute" in read()
    assert jobs.work(clock.moment).is_late


def test_each_scheduled_work_leaves_its_sign_of_life_and_that_of_its_cluster():
    tasks.forget_calls()
    tasks.compare_counts()

    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))

    cluster = [name for name in beats if name.startswith(jobs.CLUSTER)]
    assert set(beats) == {"forget_calls", "compare_counts", *cluster}
    assert len(cluster) == 1
    assert set(beats.values()) == {NOON}


def test_what_does_not_come_to_its_end_leaves_that_of_its_cluster_only(monkeypatch):
    monkeypatch.setattr(tasks.closed_counts, "differing", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        tasks.compare_counts()

    assert [one.name.partition(":")[0] for one in Heartbeat.objects.all()] == ["cluster"]


def test_every_schedule_has_its_name_and_its_sign_of_life():
    assert set(WORDS) == {entry.name for entry in TABLE}
    assert {entry.func.rpartition(".")[2] for entry in TABLE} == {entry.name for entry in TABLE}
    beating = heartbeats.scheduled(list).__code__
    assert [entry.func for entry in TABLE if import_string(entry.func).__wrapped__.__code__ is not beating] == []
    assert set(ASKED_FOR) == set(jobs.TAKEN_UP_BY)


def test_a_failed_part_of_the_sweep_is_shown_until_a_sweep_goes_well(read, monkeypatch, clock: HeldClock):
    with monkeypatch.context() as patch:
        patch.setattr(escalations, "sweep_escalations", lambda _now: 1 / 0)
        tasks.tick()
    assert [(one.func, one.is_over) for one in failures()] == [("escalations", False)]
    assert PARTS["escalations"] in read()

    clock.forward(minutes=1)
    tasks.tick()

    assert [(one.func, one.is_over) for one in failures()] == [("escalations", True)]


def test_failures_are_one_line_a_function_with_count_and_last_error(read):
    for number in range(3):
        ran("helpdesk.tasks.tend_files", minutes=30 - number, number=number)
    ran("helpdesk.tasks.deliver", minutes=5, left=pickle.dumps("x : y\nOSError: [Errno 28] full", -1), number=9)

    found = failures()
    shown = read()

    assert [(one.func, one.count, one.error, one.is_over) for one in found] == [
        ("helpdesk.tasks.deliver", 1, "OSError: [Errno 28] full", False),
        ("helpdesk.tasks.tend_files", 3, "ConnectionRefusedError: [Errno 111] Connection refused", False),
    ]
    assert [one.entry.name for one in found if one.entry] == ["tick", "tend_files"]
    for words in ("3 times since", "still failing", "Mails of one act", "[Errno 28] full"):
        assert words in shown


def test_a_failure_is_over_once_what_takes_it_up_ran_well(clock: HeldClock):
    ran("helpdesk.tasks.deliver", minutes=5)
    Heartbeat.objects.create(name="tick", beat_at=held.moment - timedelta(minutes=6))
    assert [one.is_over for one in failures()] == [False]

    Heartbeat.objects.update(beat_at=held.moment - timedelta(minutes=4))

    assert [one.is_over for one in failures()] == [True]


def test_what_no_release_knows_is_shown_and_cannot_be_run(read):
    ran("os.system")

    assert [(one.entry, one.is_over) for one in failures()] == [(None, True)]
    assert "This release has no such work" in read()
    assert "Run again" not in read()


def test_the_queue_tells_what_waits_and_what_is_in_hand(read):
    OrmQ.objects.all().delete()
    for minutes in (5, 1, -2):
        OrmQ.objects.create(key="lineup", payload=SignedPackage.dumps({"id": "x"}), lock=real(minutes=minutes))

    queue = jobs.work(held.moment).queue

    assert (queue.waiting, queue.in_hand) == (2, 1)
    assert queue.oldest is not None
    assert abs(held.moment - queue.oldest - timedelta(minutes=5)) < timedelta(seconds=30)
    assert "stuck" in read()


def test_a_queue_outside_is_not_counted_and_the_page_says_so(read, settings):
    settings.Q_CLUSTER = {"broker_class": "project.brokers.RedisAfterCommit", "redis": "redis://h"}

    assert not jobs.work(held.moment).queue.is_here
    assert "not kept here" in read()


def test_a_schedule_whose_time_has_passed_is_late(read):
    schedules.sync()
    Schedule.objects.filter(name="tend_files").update(next_run=real(minutes=9))

    late = [one.entry.name for one in jobs.work(held.moment).schedules if one.is_late]

    assert late == ["tend_files"]
    assert "Its time has passed" in read()


def test_a_schedule_whose_moment_has_come_runs_now_and_is_not_late(read):
    schedules.sync()
    Schedule.objects.update(next_run=real(minutes=-9))
    assert "<span>now</span>" not in read()

    Schedule.objects.filter(name="tend_files").update(next_run=real(minutes=1))

    shown = read()
    assert shown.count("<span>now</span>") == 1
    assert "Its time has passed" not in shown


def test_clusters_are_alive_for_five_minutes_and_forgotten_after_a_day(read, clock: HeldClock):
    Heartbeat.objects.create(name=f"{jobs.CLUSTER}worker-a 12", beat_at=clock.moment)
    assert [(one.host, one.process, one.is_alive) for one in jobs.work(clock.moment).clusters] == [
        ("worker-a", "12", True)
    ]

    clock.forward(minutes=5, seconds=1)
    assert [one.is_alive for one in jobs.work(clock.moment).clusters] == [False]
    assert "gone" in read()

    assert heartbeats.forget_clusters(clock.moment) == 0
    clock.forward(days=1)
    assert heartbeats.forget_clusters(clock.moment) == 1


def test_failures_are_forgotten_after_a_month_and_nothing_else():
    ran("helpdesk.tasks.tick", minutes=31 * 24 * 60, number=1)
    young = ran("helpdesk.tasks.tick", minutes=29 * 24 * 60, number=2)
    heartbeats.note_failed(["mails"], held.moment - timedelta(days=31))
    heartbeats.beat("tick", held.moment - timedelta(days=31))

    assert heartbeats.forget_failures(held.moment) == 2

    assert list(Task.objects.all()) == [young]
    assert [one.name for one in Heartbeat.objects.all()] == ["tick"]


def test_running_again_asks_the_worker_by_the_name_of_our_own_table_and_is_on_record():
    OrmQ.objects.all().delete()
    admin = AdminFactory()

    run_again(actor=admin, name="tend_files", now=NOON)

    assert [SignedPackage.loads(one.payload)["func"] for one in OrmQ.objects.all()] == ["helpdesk.tasks.tend_files"]
    event = AuditEvent.objects.get(act="job_run_again")
    assert (event.actor, event.subject_label) == (admin, "Files")


@pytest.mark.parametrize("name", ["os.system", "helpdesk.tasks.tick", "", "TICK"])
def test_only_what_stands_in_the_table_is_run(name):
    with pytest.raises(JobMissing):
        run_again(actor=AdminFactory(), name=name, now=NOON)


def test_only_admins_run_again():
    with pytest.raises(RoleNeeded):
        run_again(actor=SM1Factory(), name="tick", now=NOON)
    for answer in (browser(SM1Factory()).get(PAGE), browser(SM1Factory()).post(RUN, SENT, headers=DIALOG)):
        assert answer.status_code == 403
    assert not AuditEvent.objects.filter(act="job_run_again").exists()


def test_the_dialog_says_what_is_run_and_a_get_runs_nothing(client):
    OrmQ.objects.all().delete()

    asked = client.get(RUN, headers=DIALOG).content.decode()
    assert "“Files” is run as soon as a worker is free" in asked
    assert not OrmQ.objects.exists()

    assert client.post(RUN, SENT, headers=DIALOG).headers["HX-Redirect"]
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("name", ["os.system", "helpdesk.tasks.tick", "..", "9" * 60, "²"])
def test_what_is_not_in_the_table_answers_404(name, client):
    for end in ("run-now", "change"):
        assert client.get(f"/desk/helpdesk/heartbeat/{name}/{end}/").status_code == 404


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_the_page_takes_at_most_twelve_statements(count, client, django_assert_max_num_queries):
    at = real(minutes=1)
    Task.objects.bulk_create(
        Task(id=f"{n:032}", name="x", func=f"gone.{n % 30}", success=False, started=at, stopped=at, result="x")
        for n in range(count)
    )
    Heartbeat.objects.bulk_create(
        Heartbeat(name=f"{jobs.CLUSTER}host {n}", beat_at=held.moment) for n in range(min(count, 200))
    )

    client.get(PAGE)  # the first page of a session also writes down which workspace is open

    with django_assert_max_num_queries(12):
        answer = client.get(PAGE)

    assert len(answer.context_data["failures"]) == min(count, jobs.KINDS_SHOWN)
