"""Postgres' own programs: where they are, and the database's address for them, whose password must not stand in a command line."""

import os
import shutil
from collections.abc import Mapping

import psycopg
from psycopg.conninfo import conninfo_to_dict

from project.backup.errors import BackupError

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def path(program: str) -> str:
    """Where the program is: on PATH."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} is not on PATH: install Postgres' client of the server's major version or a newer one."
        )
    return found


def environment(address: str) -> dict[str, str]:
    """What a program needs to reach the database, and nothing of the caller's own Postgres settings."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error as error:
        raise BackupError("DATABASE_URL is no address of a database.") from error
    unknown = sorted(set(parts) - set(VARIABLES))
    if unknown:
        raise BackupError(f"DATABASE_URL says {', '.join(unknown)}, which Postgres' programs cannot be told here.")
    return _without_postgres(os.environ) | {VARIABLES[name]: str(value) for name, value in parts.items()}


def _without_postgres(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if not name.startswith("PG")} | {"PGCONNECT_TIMEOUT": "10"}
