"""Sample desks to measure on, loaded once and kept beside the databases of the tests; each run works on a copy of its own."""

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
from django.conf import settings
from psycopg import sql

from tests.serving import CHECKOUT, address_of

SETTINGS = "tests.load.served_api"
SEED = 1
MAKERS = CHECKOUT / "helpdesk" / "loading"
"""What decides how a sample looks: when any of it changes, the kept one is loaded anew. Migrations run on the kept one."""


@contextlib.contextmanager
def copy_of_sample(tickets: int) -> Iterator[str]:
    """The address of a copy of the sample of this size, gone in the end; the sample itself is loaded if need be."""
    sample = f"lineup_sample_{tickets}"
    with _server() as server:
        if _note_on(server, sample) != made_by(tickets):
            _load(server, sample, tickets)
        manage(address(sample), "migrate", "--verbosity", "0")
        copy = f"{sample}_measured_{os.getpid()}"
        _copy(server, sample, copy)
        try:
            yield address(copy)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy)))


def _copy(server: psycopg.Connection, sample: str, copy: str) -> None:
    """Copy the files as they are, and wait until they are on the disk: else writing them is part of what is measured."""
    names = sql.Identifier(copy), sql.Identifier(sample)
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))
    server.execute("CHECKPOINT")
    os.sync()


def address(name: str) -> str:
    """A database on the server of the tests."""
    return address_of({**settings.DATABASES["default"], "NAME": name})


@contextlib.contextmanager
def _server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute("SET statement_timeout = 0")
        yield server


def made_by(tickets: int) -> str:
    """What a sample says of itself: its size, and the programs that made it in one word."""
    word = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(MAKERS.glob("*.py")))).hexdigest()[:16]
    return f"{tickets} tickets, seed {SEED}, made by {word}"


def _note_on(server: psycopg.Connection, name: str) -> str:
    """What was written on a database when it was complete; nothing on one that is not there or was cut off."""
    found = server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return (found[0] or "") if found else ""


def _load(server: psycopg.Connection, name: str, tickets: int) -> None:
    """Fill a new database; the note comes last, so that a load that was cut off does not count."""
    database = sql.Identifier(name)
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(database))
    manage(address(name), "migrate", "--verbosity", "0")
    manage(address(name), "load_sample", "--tickets", str(tickets), "--seed", str(SEED), "--verbosity", "0")
    with psycopg.connect(address(name), autocommit=True) as loaded:
        loaded.execute("SET statement_timeout = 0")
        loaded.execute("VACUUM (ANALYZE)")
    server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(made_by(tickets))))


def manage(database: str, *arguments: str) -> str:
    """What a command says on this database."""
    return python(database, "manage.py", *arguments)


def python(database: str, *arguments: str, settings: str = SETTINGS) -> str:
    """What a program of ours says on this database, under the settings that are measured."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
