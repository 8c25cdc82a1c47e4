"""`make bench`: the main calls of the API beside a floor of bare views over the same rows (docs/performance.md).

One client with keep-alive, gunicorn with two workers, a sample of 100,000 tickets; with a larger BENCH_TICKETS both, and what
the size costs.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.load import quiet
from tests.load.caller import Caller, Line
from tests.load.kept import copy_of_sample, python
from tests.serving import serving

pytestmark = pytest.mark.load

USUAL = 100_000
TICKETS = int(os.environ.get("BENCH_TICKETS", str(USUAL)))
SIZES = sorted({USUAL, TICKETS}) if TICKETS > USUAL else [TICKETS]
ROUNDS, CALLS = 5, 40
WARM = 25
GROWS = 1.3
READS, WRITES = 12, 25
BOUNDS = {"list of 25": 25.0, "detail": 20.0, "create": 40.0, "assign": 50.0, "summary": 40.0}
STATEMENTS = {"create": WRITES, "assign": WRITES}
TOLD = {"title": "The export stops at page 12", "description": "It stops. " * 20, "priority": "medium"}

Act = Callable[[], tuple[str, str, Any]]
"""The next call of its kind: method, address, body."""


class Measured:
    """Both servers over one copy of a sample; what is done to them and what it took."""

    def __init__(self, api: str, floor: str, known: dict[str, Any]) -> None:
        self.api, self.floor, self.known = api, floor, known
        self.fresh: list[str] = []
        self.shares: list[float] = []
        self.callers: dict[tuple[str, str], Caller] = {}
        self.lines = {name: Line(name, bound) for name, bound in BOUNDS.items()}
        self.floors = {name: Line(name) for name in BOUNDS if name != "assign"}

    def caller(self, url: str, kind: str) -> Caller:
        """The one of this kind at this server; `close` hangs up."""
        if (url, kind) not in self.callers:
            self.callers[url, kind] = Caller(url, self.known["cookie"], self.known["sessions"][kind])
        return self.callers[url, kind]

    def close(self) -> None:
        for one in self.callers.values():
            one.connection.close()

    def acts(self) -> Iterator[tuple[str, Line, Caller, Act]]:
        """Every kind of call: first the floor's, then the API's."""
        known, told = self.known, {**TOLD, "application": self.known["application"]}
        cases, looked, engineers = cycle(known["any"]), cycle(known["any"]), cycle(known["engineers"])
        floor, api = self.caller(self.floor, "sm1"), self.caller(self.api, "sm1")
        reporter, bare = self.caller(self.api, "reporter"), self.caller(self.floor, "reporter")
        summary = "/api/dashboard/summary/"

        def assign() -> tuple[str, str, Any]:
            body = {"assignee_id": next(engineers), "assign_override": True}
            return "POST", f"/api/tickets/{self.fresh.pop()}/assign/", body

        yield "list of 25", self.floors["list of 25"], floor, lambda: ("GET", "/list/", None)
        yield "list of 25", self.lines["list of 25"], api, lambda: ("GET", "/api/tickets/?bucket=open", None)
        yield "detail", self.floors["detail"], floor, lambda: ("GET", f"/detail/{next(cases)}/", None)
        yield "detail", self.lines["detail"], api, lambda: ("GET", f"/api/tickets/{next(looked)}/", None)
        yield "create", self.floors["create"], bare, lambda: ("POST", "/create/", told)
        yield "create", self.lines["create"], reporter, lambda: ("POST", "/api/tickets/", told)
        yield "assign", self.lines["assign"], api, assign
        yield "summary", self.floors["summary"], floor, lambda: ("GET", "/summary/", None)
        yield "summary", self.lines["summary"], api, lambda: ("GET", summary, None)

    def measure(self) -> None:
        """Warm up, count statements, then round after round, so that whatever disturbs the machine disturbs all kinds alike."""
        every = list(self.acts())
        for name, line, caller, act in every:
            self._stock(name)
            for _ in range(WARM):
                self._keep(name, caller.spend(*act())[1])
            line.statements = max(caller.statements(*act()) for _ in range(3))
        for _ in range(ROUNDS):
            self.shares.append(quiet.taken_by_others())
            for name, line, caller, act in every:
                self._stock(name)
                for _ in range(CALLS):
                    took, said = caller.spend(*act())
                    line.milliseconds.append(took)
                    self._keep(name, said)

    def _keep(self, name: str, said: Any) -> None:
        """A ticket that was raised can be assigned; the floor's rows are no whole tickets."""
        if name == "create" and "title" in said:
            self.fresh.append(said["case_id"])

    def _stock(self, name: str) -> None:
        """Enough unassigned tickets for a round of assigning."""
        if name == "assign":
            reporter = self.caller(self.api, "reporter")
            while len(self.fresh) < CALLS:
                self._keep("create", reporter.spend("POST", "/api/tickets/", self._told())[1])

    def _told(self) -> dict[str, Any]:
        return {**TOLD, "application": self.known["application"]}


@contextmanager
def both_servers(tickets: int, folder: Path) -> Iterator[Measured]:
    with copy_of_sample(tickets) as database:
        known = json.loads(python(database, "-m", "tests.load.callers"))
        with (
            serving("tests.load.served_floor", database=database, log=folder / f"floor-{tickets}.log") as floor,
            serving("tests.load.served_api", database=database, log=folder / f"api-{tickets}.log") as api,
        ):
            one = Measured(api, floor, known)
            try:
                yield one
            finally:
                one.close()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[int, Measured]:
    """Everything measured once, and printed in one table a size."""
    found = {}
    for tickets in SIZES:
        with both_servers(tickets, tmp_path_factory.mktemp("served")) as one:
            one.measure()
        found[tickets] = one
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print("\n".join(line for tickets, one in found.items() for line in table(tickets, one)))
    return found


def table(tickets: int, one: Measured) -> Iterator[str]:
    yield f"\nThe API at {tickets:,} tickets, {ROUNDS * CALLS} calls each; {quiet.said(one.shares)}"
    yield f"  {'':<12}{'p50 ms':>8}{'p95 ms':>8}{'statements':>12}{'floor p50':>11}{'floor p95':>11}{'ratio':>7}{'bound ms':>10}"
    for name, line in one.lines.items():
        floor = one.floors.get(name)
        beside = (
            f"{floor.middle:>11.1f}{floor.slow:>11.1f}{line.middle / floor.middle:>7.1f}"
            if floor
            else f"{'-':>11}" * 2 + f"{'-':>7}"
        )
        late = "  late" if line.middle >= line.bound else ""
        yield f"  {name:<12}{line.middle:>8.1f}{line.slow:>8.1f}{line.statements:>12}{beside}{line.bound:>10.0f}{late}"


def test_statements(measured: dict[int, Measured]) -> None:
    found = [
        f"{name} at {tickets:,}: {line.statements}"
        for tickets, one in measured.items()
        for name, line in one.lines.items()
        if line.statements > STATEMENTS.get(name, READS)
    ]
    assert found == []


def test_times(measured: dict[int, Measured]) -> None:
    """The bounds of a quiet machine; when it was not, the failure says so."""
    late = {
        f"{name} at {tickets:,}": round(line.middle, 1)
        for tickets, one in measured.items()
        for name, line in one.lines.items()
        if line.middle >= (line.bound if tickets <= USUAL else line.bound * GROWS)
    }
    assert late == {}, "; ".join(quiet.said(one.shares) for one in measured.values())


@pytest.mark.skipif(len(SIZES) < 2, reason="one size only: BENCH_TICKETS=1000000 measures two")
def test_size_costs_little(measured: dict[int, Measured]) -> None:
    small, large = measured[USUAL], measured[TICKETS]
    grown = {name: large.lines[name].middle / small.lines[name].middle for name in BOUNDS}
    assert {name: round(ratio, 2) for name, ratio in grown.items() if ratio > GROWS} == {}, quiet.said(large.shares)
