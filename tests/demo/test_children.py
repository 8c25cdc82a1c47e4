"""Child processes: stopped with their whole group, dead with their starter, found again by their mark."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from project.demo import children
from project.demo.children import Child, end_leftovers, leftovers, run_to_end
from project.demo.environment import CHECKOUT, DemoError

SLEEP = "import time; time.sleep(60)"
# A main process that ignores being asked and has a helper, as a worker cluster that hangs.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(helper.pid, flush=True)
time.sleep(60)
"""
STARTER = """
import sys, time
from pathlib import Path
from project.demo.children import Child
child = Child.start("sleeper", ["-c", "import time; time.sleep(60)"], {"LINEUP_DEMO_DIR": sys.argv[1]}, Path(sys.argv[1]))
print(child.process.pid, flush=True)
time.sleep(60)
"""


def becomes(condition: Callable[[], bool], *, within: float = 5) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_child_has_a_session_and_a_log_of_its_own(tmp_path: Path) -> None:
    child = Child.start("talker", ["-c", f"print('said'); {SLEEP}"], {"PYTHONUNBUFFERED": "1"}, tmp_path)

    assert becomes(lambda: "said" in child.last_lines())
    assert os.getsid(child.process.pid) == child.process.pid
    child.stop(patience=5)
    assert child.process.returncode == -signal.SIGTERM


def test_stopping_ends_the_whole_group_when_the_main_process_does_not_listen(tmp_path: Path) -> None:
    child = Child.start("stubborn", ["-c", STUBBORN], {}, tmp_path)
    assert becomes(lambda: child.last_lines().strip().isdigit())
    helper = int(child.last_lines())

    child.stop(patience=0.2)

    assert child.process.returncode == -signal.SIGKILL
    assert becomes(lambda: not is_alive(helper))


def test_a_child_dies_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    pid = int(starter.stdout.readline())
    assert is_alive(pid)

    starter.kill()
    starter.communicate()

    assert becomes(lambda: not is_alive(pid))


def test_what_a_killed_run_left_is_found_by_its_mark_and_ended(tmp_path: Path) -> None:
    environment = os.environ | {"LINEUP_DEMO_DIR": str(tmp_path)}
    orphan = subprocess.Popen([sys.executable, "-c", SLEEP], env=environment)
    other = subprocess.Popen([sys.executable, "-c", SLEEP], env=environment | {"LINEUP_DEMO_DIR": f"{tmp_path}-other"})
    assert becomes(lambda: leftovers(tmp_path) == [orphan.pid])

    assert end_leftovers(tmp_path) == 1

    assert orphan.wait(5) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait(5)


def test_a_program_that_fails_is_named_with_its_log_and_last_words(tmp_path: Path) -> None:
    with pytest.raises(DemoError) as caught:
        run_to_end(
            "prepare", ["-c", "raise SystemExit('no such table')"], {}, tmp_path, failure="The data could not be made."
        )

    assert (
        str(caught.value)
        == f"The data could not be made. Its log is {tmp_path}/prepare.log; it ends with:\n    no such table"
    )


def test_personal_settings_for_the_programs_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--workers 50")
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")

    environment = children.child_environment({"DATABASE_URL": "postgresql://here"})

    assert "GUNICORN_CMD_ARGS" not in environment
    assert environment["DATABASE_URL"] == "postgresql://here"
