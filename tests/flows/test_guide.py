"""docs/api.md is right: its commands and its program, run as they stand there against the demo."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from project.demo.environment import CHECKOUT
from tests.files.sending import PICTURE
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

GUIDE = CHECKOUT / "docs" / "api.md"
JOB = re.compile(r"<!-- job: (\w+) -->\n```bash\n(.*?)```", re.DOTALL)
PROGRAM = re.compile(r"<!-- python -->\n```python\n(.*?)```", re.DOTALL)
KEY = "export-job-4711"
"""New for each run, for the desk remembers it for a day."""
CASE_ID = re.compile(r"N-EXP-\d+")
SECONDS = 60


@pytest.fixture
def environment(desk: Desk) -> dict[str, str]:
    """What the guide asks for: the address and two tokens."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    tokens = {"TOKEN": desk.token("Hannah Weiss"), "SM_TOKEN": desk.token("Maya Fernandes")}
    return kept | {"LINEUP": desk.url} | tokens


def test_the_commands_do_the_three_jobs_and_assign(desk: Desk, environment: dict[str, str], tmp_path: Path) -> None:
    jobs = dict(JOB.findall(GUIDE.read_text()))
    assert list(jobs) == ["raise", "show", "attach", "assign"]
    (tmp_path / "screenshot.png").write_bytes(PICTURE)

    assert KEY in jobs["raise"]
    once = jobs["raise"].replace(KEY, str(uuid4()))
    raised, again = (answer_of(once, environment, tmp_path) for _ in range(2))
    environment["CASE"] = raised["case_id"]
    shown = answer_of(jobs["show"], environment, tmp_path)
    attached = answer_of(jobs["attach"], environment, tmp_path)
    assigned = answer_of(jobs["assign"], environment, tmp_path)

    assert again == raised, "the guide says that a key does it once"
    assert (shown["status"], shown["reporter"]["name"]) == ("unassigned", "Hannah Weiss")
    assert (attached["filename"], attached["state"]) == ("screenshot.png", "confirmed")
    assert (assigned["case_id"], assigned["assignment"]["level"]) == (raised["case_id"], "SM1")
    assert [one["filename"] for one in ticket(desk, environment, raised["case_id"])["attachments"]] == [
        "screenshot.png"
    ]


def test_the_program_does_them_too(desk: Desk, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "screenshot.png").write_bytes(PICTURE)
    program = tmp_path / "guide.py"
    program.write_text("".join(PROGRAM.findall(GUIDE.read_text())))

    said = run([sys.executable, str(program)], environment, tmp_path)

    case_id = CASE_ID.match(said)
    assert case_id, said
    found = ticket(desk, environment, case_id.group())
    assert said.startswith(
        f"{case_id.group()}: {found['status']}, with {found['assignment']['engineer']['name']}, expected"
    )
    assert [one["state"] for one in found["attachments"]] == ["confirmed"]


def answer_of(job: str, environment: dict[str, str], folder: Path) -> dict[str, Any]:
    """What the last command of a job answers."""
    said = run(["/bin/bash", "-euo", "pipefail", "-c", job], environment, folder)
    found: dict[str, Any] = json.loads(said)
    return found


def run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def ticket(desk: Desk, environment: dict[str, str], case_id: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {environment['TOKEN']}"}
    found: dict[str, Any] = requests.get(f"{desk.api_url}/tickets/{case_id}/", headers=headers, timeout=10).json()
    return found
