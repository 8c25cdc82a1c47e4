"""`make check`, `make prove` and `make coverage`: one step after the other, each with its name and time; the first that fails ends the run.

A step's output is shown only when it fails, except for test runs, whose closing line is shown always.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
IN_TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "project.settings.test"}
ONE_AT_A_TIME = ("-n", "2", "--dist", "load", "--maxschedchunk", "1")
"""Two workers who take the next test when they are done with one."""
QUICK = "not flow and not contract and not chaos and not load"
COVERED = 95
WHOLLY_COVERED = ("workflow", "storage", "helpdesk/services", "helpdesk/selectors")
RACES_CHECKED = "300"
RACES_PROVED = "full"
MACHINE_CHECKED = "25x20"
HISTORIES_CHECKED = "8"
MACHINE_PROVED = "100x30"
FOLDERS = ("tests", "workflow", "storage", "helpdesk", "reports", "project")
PROOFS_PAGE = ROOT / "docs" / "reliability.md"


@dataclass(frozen=True)
class Step:
    """One command with its name; `environment` is added to the present one."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    is_test_run: bool = False


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def production_example() -> dict[str, str]:
    """The made-up production environment of tests/house/prod.env."""
    lines = (ROOT / "tests" / "house" / "prod.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def race_modules() -> tuple[str, ...]:
    """The test modules with a race: to collect thousands of other tests, in three processes, would take as long as several races."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("test_*.py"))
    return tuple(sorted(str(path.relative_to(ROOT)) for path in found if "mark.race" in path.read_text()))


def checks() -> list[Step]:
    """Everything that must hold before a change lands, the quickest answers first."""
    folders = [name for name in ("helpdesk", "project", "reports") if any((ROOT / name).rglob("*.html"))]
    return [
        Step("format", python("-m", "ruff", "format", "--check", ".")),
        Step("lint", python("-m", "ruff", "check", ".")),
        Step("templates", python("-m", "djlint", "--quiet", "--check", "--lint", *folders)),
        Step("floors", (str(BIN / "lint-imports"),)),
        Step("types", python("-m", "mypy")),
        Step(
            "production settings",
            python("-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
            production_example(),
        ),
        Step("docs, OpenAPI and migrations in step", python(*PYTEST, "tests/house"), is_test_run=True),
        Step(
            f"tests, the state machine with {MACHINE_CHECKED} acts",
            python(*PYTEST, "-n", "2", "--dist", "loadgroup", "--ignore", "tests/house", "-m", f"{QUICK} and not race"),
            {"MACHINE": MACHINE_CHECKED, "HISTORIES": HISTORIES_CHECKED},
            is_test_run=True,
        ),
        Step(
            "browser flows",
            python(*PYTEST, "-n", "2", "--dist", "loadgroup", "-m", "flow", "tests/flows"),
            is_test_run=True,
        ),
        Step(
            "made-up calls of the API, as each role",
            python(*PYTEST, "-m", "contract", "tests/contract"),
            {"CONTRACT": "short"},
            is_test_run=True,
        ),
        Step(
            f"races, {RACES_CHECKED} of each",
            python(*PYTEST, *ONE_AT_A_TIME, "-m", "race", *race_modules()),
            {"RACES": RACES_CHECKED},
            is_test_run=True,
        ),
    ]


def proofs() -> list[Step]:
    return [
        Step(
            "races, the full figure of each",
            python(*PYTEST, *ONE_AT_A_TIME, "-m", "race", *race_modules()),
            {"RACES": RACES_PROVED},
            is_test_run=True,
        ),
        Step(
            f"state machine beside the model, {MACHINE_PROVED} acts",
            python(*PYTEST, "tests/machine"),
            {"MACHINE": MACHINE_PROVED},
            is_test_run=True,
        ),
        Step(
            "made-up calls of the API in all their kinds, as each role",
            python(*PYTEST, "-m", "contract", "tests/contract"),
            {"CONTRACT": "full"},
            is_test_run=True,
        ),
        Step("mutations, each caught by a test", python("-m", "tests.mutations")),
    ]


def measured() -> list[Step]:
    """The tests with every line and branch counted, then the two floors: about half as long again as the tests alone."""
    (ROOT / ".local" / "coverage").mkdir(parents=True, exist_ok=True)
    parts = (f"{part}/*" for part in WHOLLY_COVERED)
    return [
        Step(
            "tests, measured",
            python(*PYTEST, "-n", "2", "--dist", "loadgroup", "-m", QUICK, "--cov", "--cov-report="),
            is_test_run=True,
        ),
        Step(f"at least {COVERED} % of everything", python("-m", "coverage", "report", f"--fail-under={COVERED}")),
        Step(
            f"100 % of {', '.join(WHOLLY_COVERED)}",
            python("-m", "coverage", "report", f"--include={','.join(parts)}", "--fail-under=100"),
        ),
    ]


def run(step: Step) -> tuple[bool, float, str]:
    """Whether the step held, how long it took in seconds, and what it said."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env={**os.environ, **step.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode == 0, time.monotonic() - began, done.stdout


def closing_line(said: str) -> str:
    """The line in which pytest sums up."""
    lines = said.strip().splitlines()
    return lines[-1] if lines else ""


def run_all(steps: list[Step]) -> bool:
    """Run the steps in order; false as soon as one fails, after saying which and showing its output."""
    for step in steps:
        print(f"- {step.name} ...", flush=True)
        held, seconds, said = run(step)
        if not held:
            print(said)
            print(f"FAILED after {seconds:.0f} s: {step.name}\n  {' '.join(step.command)}", flush=True)
            return False
        if step.is_test_run:
            print(f"  {closing_line(said)}")
        print(f"  ok, {seconds:.1f} s", flush=True)
    return True


def write_proof(steps: list[Step], seconds: float) -> None:
    """Add one line to docs/reliability.md: when, which commit, what, how long."""
    commit = subprocess.run(
        ("git", "rev-parse", "--short", "HEAD"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    what = "; ".join(step.name for step in steps)
    line = f"| {datetime.now(UTC):%Y-%m-%d %H:%M} UTC | {commit.stdout.strip() or '-'} | {what} | {seconds:.0f} s | held |\n"
    with PROOFS_PAGE.open("a") as page:
        page.write(line)
    print(f"Written to {PROOFS_PAGE.relative_to(ROOT)}: {line.strip()}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("check", "prove", "coverage"))
    what = parser.parse_args().what
    steps = {"check": checks, "prove": proofs, "coverage": measured}[what]()
    began = time.monotonic()
    held = run_all(steps)
    seconds = time.monotonic() - began
    if held and what == "prove":
        write_proof(steps, seconds)
    print(f"make {what}: {'all steps hold' if held else 'stopped'}, {seconds:.0f} s")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
