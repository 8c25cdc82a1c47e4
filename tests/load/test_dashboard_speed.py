"""`make bench`: the dashboard with every filter, and the lists it leads to, on a loaded sample; BENCH_TICKETS=100000 by default."""

import json
import os

import pytest

from tests.load.kept import copy_of_sample, python

pytestmark = pytest.mark.load

TICKETS = int(os.environ.get("BENCH_TICKETS", "100000"))
DASHBOARD_MS, LIST_MS = 150.0, 80.0
STATEMENTS = 12


def test_the_dashboard_and_its_lists_keep_their_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    with copy_of_sample(TICKETS) as database:
        pages = json.loads(python(database, "-m", "tests.load.dashboard_measured").splitlines()[-1])

    with capsys.disabled():
        print(f"\n{TICKETS:,} tickets; the whole request without the network")
        for page in pages:
            print(
                f"  {page['page']:<48} {page['statements']:>3} statements {page['fastest']:>7.1f} ms fastest"
                f" {page['middle']:>7.1f} ms middle {page['processor']:>6.1f} ms of our processor"
            )
    limits = {page["page"]: DASHBOARD_MS if page["page"].startswith("dashboard") else LIST_MS for page in pages}
    assert {page["page"]: page["fastest"] for page in pages if page["fastest"] > limits[page["page"]]} == {}
    assert {page["page"]: page["statements"] for page in pages if page["statements"] > STATEMENTS} == {}
