"""The runner: what it remembers, what it refuses with which sentence, and how it watches over its children."""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from project.demo import announce, children, environment, ports, postgres, run, sample_data, servers
from project.demo.children import Child
from project.demo.entra_people import sample_people
from project.demo.environment import CHECKOUT, DemoAddresses, DemoError
from project.demo.mail_box import MailBox

SLEEP = ["-c", "import time; time.sleep(60)"]


@pytest.fixture
def checkout(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout of our own, which Postgres' account can walk to."""
    path = Path(tempfile.mkdtemp(prefix="lineup-demo-"))
    path.chmod(0o711)
    monkeypatch.setattr(environment, "CHECKOUT", path)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def addresses(checkout: Path) -> DemoAddresses:
    made = DemoAddresses(web_port=8123, database_server="postgresql://tracker:pw@127.0.0.1:18123/postgres")
    (made.folder / "logs").mkdir(parents=True)
    return made


def test_addresses_are_kept_between_starts_and_read_by_nobody_else(addresses: DemoAddresses) -> None:
    addresses.save()

    assert DemoAddresses.read(8123) == addresses
    assert (addresses.folder / "demo.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{half", "[]", '{"unknown": 1}'])
def test_a_broken_file_counts_as_a_new_demo(addresses: DemoAddresses, content: str) -> None:
    (addresses.folder / "demo.json").write_text(content)

    again = DemoAddresses.read(8123)

    assert (again.web_port, again.loaded, again.database_server) == (8123, False, "")


def test_load_gives_manage_py_the_environment_of_the_demo(
    addresses: DemoAddresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in addresses.environment():
        monkeypatch.setenv(name, "")
    addresses.save()

    environment.load("8123")

    assert os.environ["DATABASE_URL"] == "postgresql://tracker:pw@127.0.0.1:18123/lineup"
    assert os.environ["LINEUP_BASE_URL"] == "http://127.0.0.1:8123"
    assert {name: os.environ[name] for name in addresses.environment()} == addresses.environment()


def test_load_leaves_a_given_database_alone_and_says_when_there_is_no_demo(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEUP_SECRET_KEY", "kept")
    monkeypatch.setenv("DATABASE_URL", "postgresql://mine")
    environment.load("8123")
    assert os.environ["DATABASE_URL"] == "postgresql://mine"

    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(DemoError, match=r"no demo on port 8123 yet. Start it with: make demo PORT=8123"):
        environment.load("8123")


def test_who_forgets_the_port_is_told_of_the_demos_there_are(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for port in (8500, 8123):
        folder = environment.folder_of(port)
        folder.mkdir(parents=True)
        (folder / "demo.json").write_text("{}")

    with pytest.raises(DemoError, match=r"Demos here: 8123, 8500; put PORT=8123 before the command\."):
        environment.load("8000")


def test_manage_py_without_a_demo_says_so_in_a_sentence_and_no_stack_trace() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_clock", "show"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "PORT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no demo on port 1 yet. Start it with: make demo PORT=1")
    assert done.stderr.count("\n") == 1


def test_inner_ports_stay_the_same_and_move_on_when_taken(addresses: DemoAddresses) -> None:
    servers.choose_inner_ports(addresses)
    first = [getattr(addresses, name) for name in servers.INNER_PORTS]
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, addresses.s3_port))
        other.listen()
        servers.choose_inner_ports(addresses)
    second = [getattr(addresses, name) for name in servers.INNER_PORTS]

    assert len({8123, *first}) == len({8123, *second}) == 6
    assert second[1] != first[1]
    assert (second[0], second[2:4]) == (first[0], first[2:4])


@pytest.mark.parametrize("text", ["0", "80", "70000", "web", "", "-1"])
def test_a_port_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="PORT must be a number from 1024 to 65535"):
        run._port(text)


def test_make_demo_with_an_empty_port_says_so_in_a_sentence() -> None:
    done = subprocess.run(["make", "demo", "PORT="], cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "PORT must be a number from 1024 to 65535; it is empty" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_demo_on_the_same_port_is_told_so(addresses: DemoAddresses) -> None:
    with (
        run._locked(addresses.folder, 8123),
        pytest.raises(DemoError, match=r"port 8123 is running already.*make demo PORT=8124"),
        run._locked(addresses.folder, 8123),
    ):
        pytest.fail("two demos hold one folder")


def test_a_taken_web_port_gives_a_sentence_and_no_stack_trace() -> None:
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "project.demo.run", "--port", str(port)]
        result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=30)
    shutil.rmtree(environment.folder_of(port))

    assert result.returncode == 1
    assert f"Port {port} is taken by another program. Choose another one: make demo PORT={port + 1}" in result.stderr
    assert "Traceback" not in result.stderr


def test_scripts_get_one_line_of_json(addresses: DemoAddresses) -> None:
    servers.choose_inner_ports(addresses)
    text = announce.for_scripts(addresses, sample_people())
    answer = json.loads(text)

    assert "\n" not in text
    assert sorted(answer) == ["api_url", "idp_url", "mail_url", "people", "s3_url", "url"]
    assert (answer["url"], answer["api_url"]) == ("http://127.0.0.1:8123", "http://127.0.0.1:8123/api")
    assert {"name": "Leila Haddad", "email": "leila.haddad@corp.example", "roles": ["sm1", "engineer"]} in answer[
        "people"
    ]


def test_a_web_server_that_dies_ends_the_demo_with_its_log(addresses: DemoAddresses) -> None:
    logs = addresses.folder / "logs"
    with ExitStack() as stack:
        web = Child.start("web", ["-c", "raise SystemExit('out of memory')"], {}, logs)
        cluster = Child.start("worker", SLEEP, {}, logs)
        stack.callback(cluster.stop, 5)

        with pytest.raises(
            DemoError, match=rf"web server has stopped by itself. Its log is {web.log}[^$]*out of memory"
        ):
            run._watch(addresses, web, cluster, stack)


def test_a_worker_that_dies_is_started_again(
    addresses: DemoAddresses, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[Child] = []
    monkeypatch.setattr(run, "RESTART_PAUSE", 0.0)
    monkeypatch.setattr(run, "CLUSTER", SLEEP)

    def end_when_restarted() -> None:
        while not (addresses.folder / "logs" / "worker.log").exists():
            time.sleep(0.02)
        web.process.kill()

    with ExitStack() as stack, contextlib.suppress(DemoError):
        web = Child.start("web", SLEEP, {}, addresses.folder / "logs")
        stack.callback(web.stop, 5)
        dead = Child.start("dead", ["-c", ""], {}, addresses.folder / "logs")
        started.append(dead)
        threading.Thread(target=end_when_restarted, daemon=True).start()
        run._watch(addresses, web, dead, stack)

    assert "The worker has stopped by itself and is started again" in capsys.readouterr().out
    assert children.leftovers(addresses.folder) == []


def test_loading_that_was_cut_off_starts_over_and_a_complete_one_stays(
    addresses: DemoAddresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = postgres.ensure(addresses.folder / "postgres", disposable=True)
    addresses.database_server = server.url
    mails = MailBox(addresses.folder / "mail")
    calls: list[list[str]] = []

    def prepare(_name: str, arguments: list[str], *_: object, fail: bool, **__: object) -> None:
        calls.append(arguments)
        with psycopg.connect(addresses.database_url) as connection:
            connection.execute("create table if not exists tickets (number int)")
            connection.execute("insert into tickets values (1)")
        if fail:
            raise DemoError("cut off")

    monkeypatch.setattr(children, "run_to_end", lambda *a, **k: prepare(*a, fail=True, **k))
    with pytest.raises(DemoError):
        sample_data.prepare(addresses, mails)
    assert DemoAddresses.read(8123).loaded is False

    monkeypatch.setattr(children, "run_to_end", lambda *a, **k: prepare(*a, fail=False, **k))
    made_anew = [sample_data.prepare(addresses, mails) for _ in range(2)]
    there = sample_data.is_missing(addresses)

    with psycopg.connect(addresses.database_url) as connection:
        rows = connection.execute("select count(*) from tickets").fetchone()
    with psycopg.connect(addresses.database_server, autocommit=True) as connection:
        connection.execute("drop database lineup")
    gone = sample_data.is_missing(addresses)
    server.stop()
    assert made_anew == [True, False]
    assert (there, gone) == (False, True)
    assert rows == (2,)
    assert [call[2:] for call in calls] == [["--story"], ["--story"], []]
    assert DemoAddresses.read(8123).loaded is True


def test_the_first_signal_unwinds_and_further_ones_are_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {number: signal.getsignal(number) for number in (*run.STOP_SIGNALS, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGTERM, run._ask_to_stop)
        with pytest.raises(run.StopDemo):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
