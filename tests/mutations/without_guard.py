"""Loaded by `-p` in one run over the constraints: each test runs without the constraint it is named after, and with all the others.

What is taken away comes back with the test's own transaction. A constraint that cannot be taken away is an error, which counts as
nothing caught.
"""

import pytest
from django.db import connection

from tests.mutations.mutants import CONSTRAINED


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """After the fixtures: what they wrote is checked while the constraint still stands."""
    name = item.callspec.params["constraint"]  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
        is_constraint = cursor.fetchone() is not None
        cursor.execute(
            f"ALTER TABLE {CONSTRAINED[name]} DROP CONSTRAINT {name}" if is_constraint else f"DROP INDEX {name}"
        )
