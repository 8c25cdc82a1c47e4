"""Every test run has its Postgres, starts it itself if it must, and leaves none running."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from project.demo.environment import CHECKOUT

# A process as pytest is one: it provides a database, asks a worker for the address it sees, and ends.
A_RUN = """
import os, pathlib, subprocess, sys
import {imported}
from project.demo import database_for_tests
database_for_tests.FOLDER = pathlib.Path(sys.argv[1])
database_for_tests.provide_database()
print(os.environ.get("DATABASE_URL", "none"))
print(subprocess.run([sys.executable, "-c", "import os; print(os.environ.get('DATABASE_URL', 'none'))"], capture_output=True, text=True).stdout)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="lineup-tests-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def run(folder: Path, *, imported: str = "pytest", **changes: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | changes
    command = [sys.executable, "-c", A_RUN.format(imported=imported), str(folder)]
    result = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return result.stdout.split()


def test_a_run_without_a_database_gets_one_for_itself_and_its_workers_and_stops_it(folder: Path) -> None:
    own, workers = run(folder)

    assert own == workers
    assert own.startswith("postgresql://tracker:")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(own, connect_timeout=2)


def test_a_given_database_is_used(folder: Path) -> None:
    assert run(folder, DATABASE_URL="postgresql://mine") == ["postgresql://mine"] * 2
    assert not list(folder.iterdir())


def test_programs_other_than_pytest_start_none(folder: Path) -> None:
    assert run(folder, imported="json") == ["none"] * 2
    assert not list(folder.iterdir())
