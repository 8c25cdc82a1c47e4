"""Two or more people acting at the very same moment, each on a database connection of their own."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

PROOF = 1_000
"""How often a race that names no figure of its own is run in `make prove`."""

_ASKED = os.environ.get("RACES", "5")

ROUNDS = PROOF if _ASKED == "full" else int(_ASKED)
"""How often each race is run: a handful in `make test`, 300 in `make check` at most, the full figures in `make prove`."""


def rounds(proof: int = PROOF) -> range:
    """The rounds of a race; `proof` is its full figure, which is never exceeded."""
    return range(proof if _ASKED == "full" else min(proof, ROUNDS))


Act = Callable[[], Any]


class Track:
    """Runners who start together; what each brings back is a result or the exception that stopped it."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool

    def race(self, *acts: Act) -> list[Any]:
        """Run all acts from one starting line and collect what came of each, in their order."""
        barrier = threading.Barrier(len(acts))
        return [future.result() for future in [self.pool.submit(_run, barrier, act) for act in acts]]


def _run(barrier: threading.Barrier, act: Act) -> Any:
    connection.ensure_connection()
    barrier.wait(timeout=10)
    try:
        return act()
    except Exception as refusal:  # noqa: BLE001 - what stopped a runner is what the test looks at
        return refusal


@contextmanager
def track(runners: int) -> Iterator[Track]:
    """A track for so many runners; their connections are closed at the end so that the database can be cleaned."""
    with ThreadPoolExecutor(runners) as pool:
        yield Track(pool)
        gate = threading.Barrier(runners)
        for closed in [pool.submit(_leave, gate) for _ in range(runners)]:
            closed.result()


def _leave(gate: threading.Barrier) -> None:
    gate.wait(timeout=10)
    connection.close()
