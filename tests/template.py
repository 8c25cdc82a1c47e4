"""A migrated database that is kept and copied: migrating anew for each worker of each run would take seconds of every one.

It is named after the migrations, so whoever changes one gets a new one; those of older migrations go. `pytest --create-db`
migrates in any case.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "lineup_template_"


def name() -> str:
    """The name of the database that these migrations make."""
    ours = sorted(path for path in ROOT.glob("*/**/migrations/*.py") if ".venv" not in path.parts)
    digest = hashlib.sha256()
    for path in (*ours, ROOT / "requirements" / "base.txt"):
        digest.update(path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def copied(to: str) -> bool:
    """Make the database `to` anew as a copy; false when there is nothing to copy, and then it is as it was."""
    with _server() as server:
        if not _is_there(server, name()):
            return False
        try:
            drop(to)
            server.execute(_copy(name(), to))
        except psycopg.Error:  # somebody else is at it this moment
            return False
    return True


def keep(database: str) -> None:
    """Keep a freshly migrated database as the one to copy; not when another worker has just done so."""
    connections.close_all()
    with _server() as server:
        if _is_there(server, name()):
            return
        try:
            server.execute(_copy(database, name()))
        except psycopg.Error:  # the other worker was quicker
            return
        old = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
    for (one,) in old:
        if one != name():
            drop(one)


def drop(database: str) -> None:
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def send_away(database: str) -> None:
    """End what is still connected, as servers do that a test has just killed."""
    connections.close_all()
    with _server() as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])


def _copy(source: str, to: str) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(to), sql.Identifier(source))


def _is_there(server: psycopg.Connection, database: str) -> bool:
    return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """The server's own database: none of the test databases can be copied or dropped from within."""
    with connections["default"]._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        connection: psycopg.Connection = cursor.connection
        yield connection
