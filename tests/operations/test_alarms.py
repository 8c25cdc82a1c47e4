"""Every alarm of deploy/alerts.yml: well-formed, about numbers that exist, silent on a quiet desk, set off by its fault, and in the runbook (O8)."""

import re
from collections.abc import Callable
from datetime import timedelta

import promql_parser
import pytest
import yaml
from django.core.cache import cache
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django_q.models import Task

from helpdesk import schedules
from helpdesk.models import Heartbeat, Notification
from helpdesk.selectors import jobs, schema, vitals
from helpdesk.selectors.jobs import CLUSTER
from project import deep_health, requests_seen
from tests.clock import held
from tests.factories import SM1Factory, a_promise, a_ticket
from tests.house.source import ROOT
from tests.operations.promql import Readings, holds, names_in
from tests.operations.promql import told as told_by

pytestmark = pytest.mark.django_db

RULES = {
    rule["alert"]: rule
    for group in yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
}
TOKEN = "token-of-the-monitoring-" + "0123456789"
WELL = dict.fromkeys(("database", "worker", "outbox", "storage", "provider_keys"), "")


@pytest.fixture(autouse=True)
def quiet(settings, monkeypatch):
    """A desk on which all is well: two clusters have just swept, every part answers, and no request was counted yet.

    Else the numbers of all tests before would be read again and again, thousands of lines.
    """
    settings.LINEUP_METRICS_TOKEN = TOKEN
    cache.clear()
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    requests_seen.REQUESTS.clear()
    requests_seen.SECONDS.clear()
    monkeypatch.setattr(deep_health, "look", lambda: dict(WELL))
    schedules.sync()
    beats = ("tick", f"{CLUSTER}here 7", f"{CLUSTER}there 9")
    Heartbeat.objects.bulk_create([Heartbeat(name=name, beat_at=held.moment) for name in beats])
    yield
    cache.clear()


def read() -> str:
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.content.decode()


def replaced(monkeypatch, **numbers: int) -> None:
    """Numbers of the database that a test cannot make true."""
    found = vitals.vitals(held.moment)
    changed = vitals.Vitals(**{**vars(found), **numbers})
    monkeypatch.setattr(vitals, "vitals", lambda now: changed)


# --- faults -----------------------------------------------------------------------------------------------------------

Fault = Callable[[pytest.MonkeyPatch], str | None]


def nobody_answers(monkeypatch) -> str:
    return ""


def the_database_is_away(monkeypatch) -> None:
    monkeypatch.setattr(vitals, "vitals", lambda now: (_ for _ in ()).throw(OperationalError))


def no_sweep_for_two_minutes(monkeypatch) -> None:
    Heartbeat.objects.filter(name="tick").update(beat_at=held.moment - timedelta(seconds=121))


def a_promise_has_passed(monkeypatch) -> None:
    due = a_promise().due_at
    moment = held.forward(seconds=(due - held.moment).total_seconds() + 1)
    Heartbeat.objects.update(beat_at=moment)


def all_clusters_are_gone(monkeypatch) -> None:
    Heartbeat.objects.filter(name__startswith=CLUSTER).update(beat_at=held.moment - timedelta(minutes=6))


def one_cluster_is_gone(monkeypatch) -> None:
    Heartbeat.objects.filter(name__endswith="there 9").update(beat_at=held.moment - timedelta(minutes=6))


def a_task_waits(monkeypatch) -> None:
    monkeypatch.setattr(
        jobs,
        "_queue",
        lambda now, ahead: jobs.Queue(waiting=1, in_hand=0, oldest=now - timedelta(minutes=6), is_here=True),
    )


def a_schedule_is_late(monkeypatch) -> None:
    monkeypatch.setattr(jobs, "LATE_AFTER", timedelta(seconds=-1))


def a_task_fails(monkeypatch) -> None:
    now = jobs.clock.database_now()
    Task.objects.create(id="x" * 32, name="x", func="helpdesk.tasks.deliver", started=now, stopped=now, success=False)
    Heartbeat.objects.filter(name="tick").update(beat_at=held.moment - timedelta(seconds=60))


def a_mail_waits(monkeypatch) -> None:
    SM1Factory()
    a_ticket()
    Heartbeat.objects.update(beat_at=held.forward(seconds=301))


def a_mail_was_given_up(monkeypatch) -> None:
    SM1Factory()
    a_ticket()
    Notification.objects.update(state="dead")


def s3_is_away(monkeypatch) -> None:
    monkeypatch.setattr(deep_health, "look", lambda: WELL | {"storage": "It does not answer."})


def the_keys_are_old(monkeypatch) -> None:
    monkeypatch.setattr(deep_health, "look", lambda: WELL | {"provider_keys": "25 h ago."})


def a_migration_is_missing(monkeypatch) -> None:
    MigrationRecorder(schema.connection).record_unapplied(*max(one for one in schema._known() if one[0] == "helpdesk"))


def statements_wait(monkeypatch) -> None:
    replaced(monkeypatch, lock_waits=6)


def connections_are_many(monkeypatch) -> None:
    replaced(monkeypatch, connections=81)


def requests_fail(monkeypatch) -> None:
    requests_seen.REQUESTS.labels("GET", "portal:tickets", 500).inc(3)
    requests_seen.REQUESTS.labels("GET", "portal:tickets", 200).inc(90)


def requests_take_long(monkeypatch) -> None:
    for seconds in [0.01] * 90 + [2.0] * 10:
        requests_seen.SECONDS.labels("admin:queues").observe(seconds)


def many_are_refused(monkeypatch) -> None:
    requests_seen.REQUESTS.labels("POST", "api:tickets", 401).inc(700)


FAULTS: dict[str, Fault] = {
    "DeskSilent": nobody_answers,
    "DatabaseAway": the_database_is_away,
    "SweepStopped": no_sweep_for_two_minutes,
    "PromisesUnescalated": a_promise_has_passed,
    "NoCluster": all_clusters_are_gone,
    "OneCluster": one_cluster_is_gone,
    "QueueStuck": a_task_waits,
    "SchedulesLate": a_schedule_is_late,
    "TasksFailing": a_task_fails,
    "MailsStuck": a_mail_waits,
    "MailsGivenUp": a_mail_was_given_up,
    "StorageAway": s3_is_away,
    "ProviderKeysOld": the_keys_are_old,
    "DatabaseOlder": a_migration_is_missing,
    "LocksWaitedFor": statements_wait,
    "ManyConnections": connections_are_many,
    "ManyErrors": requests_fail,
    "SlowAnswers": requests_take_long,
    "ManyRefusals": many_are_refused,
}
COME_TOGETHER = {"SweepStopped": {"NoCluster"}, "NoCluster": {"OneCluster"}, "PromisesUnescalated": {"MailsStuck"}}
"""Faults that rightly set off another alarm as well."""


def test_every_alarm_has_its_fault():
    assert set(RULES) == set(FAULTS)


@pytest.mark.parametrize("name", sorted(RULES))
def test_an_alarm_is_well_formed_and_asks_for_numbers_that_exist(name):
    rule = RULES[name]
    read()  # a request is counted when it has been answered
    told = set(told_by(read()))

    promql_parser.parse(rule["expr"])
    assert set(names_in(rule["expr"])) <= told
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert re.fullmatch(r"\d+m", rule.get("for", "0m"))


@pytest.mark.parametrize("name", sorted(RULES))
def test_an_alarm_stands_in_the_runbook_with_what_to_do(name):
    page = (ROOT / "docs" / "runbook.md").read_text()
    found = re.search(rf"^### {name}\n\n(.+?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)

    assert found, f"docs/runbook.md has no section {name}"
    assert len(found[1].split()) >= 15
    assert RULES[name]["annotations"]["runbook"] == f"docs/runbook.md#{name.lower()}"


def test_a_quiet_desk_sets_off_none():
    before = read()
    said = Readings(now=read(), before=before)

    assert [name for name, rule in RULES.items() if holds(rule["expr"], said)] == []


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_sets_off_its_alarm_and_no_other(name, monkeypatch):
    before = read()
    told = FAULTS[name](monkeypatch)
    cache.clear()
    said = Readings(now=read() if told is None else told, before=before)

    rung = {alarm for alarm, rule in RULES.items() if holds(rule["expr"], said)}

    assert name in rung
    assert rung - {name} - COME_TOGETHER.get(name, set()) == set()
