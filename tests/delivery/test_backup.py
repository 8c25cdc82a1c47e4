"""The drill: a dump goes into an empty cluster, every row is equal and people sign in; what was tampered with goes nowhere (M49, O3)."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from helpdesk.services import break_glass
from project.backup import __main__ as command
from project.backup import fingerprints
from project.backup.dumping import dump, thin_out
from project.backup.errors import BackupError
from project.backup.restoring import restore, verify
from project.backup.sealing import CHUNK, key_of, make_key
from project.demo.postgres import Server
from tests.clock import NOON
from tests.factories import a_promise, a_ticket, in_progress
from tests.house.source import ROOT
from tests.serving import address_of

KEY = key_of(make_key())
SPOILT = r"no backup of Lineup|changed or cut off"
NewDatabase = Callable[[str], str]

pytestmark = pytest.mark.usefixtures("on_path")


@pytest.fixture(scope="module")
def small(cluster: Server) -> str:
    """A database whose dump has three chunks; nobody writes to it for long."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE small")
    address = f"{cluster.url.rpartition('/')[0]}/small"
    with psycopg.connect(address) as there:
        there.execute("CREATE TABLE words (id serial PRIMARY KEY, word bytea, at timestamptz, share double precision)")
        there.execute(
            "INSERT INTO words (word, at, share) SELECT sha512(n::text::bytea), now() + n * interval '1 min', n / 7.0"
            " FROM generate_series(1, 40000) n"
        )
        there.execute("CREATE INDEX words_by_time ON words (at)")
    return address


@pytest.fixture(scope="module")
def dumped(small: str, programs: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
        return dump(small, tmp_path_factory.mktemp("dumped"), KEY).read_bytes()


@pytest.fixture
def sealed(dumped: bytes, tmp_path: Path) -> Path:
    """A backup of the small database, to be spoiled."""
    path = tmp_path / "lineup-20260102T030405Z.backup"
    path.write_bytes(dumped)
    return path


def tables_of(address: str) -> int:
    with psycopg.connect(address) as there:
        return (there.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() or (0,))[0]


def fingerprints_of(address: str) -> fingerprints.Fingerprints:
    with psycopg.connect(address, autocommit=True) as there:
        fingerprints.settle(there)
        return fingerprints.of(there)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_desk_comes_back_whole_in_an_empty_cluster_and_people_sign_in(tmp_path, new_database):
    account = break_glass.make_account(username="glass", renew=False, now=NOON)
    tickets = [in_progress(), a_ticket(), a_promise().ticket]
    here, there = address_of(connection.settings_dict), new_database("restored")

    path = dump(here, tmp_path, KEY)
    head = restore(there, path, KEY)

    before = fingerprints_of(here)
    assert fingerprints_of(there) == before == head.fingerprints
    assert int(before["helpdesk_ticket"][0]) == 3
    signed_in = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.delivery.desk_there", account.username, account.password],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": there, "DJANGO_SETTINGS_MODULE": "project.settings.test", "LINEUP_BREAK_GLASS": "on"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert signed_in.stdout.split() == ["302", "200", *sorted(one.case_id for one in tickets)], signed_in.stderr


def test_what_is_written_while_the_dump_runs_is_in_neither_dump_nor_fingerprints(small, tmp_path, new_database):
    before = fingerprints_of(small)
    with psycopg.connect(small) as writer:
        writer.execute("INSERT INTO words (word) VALUES ('not yet')")
        path = dump(small, tmp_path, KEY)
        writer.rollback()

    head = restore(new_database("other"), path, KEY)

    assert head.fingerprints["words"] == before["words"]


def test_file_is_ours_alone_and_shows_nothing_of_its_content(small, tmp_path):
    path = dump(small, tmp_path, KEY)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_bytes()
    assert len(content) > 2 * CHUNK
    assert [word for word in (b"PGDMP", b"words", b"fingerprints") if word in content] == []
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", [0, 20, 60, CHUNK, 2 * CHUNK, -1], ids=str)
def test_one_changed_bit_is_noticed_before_anything_is_written(sealed, new_database, place):
    empty, content = new_database("empty"), bytearray(sealed.read_bytes())
    content[place] ^= 1
    sealed.write_bytes(content)

    with pytest.raises(BackupError, match=SPOILT):
        restore(empty, sealed, KEY)
    assert tables_of(empty) == 0


@pytest.mark.parametrize("length", [0, 10, 47, 48, 1000, 48 + CHUNK + 16, -1], ids=str)
def test_a_file_cut_off_is_noticed(sealed, length):
    sealed.write_bytes(sealed.read_bytes()[:length])

    with pytest.raises(BackupError, match=SPOILT):
        verify(sealed, KEY)


def test_chunks_in_another_order_or_left_out_are_noticed(sealed):
    content, size = sealed.read_bytes(), CHUNK + 16
    head, first, second, rest = (
        content[start:end]
        for start, end in ((0, 48), (48, 48 + size), (48 + size, 48 + 2 * size), (48 + 2 * size, None))
    )

    for wrong in (head + second + first + rest, head + first + rest, head + first + first + second + rest):
        sealed.write_bytes(wrong)
        with pytest.raises(BackupError, match=SPOILT):
            verify(sealed, KEY)


def test_another_key_opens_nothing(sealed):
    assert verify(sealed, KEY).fingerprints["words"][0] == "40000"

    with pytest.raises(BackupError, match="the key is another one"):
        verify(sealed, key_of(make_key()))


@pytest.mark.parametrize("text", ["", "short", "*" * 44, make_key()[:-4]], ids=["none", "short", "no letters", "cut"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(BackupError, match="make-key"):
        key_of(text)


def test_a_database_with_anything_in_it_is_never_written_to(small, sealed):
    before = fingerprints_of(small)

    with pytest.raises(BackupError, match="not empty"):
        restore(small, sealed, KEY)
    assert fingerprints_of(small) == before


def test_a_restore_that_breaks_off_leaves_nothing(sealed, new_database):
    """The index comes after the rows; here nobody may make one."""
    address = new_database("half")
    with psycopg.connect(address) as there:
        there.execute("CREATE SCHEMA guard")
        there.execute(
            "CREATE FUNCTION guard.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no index'; END $$"
        )
        there.execute(
            "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION guard.refuse()"
        )

    with pytest.raises(BackupError, match=r"(?s)took everything back.*no index"):
        restore(address, sealed, KEY)
    assert tables_of(address) == 0


def test_a_database_that_is_away_leaves_no_file(tmp_path):
    with pytest.raises(BackupError, match="cannot be read"):
        dump("postgresql://x:y@127.0.0.1:9/nothing", tmp_path, KEY)
    assert list(tmp_path.iterdir()) == []


def test_missing_programs_are_named(small, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupError, match="pg_dump is not on PATH"):
        dump(small, tmp_path, KEY)
    assert list(tmp_path.iterdir()) == []


def test_oldest_files_go_when_there_are_enough(tmp_path):
    for day in range(1, 6):
        (tmp_path / f"lineup-2026010{day}T000000Z.backup").touch()
    (tmp_path / "other.txt").touch()

    gone = thin_out(tmp_path, 3)

    assert [path.name[7:15] for path in gone] == ["20260102", "20260101"]
    assert len(list(tmp_path.iterdir())) == 4


def test_commands_say_what_they_did(small, tmp_path, new_database, monkeypatch, capsys):
    assert command.main(["make-key"]) == 0
    monkeypatch.setenv("LINEUP_BACKUP_KEY", capsys.readouterr().out.strip())
    monkeypatch.setenv("DATABASE_URL", small)

    assert command.main(["dump", str(tmp_path), "--keep", "1"]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert command.main(["verify", str(path)]) == 0
    assert "2 tables and sequences with 40,000 rows" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", new_database("back"))
    assert command.main(["restore", str(path)]) == 0
    assert capsys.readouterr().out.startswith("Restored, every row equal")
    assert command.main(["restore", str(path)]) == 1
    assert "not empty" in capsys.readouterr().err


def test_the_desk_itself_needs_no_backup_key():
    assert not hasattr(settings, "LINEUP_BACKUP_KEY")
