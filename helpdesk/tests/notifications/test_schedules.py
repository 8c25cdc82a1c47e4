"""The schedules in the database are the table, whatever stood there before."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from helpdesk import schedules

pytestmark = pytest.mark.django_db


def rows() -> set[tuple[str, str, str, int, int]]:
    return set(Schedule.objects.values_list("name", "func", "schedule_type", "minutes", "repeats"))


WANTED = {
    ("tick", "helpdesk.tasks.tick", Schedule.MINUTES, 1, -1),
    ("tend_files", "helpdesk.tasks.tend_files", Schedule.MINUTES, 1, -1),
    ("forget_calls", "helpdesk.tasks.forget_calls", Schedule.MINUTES, 10, -1),
    ("reconcile_files", "helpdesk.tasks.reconcile_files", Schedule.MINUTES, 1440, -1),
    ("compare_counts", "helpdesk.tasks.compare_counts", Schedule.MINUTES, 1440, -1),
    ("tend_reports", "reports.tasks.tend_reports", Schedule.MINUTES, 1, -1),
    ("clear_reports", "reports.tasks.clear_reports", Schedule.MINUTES, 1440, -1),
}


def test_sync_writes_the_table():
    assert sorted(schedules.sync()) == sorted(f"Added the schedule {name}." for name, *_ in WANTED)
    assert rows() == WANTED


def test_sync_again_changes_nothing():
    schedules.sync()
    before = list(Schedule.objects.values())

    assert schedules.sync() == []
    assert list(Schedule.objects.values()) == before


@pytest.mark.parametrize(
    "damage",
    [
        {"args": "("},
        {"kwargs": "{"},
        {"func": "os.system"},
        {"minutes": 60},
        {"schedule_type": Schedule.ONCE},
        {"repeats": 3},
        {"cluster": "elsewhere"},
        {"hook": "os.system"},
        {"next_run": timezone.now() + timedelta(days=300)},
    ],
    ids=lambda damage: next(iter(damage)),
)
def test_sync_replaces_a_damaged_row(damage):
    schedules.sync()
    Schedule.objects.filter(name="tick").update(**damage)

    assert schedules.sync() == ["Removed the schedule tick.", "Added the schedule tick."]
    assert rows() == WANTED
    assert Schedule.objects.get(name="tick").next_run <= timezone.now()


def test_sync_removes_what_is_not_in_the_table_and_doubles():
    schedules.sync()
    schedules.sync()
    Schedule.objects.create(func="os.system", args="'id'")
    Schedule.objects.create(name="tick", func="helpdesk.tasks.tick", schedule_type=Schedule.MINUTES, minutes=1)

    assert sorted(schedules.sync()) == ["Removed the schedule os.system.", "Removed the schedule tick."]
    assert rows() == WANTED


def test_command_says_what_it_changed():
    first, second = StringIO(), StringIO()
    call_command("sync_schedules", stdout=first)
    call_command("sync_schedules", stdout=second)

    assert first.getvalue().splitlines() == [f"Added the schedule {entry.name}." for entry in schedules.TABLE]
    assert second.getvalue() == "The schedules are in step.\n"


@pytest.mark.parametrize("entry", schedules.TABLE, ids=lambda entry: entry.name)
def test_every_entry_names_a_function(entry):
    assert callable(import_string(entry.func))


def test_the_cluster_is_set_up_as_its_traps_ask():
    cluster = settings.Q_CLUSTER

    assert cluster["catch_up"] is False
    assert cluster["queue_limit"] <= cluster["workers"]
    assert cluster["retry"] > cluster["timeout"] * (1 + cluster["queue_limit"] / cluster["workers"])
    assert 0.05 <= cluster["poll"] <= 0.2
    assert cluster["max_attempts"] > 0
    assert settings.DATABASES["default"]["CONN_MAX_AGE"] > 0
    assert "pool" not in settings.DATABASES["default"]["OPTIONS"]
