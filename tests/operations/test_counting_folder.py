"""Where web processes count together: made when the server begins, and no reason not to begin."""

import os
import stat
import tempfile
from pathlib import Path

import pytest

from project import counting, counting_folder

NAME = "PROMETHEUS_MULTIPROC_DIR"


@pytest.fixture(autouse=True)
def without_one(monkeypatch, tmp_path):
    monkeypatch.setenv(NAME, "")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_of_its_own_that_nobody_else_reads(tmp_path):
    counting_folder.begin()

    made = Path(os.environ[NAME])
    assert made.parent == tmp_path
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_one_that_is_given_is_taken(monkeypatch, tmp_path):
    monkeypatch.setenv(NAME, "/given")
    counting_folder.begin()

    assert os.environ[NAME] == "/given"
    assert list(tmp_path.iterdir()) == []


def test_on_a_read_only_disk_the_server_begins_without_one(monkeypatch):
    monkeypatch.setattr(tempfile, "mkdtemp", _read_only)
    counting_folder.begin()
    counting.ended(7)

    assert os.environ[NAME] == ""


def _read_only(**_: object) -> str:
    raise OSError(30, "Read-only file system")
