"""`make bench`: what a report of a hundred thousand rows costs a worker, in a process of its own; BENCH_TICKETS=100000 by default."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.demo.s3 import S3Server
from tests.load.kept import copy_of_sample, python

pytestmark = [pytest.mark.load, pytest.mark.django_db]

TICKETS = int(os.environ.get("BENCH_TICKETS", "100000"))
SETTINGS = "tests.load.served_reports"
SECONDS_OF_100_000 = 20.0
MOST_MB = 300.0
MEASURED = (("tickets", "xlsx"), ("tickets", "csv"), ("sla", "xlsx"), ("engineers", "xlsx"), ("escalations", "xlsx"))
MB = 1024 * 1024


@pytest.fixture(scope="module")
def sample() -> Iterator[str]:
    """The address of a loaded desk."""
    with copy_of_sample(TICKETS) as database:
        yield database


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """The embedded S3, in the environment of the worker."""
    with S3Server(tmp_path, access_key="key", secret_key="secret", bucket="lineup") as running:
        for name, value in {
            "S3_ENDPOINT_URL": running.url,
            "S3_BUCKET": "lineup",
            "S3_ACCESS_KEY_ID": "key",
            "S3_SECRET_ACCESS_KEY": "secret",
            "S3_ADDRESSING_STYLE": "path",
        }.items():
            monkeypatch.setenv(name, value)
        yield running


def test_long_reports(sample: str, bucket: S3Server, capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        (name, file_type): json.loads(
            python(sample, "-m", "tests.load.report_process", name, file_type, settings=SETTINGS).splitlines()[-1]
        )
        for name, file_type in MEASURED
    }

    with capsys.disabled():
        print(f"\nReports over {TICKETS:,} tickets, each in a worker of its own, upload included")
        for (name, file_type), one in found.items():
            print(
                f"  {name + ' ' + file_type:<18} {one['rows']:>8,} rows {one['seconds']:>6.1f} s "
                f"({one['processor']:.1f} s of a processor) {one['peak_mb']:>5.0f} MB at most "
                f"({one['before_mb']:.0f} before it began) {one['bytes'] / MB:>6.1f} MB"
            )
    longest = max(1.0, TICKETS / 100_000) * SECONDS_OF_100_000
    assert {name: one["seconds"] for name, one in found.items() if one["seconds"] > longest} == {}
    assert {name: one["peak_mb"] for name, one in found.items() if one["peak_mb"] > MOST_MB} == {}
    assert found["tickets", "xlsx"]["rows"] == TICKETS
