"""Every table as a number of rows and one hash over them all, whatever their order: what must be equal after a restore."""

from typing import LiteralString

import psycopg
from psycopg import sql

Fingerprints = dict[str, list[str]]
"""By table: how many rows, and their hash; by sequence: where it stands."""

SAME_EVERYWHERE: tuple[LiteralString, ...] = (
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO, YMD'",
    "SET IntervalStyle = 'postgres'",
    "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)
"""How a value is written must not depend on the server it lies on; and a large table takes its time."""
TABLES: LiteralString = """
    SELECT relname, relkind::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') ORDER BY relname
"""
ROWS: LiteralString = (
    "SELECT count(*), coalesce(md5(string_agg(h, '' ORDER BY h)), '') FROM (SELECT md5(t::text) AS h FROM {} t) rows"
)
PLACE: LiteralString = "SELECT last_value, is_called FROM {}"


def settle(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Let values be written alike wherever they lie; before a transaction begins."""
    for statement in SAME_EVERYWHERE:
        connection.execute(statement)


def of(connection: "psycopg.Connection[tuple[object, ...]]") -> Fingerprints:
    """The fingerprints of all tables and sequences, as this connection's transaction sees them."""
    found: Fingerprints = {}
    for name, kind in connection.execute(TABLES).fetchall():
        question = sql.SQL(ROWS if kind == "r" else PLACE).format(sql.Identifier(str(name)))
        row = connection.execute(question).fetchone() or ()
        found[str(name)] = [str(value) for value in row]
    return found


def differing(made: Fingerprints, found: Fingerprints) -> list[str]:
    """The tables and sequences in which two databases are not equal."""
    return sorted(name for name in {*made, *found} if made.get(name) != found.get(name))
