"""`/metrics`: there for whoever shows the token, true to what happened, the same from every web process (O8)."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django_q.models import OrmQ
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.parser import text_string_to_metric_families

from helpdesk.models import Heartbeat, Notification
from helpdesk.selectors import vitals
from helpdesk.selectors.jobs import CLUSTER
from helpdesk.services.escalations import sweep_escalations
from project import counting
from project.requests_seen import route_of
from tests.clock import held
from tests.entering import enter
from tests.factories import AdminFactory, SM1Factory, a_promise, a_ticket
from tests.serving import address_of, serving

pytestmark = pytest.mark.django_db

TOKEN = "token-of-the-monitoring-" + "0123456789"


@pytest.fixture(autouse=True)
def open_to_monitoring(settings):
    settings.LINEUP_METRICS_TOKEN = TOKEN
    cache.clear()
    yield
    cache.clear()


def asked(token: str = TOKEN) -> str:
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer
    return answer.content.decode()


def read() -> dict[str, float]:
    """Every sample by its name with its labels."""
    return {
        written(sample): sample.value for family in text_string_to_metric_families(asked()) for sample in family.samples
    }


def written(sample) -> str:
    labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}" if labels else sample.name


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN[:-1]])
def test_without_the_token_it_is_not_there(shown):
    client = Client()
    enter(client, AdminFactory())

    assert client.get("/metrics", headers={"authorization": shown}).status_code == 404


def test_without_a_token_in_the_settings_nobody_reads_it(settings):
    settings.LINEUP_METRICS_TOKEN = ""

    assert Client().get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    assert Client().get("/metrics").status_code == 404


def test_it_answers_in_the_form_of_prometheus_and_is_kept_nowhere():
    answer = Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})

    assert answer["Content-Type"].startswith("text/plain; version=")
    assert answer["Cache-Control"] == "no-store"
    assert Client().post("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 405


def test_requests_are_counted_by_the_name_of_their_route_and_never_by_address():
    key = "lineup_requests_total{method=GET,route=portal:ticket,status=302}"
    before = read().get(key, 0)
    for number in range(3):
        Client().get(f"/my/N-EXP-{number}/?q={number}")
    for method in ("FOO", "B4711"):
        Client().generic(method, "/nowhere/4711/")

    after = read()
    assert after[key] == before + 3
    assert after["lineup_request_seconds_count{route=portal:ticket}"] >= 3
    assert after["lineup_requests_total{method=unknown,route=unknown,status=404}"] >= 2
    assert not any("4711" in name for name in after)


def test_static_files_and_what_has_no_name_are_told_apart(rf):
    request = rf.get("/static/helpdesk/desk.css")
    request.resolver_match = None
    assert route_of(request) == "static"
    request = rf.get("/nowhere/")
    request.resolver_match = None
    assert route_of(request) == "unknown"


def test_a_quiet_desk():
    Heartbeat.objects.create(name="tick", beat_at=held.moment)
    Heartbeat.objects.create(name=f"{CLUSTER}here 7", beat_at=held.moment)

    found = read()

    quiet = ("mails_oldest_due_seconds", "mails_given_up", "tasks_waiting", "tasks_oldest_seconds", "sweep_age_seconds",
             "tasks_failing", "promises_unescalated", "escalations_total", "migrations_missing", "database_lock_waits")  # fmt: skip
    assert {name: found[f"lineup_{name}"] for name in quiet} == dict.fromkeys(quiet, 0)
    assert found["lineup_database_up"] == found["lineup_clusters_alive"] == 1
    assert found["lineup_database_connections"] >= 1
    assert found["lineup_part_well{part=worker}"] == 1
    assert found["lineup_part_well{part=storage}"] == 0, "the S3 of the tests is nowhere"


def test_mails_that_wait_and_mails_given_up():
    SM1Factory()
    a_ticket()
    held.forward(minutes=7)
    waiting = Notification.objects.count()

    found = read()
    assert waiting > 0
    assert found["lineup_mails_waiting{state=queued}"] == waiting
    assert found["lineup_mails_oldest_due_seconds"] == 7 * 60
    Notification.objects.update(state="dead")
    assert read()["lineup_mails_given_up"] == waiting
    Notification.objects.update(state="failed")
    assert read()["lineup_mails_waiting{state=failed}"] == waiting


def test_a_promise_that_has_passed_is_told_until_the_sweep_has_seen_it():
    due = a_promise().due_at
    now = held.forward(seconds=(due - held.moment).total_seconds() + 1)

    assert read()["lineup_promises_unescalated"] == 1
    sweep_escalations(now)
    found = read()
    assert (found["lineup_promises_unescalated"], found["lineup_escalations_total"]) == (0, 1)
    assert found["lineup_tickets_open{status=escalated}"] == 1


def test_the_work_behind_the_pages():
    now = held.moment
    Heartbeat.objects.create(name="tick", beat_at=now - timedelta(seconds=90))
    Heartbeat.objects.create(name=f"{CLUSTER}here 7", beat_at=now - timedelta(minutes=1))
    Heartbeat.objects.create(name=f"{CLUSTER}there 9", beat_at=now - timedelta(hours=1))
    OrmQ.objects.create(key="lineup", payload="x", lock=None)

    found = read()
    assert found["lineup_sweep_age_seconds"] == 90
    assert found["lineup_clusters_alive"] == 1
    assert found["lineup_tasks_waiting"] == 1


def test_before_the_first_sweep_its_age_is_beyond_every_bound():
    assert read()["lineup_sweep_age_seconds"] > 365 * 24 * 3600


def test_without_the_database_it_says_that(monkeypatch):
    monkeypatch.setattr(vitals, "vitals", lambda now: (_ for _ in ()).throw(OperationalError("a-secret-host")))

    said = asked()
    assert "lineup_database_up 0.0" in said
    assert "lineup_sweep_age_seconds" not in said
    assert "a-secret-host" not in said


def test_it_costs_few_statements_however_much_there_is(django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        asked()


def test_counts_of_processes_that_ended_are_kept_in_one_file(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for process, value in ((11, 2.0), (12, 3.0), (13, 4.0)):
        counts = MmapedDict(str(tmp_path / f"counter_{process}.db"))
        counts.write_value("key", value, 0.0)
        counts.close()
        counting.ended(process)
        counting.ended(99)

    assert [path.name for path in tmp_path.iterdir()] == ["counter_0.db"]
    found = MmapedDict.read_all_values_from_file(str(tmp_path / "counter_0.db"))
    assert [(key, value) for key, value, *_ in found] == [("key", 9.0)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_o8_two_web_processes_count_together(tmp_path: Path):
    counts = tmp_path / "counts"
    counts.mkdir()
    database = address_of(connection.settings_dict)
    given = {"LINEUP_TEST_DB": "unused", "LINEUP_METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(counts)}
    with serving("project.settings.test", database=database, log=tmp_path / "web.log", **given) as url:
        for _ in range(20):
            requests.get(f"{url}/healthz", timeout=10)
        seen = set()
        for _ in range(6):
            text = requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20).text
            seen |= set(re.findall(r'lineup_requests_total\{method="GET",route="healthz",status="200"\} (\d+)', text))

    assert len({path.name.rpartition("_")[2] for path in counts.iterdir()}) == 2, "both processes have answered"
    assert len(seen) == 1, "both tell the same"
    assert int(seen.pop()) >= 20
