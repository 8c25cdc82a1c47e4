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

# A process as pytest's main one: it asks for a database, starts a worker, and ends.
A_RUN = """
import os, pathlib, subprocess, sys
from project.demo.database_for_tests import url_for_tests
print(url_for_tests(pathlib.Path(sys.argv[1])))
worker = "import os; print(os.environ.get('DATABASE_URL', 'none'))"
print(subprocess.run([sys.executable, "-c", worker], capture_output=True, text=True).stdout)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="lineup-tests-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def run(folder: Path, **changes: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | changes
    command = [sys.executable, "-c", A_RUN, str(folder)]
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
    assert run(folder, DATABASE_URL="postgresql://mine") == ["postgresql://mine", "postgresql://mine"]
    assert not list(folder.iterdir())
