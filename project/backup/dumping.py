"""The database into one sealed file: pg_dump's, and the fingerprints of what it saw, from one and the same moment."""

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from project.backup import fingerprints, programs
from project.backup.errors import BackupError
from project.backup.sealing import CHUNK, Sealer

SUFFIX = ".backup"
LENGTH_BYTES = 4
FORM = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s")


def dump(address: str, folder: Path, key: bytes) -> Path:
    """Write `lineup-<moment>.backup` into the folder, readable by us alone; whole or not at all."""
    moment = datetime.now(UTC)
    path = folder / f"lineup-{moment:%Y%m%dT%H%M%SZ}{SUFFIX}"
    draft = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            _write(address, out, key, moment)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError as error:
        raise BackupError(f"The backup cannot be written: {error}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return path


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups of the folder, and say which."""
    old = sorted(folder.glob(f"lineup-*{SUFFIX}"), reverse=True)[keep:]
    for path in old:
        path.unlink()
    return old


def _write(address: str, out: BinaryIO, key: bytes, moment: datetime) -> None:
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            fingerprints.settle(connection)
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                snapshot = str((connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",))[0])
                sealer = Sealer(out, key)
                sealer.write(_head(connection, moment))
                _pour(address, snapshot, sealer)
                sealer.finish()
    except psycopg.Error as error:
        raise BackupError(f"The database cannot be read: {error}") from error


def _head(connection: "psycopg.Connection[Any]", moment: datetime) -> bytes:
    """What a restore compares with, before the dump itself."""
    said = {
        "made_at": moment.isoformat(timespec="seconds"),
        "server": connection.info.server_version,
        "fingerprints": fingerprints.of(connection),
    }
    content = json.dumps(said).encode()
    return len(content).to_bytes(LENGTH_BYTES) + content


def _pour(address: str, snapshot: str, sealer: Sealer) -> None:
    command = [programs.path("pg_dump"), *FORM, f"--snapshot={snapshot}"]
    with subprocess.Popen(
        command,
        env=programs.environment(address),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe
        assert process.stderr is not None  # noqa: S101 - a pipe
        while data := process.stdout.read(CHUNK):
            sealer.write(data)
        said = process.stderr.read().decode(errors="replace").strip()
    if process.returncode != 0:
        raise BackupError(f"pg_dump gave up: {said}")
