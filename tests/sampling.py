"""The tests that try everything on everything, thinned for the quick run: `SAMPLE=4` keeps every fourth of their cases.

`make test` asks for it, so that one run before each commit stays short; without the variable, and so in `make check`, every
case is tried. What is kept is the same on every machine, and differs from module to module.
"""

import os
import zlib
from collections import defaultdict

import pytest

EXHAUSTIVE = (
    "helpdesk/tests/sso/test_token_matrix.py",
    "tests/access/test_alike.py",
    "tests/access/test_hostile_calls.py",
    "tests/access/test_leaks.py",
    "tests/access/test_mass_assignment.py",
    "tests/access/test_matrix.py",
    "tests/api/test_successes.py",
)
"""Modules whose cases are one thing tried on every route, call or token."""


def share() -> int:
    """One in how many cases is kept; 1 keeps all."""
    return max(1, int(os.environ.get("SAMPLE") or "1"))


def left_out(items: list[pytest.Item], one_in: int) -> list[pytest.Item]:
    """The cases that a quick run leaves to `make check`; a test without cases is never among them."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        module = item.nodeid.partition("::")[0]
        if module in EXHAUSTIVE and "[" in item.nodeid:
            cases[module].append(item)
    return [
        item
        for module, found in cases.items()
        for place, item in enumerate(sorted(found, key=lambda one: one.nodeid))
        if (place + zlib.crc32(module.encode())) % one_in
    ]
