"""`/readyz` and the processes over a database that is away, refuses us, or is of another version (O5)."""

import logging
from io import StringIO
from pathlib import Path

import psycopg
import pytest
import requests
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from helpdesk import tasks
from helpdesk.selectors import schema
from tests.serving import address_of, serving

pytestmark = pytest.mark.django_db

OURS = ("helpdesk", "9999_from_tomorrow")


def forget_one() -> None:
    """The database as the release before left it."""
    MigrationRecorder(connection).record_unapplied(
        "helpdesk", max(name for app, name in schema._known() if app == "helpdesk")
    )


def add_one() -> None:
    """The database as a later release made it."""
    MigrationRecorder(connection).record_applied(*OURS)


def asked() -> tuple[int, str]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.content.decode()


def test_o5_a_database_of_this_code_is_ready():
    assert asked() == (200, "ready\n")


def test_o5_an_older_database_is_not_ready_and_the_log_says_which_command_to_run(caplog):
    forget_one()
    with caplog.at_level(logging.ERROR, "project.health"):
        assert asked() == (503, "not ready: the database is older than this code\n")

    assert "lacks 1 of its migrations. Run: manage.py upgrade" in caplog.text


def test_o5_a_newer_database_serves_and_says_so():
    add_one()

    assert asked() == (200, "ready: the database is newer than this code\n")


def test_migrations_of_packages_that_are_gone_are_nothing_new():
    MigrationRecorder(connection).record_applied("package_of_last_year", "0001_initial")

    assert asked() == (200, "ready\n")


def test_o5_no_answer_tells_versions_names_or_addresses(monkeypatch):
    said = 'connection failed: FATAL: password authentication failed for user "lineup-4711" at 10.0.0.7'
    monkeypatch.setattr(schema, "fit", lambda: (_ for _ in ()).throw(OperationalError(said)))

    status, text = asked()

    assert (status, text) == (503, "not ready: the database does not answer\n")


def test_the_command_says_it_for_a_start_script():
    out = StringIO()
    call_command("check_schema", stdout=out)
    assert out.getvalue() == "The database fits this code.\n"

    add_one()
    call_command("check_schema", stdout=out)
    assert "newer than this code by 1 migrations" in out.getvalue()

    forget_one()
    with pytest.raises(CommandError, match=r"lacks 1 of its migrations\. Run: manage.py upgrade"):
        call_command("check_schema")


def test_the_command_says_that_the_database_does_not_answer(monkeypatch):
    monkeypatch.setattr(schema, "fit", lambda: (_ for _ in ()).throw(OperationalError("no route to host\nmore")))

    with pytest.raises(CommandError, match=r"^The database does not answer: no route to host$"):
        call_command("check_schema")


def test_a_tick_that_fails_over_an_older_database_says_which_command_to_run(monkeypatch, caplog):
    forget_one()
    monkeypatch.setattr(tasks.escalations, "sweep_escalations", lambda now: 1 / 0)
    with caplog.at_level(logging.ERROR, "helpdesk.selectors.schema"):
        tasks.tick()

    assert "Run: manage.py upgrade" in caplog.text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_o5_with_the_wrong_password_the_server_lives_and_is_not_ready(tmp_path: Path):
    kept = {**connection.settings_dict, "PASSWORD": "wrong-4711"}
    address = address_of(kept)
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError:
        pass
    else:
        pytest.skip("this database server asks for no password")
    log = tmp_path / "web.log"
    with serving("project.settings.test", database=address, log=log, LINEUP_TEST_DB=str(kept["NAME"])) as url:
        alive, ready = (requests.get(f"{url}/{path}", timeout=10) for path in ("healthz", "readyz"))

    assert (alive.status_code, alive.text) == (200, "ok\n")
    assert (ready.status_code, ready.text) == (503, "not ready: the database does not answer\n")
    assert ready.elapsed.total_seconds() < 5
    assert "password authentication failed" in log.read_text()
    assert "wrong-4711" not in log.read_text()
