"""`make bench`: the first page of each list for each kind of person on a loaded sample; BENCH_TICKETS=100000 by default."""

import os
import time

import pytest
from django.core.management import call_command
from django.db import connection

from tests.load.explained import first_pages
from tests.races.invariants import broken

pytestmark = [pytest.mark.load, pytest.mark.django_db]

TICKETS = int(os.environ.get("BENCH_TICKETS", "100000"))
LIMIT_MS = 50.0
LOAD_SECONDS_OF_100_000 = 120


@pytest.fixture
def loading() -> float:
    """A sample loaded into the database of the tests, where it goes away with the test; how long it took."""
    began = time.perf_counter()
    call_command("load_sample", tickets=TICKETS, verbosity=0)
    return time.perf_counter() - began


def test_first_pages(loading: float, capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")

    pages = list(first_pages())

    with capsys.disabled():
        print(f"\n{TICKETS:,} tickets, loaded in {loading:.0f} s; planning and execution of a first page")
        for page in pages:
            print(f"  {page.kind:<14} {page.bucket:<20} {page.rows:>3} rows {page.milliseconds:>7.1f} ms")
    assert [f"{one.kind} {one.bucket}" for one in pages if one.milliseconds > LIMIT_MS] == []
    assert broken() == []
    assert loading <= LOAD_SECONDS_OF_100_000 * max(1, TICKETS / 100_000)
