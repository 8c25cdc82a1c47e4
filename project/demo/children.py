"""The demo's child processes: each in a session of its own, with a log of its own, dead when the runner is."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from project.demo.environment import CHECKOUT, DemoError
from project.demo.leash import leashed

MARK = "LINEUP_DEMO_DIR"
# A person's own settings for these programs do not belong into the demo.
NOT_INHERITED = ("GUNICORN_CMD_ARGS", "WEB_CONCURRENCY", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")
PROC = Path("/proc")


@dataclass
class Child:
    """A running program; `name` is what a person reads about it."""

    name: str
    log: Path
    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls, name: str, arguments: list[str], environment: Mapping[str, str], logs: Path) -> "Child":
        """Run this Python with the arguments; call it from the main thread (see leash)."""
        log = logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                leashed([sys.executable, *arguments], signal_number=signal.SIGTERM),
                cwd=CHECKOUT,
                env=child_environment(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(name, log, process)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self, patience: float) -> None:
        """Ask the main process alone (a signal to the whole group makes the cluster hang), then end what is left of the group."""
        if self.is_running:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_lines(self, count: int = 5) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line}" for line in lines[-count:] or ["(nothing)"])


def run_to_end(name: str, arguments: list[str], environment: Mapping[str, str], logs: Path, *, failure: str) -> None:
    """Run a program and wait; if it fails raise DemoError with the sentence, its log and its last lines."""
    child = Child.start(name, arguments, environment, logs)
    try:
        code = child.process.wait()
    finally:
        child.stop(patience=5)
    if code != 0:
        raise DemoError(f"{failure} Its log is {child.log}; it ends with:\n{child.last_lines()}")


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return inherited | {"PYTHONUNBUFFERED": "1"} | dict(environment)


def leftovers(folder: Path) -> list[int]:
    """Processes of an earlier run of this folder's demo that outlived it, known by the mark in their environment."""
    mark = f"{MARK}={folder}".encode()
    found = []
    for entry in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(entry.name) != os.getpid() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def end_leftovers(folder: Path, *, patience: float = 3) -> int:
    """End them, the hard way if need be; how many there were. The caller holds the folder's lock."""
    first = leftovers(folder)
    deadline = time.monotonic() + patience
    signal_number = signal.SIGTERM
    while remaining := leftovers(folder):
        for pid in remaining:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal_number)
        signal_number = signal.SIGKILL if time.monotonic() > deadline else signal.SIGTERM
        time.sleep(0.1)
    return len(first)
