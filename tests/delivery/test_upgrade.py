"""`manage.py upgrade`: waits for the database, holds nobody up, and goes one at a time (O2)."""

import threading
import time
from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from helpdesk.management.commands import upgrade
from tests.serving import address_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """Somebody else at the same database."""
    with psycopg.connect(address_of(connection.settings_dict), autocommit=True) as there:
        yield there


def upgraded(**options: object) -> str:
    said = StringIO()
    call_command("upgrade", stdout=said, **options)
    return said.getvalue()


def test_a_database_in_step_is_left_as_it_is():
    upgraded()

    assert "No migrations to apply" in upgraded()
    assert "The schedules are in step." in upgraded()


def test_role_gets_its_rights(settings, other):
    settings.LINEUP_DATABASE_APP_ROLE = "lineup_app_upgraded"
    other.execute("CREATE ROLE lineup_app_upgraded NOLOGIN")
    try:
        assert "The role lineup_app_upgraded has its rights." in upgraded()
        granted = other.execute(
            "SELECT has_table_privilege('lineup_app_upgraded', 'helpdesk_ticket', 'UPDATE')"
        ).fetchone()
        assert granted == (True,)
    finally:
        other.execute("DROP OWNED BY lineup_app_upgraded")
        other.execute("DROP ROLE lineup_app_upgraded")


def test_missing_role_is_named(settings):
    settings.LINEUP_DATABASE_APP_ROLE = "nobody_here"

    with pytest.raises(CommandError, match="nobody_here"):
        upgraded()


def test_lock_is_waited_for_200_ms_then_tried_again(monkeypatch, other):
    """A report holds the table for two seconds; a reader that comes behind the migration waits for its 200 ms, not for the report."""
    monkeypatch.setattr(upgrade, "PAUSE_SECONDS", 0.4)
    monkeypatch.setattr(upgrade, "call_command", _migrating)
    reader = psycopg.connect(address_of(connection.settings_dict), autocommit=True)
    other.autocommit = False
    other.execute("LOCK TABLE helpdesk_ticket IN ACCESS SHARE MODE")
    threading.Timer(2, other.rollback).start()
    told = StringIO()
    work = threading.Thread(target=_upgrade_elsewhere, args=(told,))

    work.start()
    longest = 0.0
    while work.is_alive():
        began = time.monotonic()
        reader.execute("SELECT count(*) FROM helpdesk_ticket")
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.01)
    work.join()
    reader.close()

    assert "letting go and trying again" in told.getvalue()
    assert "the schedule" in told.getvalue()
    assert longest < 1.0


def test_only_a_lock_is_tried_again(monkeypatch):
    tries = []

    def broken(*_arguments: object, **_options: object) -> None:
        tries.append(1)
        raise OperationalError("the disk is full")

    monkeypatch.setattr(upgrade, "call_command", broken)

    with pytest.raises(OperationalError, match="disk is full"):
        upgraded()
    assert len(tries) == 1


def test_a_lock_that_never_comes_ends_it(monkeypatch):
    def locked(*_arguments: object, **_options: object) -> None:
        raise OperationalError("timeout") from LockNotAvailable("timeout")

    monkeypatch.setattr(upgrade, "call_command", locked)
    monkeypatch.setattr(upgrade, "PAUSE_SECONDS", 0)

    with pytest.raises(OperationalError, match="timeout"):
        upgraded()


def test_second_upgrade_waits_for_the_first(other):
    other.execute("SELECT pg_advisory_lock(%s)", [upgrade.ONE_AT_A_TIME])
    told = StringIO()
    work = threading.Thread(target=_upgrade_elsewhere, args=(told,))

    work.start()
    work.join(1.5)
    assert (work.is_alive(), told.getvalue()) == (True, "")
    other.execute("SELECT pg_advisory_unlock(%s)", [upgrade.ONE_AT_A_TIME])
    work.join(30)

    assert "the schedule" in told.getvalue()


def test_a_database_that_is_away_is_waited_for_and_then_said(monkeypatch):
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(upgrade, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(connection, "ensure_connection", away)

    with pytest.raises(CommandError, match="does not answer after 0 seconds: connection refused"):
        upgraded(wait=0)


def _migrating(*_arguments: object, **_options: object) -> None:
    """A migration that wants the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE helpdesk_ticket ALTER COLUMN title SET NOT NULL")


def _upgrade_elsewhere(told: StringIO) -> None:
    call_command("upgrade", stdout=told)
    connection.close()
