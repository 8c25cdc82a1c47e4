"""A sealed file back into an empty database: looked through to its end first, then all or nothing, then compared row by row."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from project.backup import fingerprints, programs
from project.backup.dumping import LENGTH_BYTES
from project.backup.errors import BackupError
from project.backup.fingerprints import Fingerprints
from project.backup.sealing import opened

FORM = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
OBJECTS = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


@dataclass(frozen=True)
class Head:
    """What a backup says of itself."""

    made_at: str
    server: int
    fingerprints: Fingerprints


def verify(path: Path, key: bytes) -> Head:
    """Open the whole file and throw its content away; what it says of itself. Raises BackupError unless it is whole."""
    head, dump = _parts(path, key)
    for _ in dump:
        pass
    return head


def restore(address: str, path: Path, key: bytes) -> Head:
    """Fill the empty database from the file. Raises BackupError, and leaves the database empty, unless all of it goes in.

    A database whose rows are then not those of the dump is said by the tables that differ.
    """
    head = verify(path, key)
    _refuse_unless_empty(address)
    _, dump = _parts(path, key)
    _pour(address, dump)
    with _connected(address) as connection:
        fingerprints.settle(connection)
        wrong = fingerprints.differing(head.fingerprints, fingerprints.of(connection))
    if wrong:
        raise BackupError(f"The restored database differs from the dumped one in {', '.join(wrong)}: do not use it.")
    return head


def _parts(path: Path, key: bytes) -> tuple[Head, Iterator[bytes]]:
    """The head, and the chunks of the dump behind it."""
    chunks = _chunks(path, key)
    content = next(chunks)
    length = LENGTH_BYTES + int.from_bytes(content[:LENGTH_BYTES])
    while len(content) < length:
        content += next(chunks)
    head = Head(**json.loads(content[LENGTH_BYTES:length]))

    def dump() -> Iterator[bytes]:
        yield content[length:]
        yield from chunks

    return head, dump()


def _chunks(path: Path, key: bytes) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from opened(file, key)
    except OSError as error:
        raise BackupError(f"The backup cannot be read: {error}.") from error


def _refuse_unless_empty(address: str) -> None:
    with _connected(address) as connection:
        (count,) = connection.execute(OBJECTS).fetchone() or (0,)
    if count:
        raise BackupError(f"The database is not empty: it holds {count} tables and the like. Restore into a new one.")


def _connected(address: str) -> "psycopg.Connection[tuple[object, ...]]":
    try:
        return psycopg.connect(address, autocommit=True)
    except psycopg.Error as error:
        raise BackupError(f"The database does not let us in: {error}") from error


def _pour(address: str, dump: Iterator[bytes]) -> None:
    environment = programs.environment(address)
    command = [programs.path("pg_restore"), *FORM, f"--dbname={environment['PGDATABASE']}"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None  # noqa: S101 - a pipe
        assert process.stderr is not None  # noqa: S101 - a pipe
        try:
            for chunk in dump:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass
        except BackupError:
            process.kill()
            raise
        said = process.stderr.read().decode(errors="replace").strip()
    if process.returncode != 0:
        raise BackupError(f"pg_restore gave up and took everything back: {said}")
