"""A Postgres of its own for what needs other roles, other databases or Postgres' own programs."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from project.demo.postgres import Server, ensure
from project.demo.postgres_binaries import find

PASSWORDS = {
    "LINEUP_OWNER_PASSWORD": "owner-only-for-tests",
    "LINEUP_APP_PASSWORD": "app-only-for-tests",
    "LINEUP_BACKUP_PASSWORD": "backup-only-for-tests",
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An empty cluster, gone after the module."""
    server = ensure(tmp_path_factory.mktemp("cluster"), disposable=True, dies_with_us=True)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of Postgres' own programs, as whoever runs the tests can run them."""
    return find(tmp_path_factory.mktemp("programs"), None).folder


@pytest.fixture
def on_path(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def new_database(cluster: Server, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Makes an empty database of the cluster and gives its address; all are gone after the test."""
    made: list[str] = []

    def make(name: str) -> str:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        made.append(name)
        return f"{cluster.url.rpartition('/')[0]}/{name}"

    yield make
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
