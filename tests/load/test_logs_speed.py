"""`make bench`: the pages of the logs with a million events, a million mails and a million rows of the audit trail."""

import json
import os

import pytest

from tests.load.kept import copy_of_sample, python
from tests.load.logs import MANY

pytestmark = pytest.mark.load

TICKETS = int(os.environ.get("BENCH_TICKETS", "100000"))
LIMIT_MS = 100.0
STATEMENTS = 12


def test_the_pages_of_the_logs_keep_their_bounds_with_a_million_rows(capsys: pytest.CaptureFixture[str]) -> None:
    with copy_of_sample(TICKETS) as database:
        pages = json.loads(python(database, "-m", "tests.load.logs_measured").splitlines()[-1])

    with capsys.disabled():
        print(f"\n{MANY:,} rows in each log; the whole request without the network")
        for page in pages:
            print(
                f"  {page['page']:<42} {page['statements']:>3} statements {page['rows']:>3} rows"
                f" {page['fastest']:>7.1f} ms fastest {page['middle']:>7.1f} ms middle"
            )
    assert {page["page"]: page["fastest"] for page in pages if page["fastest"] > LIMIT_MS} == {}
    assert {page["page"]: page["statements"] for page in pages if page["statements"] > STATEMENTS} == {}
