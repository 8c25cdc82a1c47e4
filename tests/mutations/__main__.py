"""Runs every mutant in a copy of the tree and prints a table of what caught it; fails when one survives.

Two lanes work beside each other, each with a copy and a test database of its own. First the tests run on the untouched copy: what
fails there would catch nothing, and it leaves the compiled files that the other runs read. The constraints go one at a time in one run.
`--only TEXT` takes those whose kind, name or file has the text, `--list` runs none, `--write` puts the table on the page of proofs.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue

import psycopg

from project.demo.database_for_tests import VARIABLE, url_for_tests
from tests.mutations.mutants import ROOT, Mutant, all_mutants

LANES = 2
PAGE = ROOT / "docs" / "reliability.md"
HEADING, NEXT = "## What may not be taken away\n", "## Full proofs\n"
ENVIRONMENT = {"RACES": "25", "MACHINE": "15x25", "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Each run is its own process: what it need not load or compile counts a hundred times."""
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header")
PURE = ("-x", "--noconftest", "-c", os.devnull, "--rootdir", ".")
"""The rules' own tests need neither Django nor a database, and are ten times as quick without."""
DJANGO = ("-p", "pytest_django.plugin", "--reuse-db")
FAILED = re.compile(r"^(FAILED|ERROR) (\S+?(?:\[.*?\])?)(?: - |$)", re.MULTILINE)
LONGEST_SECONDS = 240


@dataclass(frozen=True)
class Lane:
    """A copy of the tree and a test database."""

    folder: Path
    database: str
    url: str

    def run(
        self, *arguments: str, seconds: float = LONGEST_SECONDS, compiles: bool = False
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **ENVIRONMENT, VARIABLE: self.url, "LINEUP_TEST_DB": self.database}
        if compiles:
            del environment["PYTHONDONTWRITEBYTECODE"]
        return subprocess.run(
            (sys.executable, *PYTEST, *arguments),
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=seconds,
        )

    def caught_by(self, mutant: Mutant) -> str:
        """The first test that fails without what the mutant takes away; empty when it survives."""
        pure = [test for test in mutant.tests if test.startswith("workflow/")]
        others = [test for test in mutant.tests if test not in pure]
        with self.without(mutant):
            return (pure and self._failed(*PURE, *pure)) or (others and self._failed(*DJANGO, "-x", *others)) or ""

    def _failed(self, *arguments: str) -> str:
        """The first test that fails; empty when all pass."""
        try:
            done = self.run(*arguments)
        except subprocess.TimeoutExpired:
            return f"{arguments[-1]} (never ends)"
        failed = FAILED.search(done.stdout)
        if failed:
            return failed.group(2)
        return "" if done.returncode == 0 else f"{arguments[-1]} (does not run)"

    @contextmanager
    def without(self, mutant: Mutant) -> Iterator[None]:
        """The lane with one thing taken away, and put back afterwards."""
        if not mutant.is_in_source:
            with self._without_guard(mutant):
                yield
            return
        path = self.folder / mutant.path
        before, written = path.read_bytes(), path.stat().st_mtime_ns
        path.write_bytes(before[: mutant.start] + mutant.new.encode() + before[mutant.end :])
        try:
            yield
        finally:
            path.write_bytes(before)
            os.utime(path, ns=(written, written))  # its compiled file is right again

    def caught_together(self, constraints: list[Mutant]) -> dict[str, str]:
        """Constraint -> the test that fails without it, each taken away in its own test's transaction only."""
        if not constraints:
            return {}
        tests = [test for mutant in constraints for test in mutant.tests]
        said = self.run(*DJANGO, "-p", "tests.mutations.without_guard", *tests).stdout
        failed = {test for kind, test in FAILED.findall(said) if kind == "FAILED"}
        return {one.name: one.tests[0] for one in constraints if failed.issuperset(one.tests)}

    @contextmanager
    def _without_guard(self, mutant: Mutant) -> Iterator[None]:
        take, give = guard_statements(mutant)
        with self.connect() as connection:
            connection.execute(take)
        try:
            yield
        finally:
            with self.connect() as connection:
                connection.execute(give)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url.rsplit("/", 1)[0] + f"/{self.database}", autocommit=True)


def guard_statements(mutant: Mutant) -> tuple[str, str]:
    """How this trigger is taken away and how it is given back."""
    table = f"ALTER TABLE {mutant.table}"
    return f"{table} DISABLE TRIGGER {mutant.name}", f"{table} ENABLE TRIGGER {mutant.name}"


def copy_tree(to: Path) -> None:
    """Everything of the project that git knows or would know."""
    listed = subprocess.run(
        ("git", "ls-files", "-co", "--exclude-standard"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, to / name)


def untouched(lane: Lane, tests: list[str]) -> str:
    """What these tests say of the copy as it is; empty when all pass. The run makes the lane's database."""
    done = lane.run(*DJANGO, "-x", "--create-db", *tests, seconds=4 * LONGEST_SECONDS, compiles=True)
    return "" if done.returncode == 0 else done.stdout[-4000:]


def shared_out(mutants: list[Mutant]) -> list[list[str]]:
    """The tests of all mutants, each once, for the lanes; a file that is run whole needs none of its tests named."""
    tests = {test for mutant in mutants for test in mutant.tests}
    needed = sorted(test for test in tests if "::" not in test or test.split("::")[0] not in tests)
    return [needed[lane::LANES] or needed for lane in range(LANES)]


def run_all(mutants: list[Mutant], lanes: list[Lane]) -> list[tuple[Mutant, str, float]]:
    """Each mutant on the next free lane; in the order of the list."""
    free: Queue[Lane] = Queue()
    for lane in lanes:
        free.put(lane)

    together = lanes[0].caught_together([one for one in mutants if one.kind == "constraint"])

    def tried(mutant: Mutant) -> tuple[Mutant, str, float]:
        lane, began = free.get(), time.monotonic()
        try:
            caught = together.get(mutant.name, "") if mutant.kind == "constraint" else lane.caught_by(mutant)
        finally:
            free.put(lane)
        seconds = time.monotonic() - began
        print(f"  {'caught' if caught else 'SURVIVED'} in {seconds:.0f} s: {mutant.kind}, {mutant.name}", flush=True)
        return mutant, caught, seconds

    with ThreadPoolExecutor(len(lanes)) as pool:
        return list(pool.map(tried, mutants))


def table(results: list[tuple[Mutant, str, float]]) -> str:
    """What was taken away and which test noticed first."""
    rows = ["| kind | taken away | caught by |", "|---|---|---|"]
    for mutant, caught, _ in results:
        test = caught.split("[", maxsplit=1)[0]
        rows.append(f"| {mutant.kind} | {mutant.name.replace('|', '/')} | {f'`{test}`' if caught else '**nothing**'} |")
    return "\n".join(rows) + "\n"


def write(results: list[tuple[Mutant, str, float]], seconds: float) -> None:
    """Put the table into docs/reliability.md, in place of the one before."""
    page = PAGE.read_text()
    if HEADING in page:
        before, rest = page.split(HEADING)
        page = before + NEXT + rest.split(NEXT, maxsplit=1)[1]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    said = f"`python -m tests.mutations` on {today}: {len(results)} taken away one at a time, none unnoticed, {seconds:.0f} s."
    PAGE.write_text(page.replace(NEXT, f"{HEADING}\n{said}\n\n{table(results)}\n{NEXT}"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    chosen = [one for one in all_mutants() if options.only in f"{one.kind} {one.name} {one.path}"]
    if options.list:
        print("\n".join(f"{one.kind}: {one.name}" for one in chosen), f"\n{len(chosen)} mutants")
        return 0
    began, url = time.monotonic(), url_for_tests()
    with tempfile.TemporaryDirectory(prefix="lineup-mutants-") as scratch:
        lanes = [Lane(Path(scratch) / str(n), f"test_lineup_mutants_{n}", url) for n in range(LANES)]
        for lane in lanes:
            copy_tree(lane.folder)
        print(f"{len(chosen)} mutants; first the tests as they are ...", flush=True)
        with ThreadPoolExecutor(LANES) as pool:
            said = [one for one in pool.map(untouched, lanes, shared_out(chosen)) if one]
        if said:
            print(said[0], "\nThe tests fail without any mutant.")
            return 1
        results = run_all(chosen, lanes)
    print("\n" + table(results))
    survived = [mutant.name for mutant, caught, _ in results if not caught]
    print(f"\n{len(results)} taken away, {len(survived)} unnoticed, {time.monotonic() - began:.0f} s")
    if options.write and not survived and not options.only:
        write(results, time.monotonic() - began)
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
