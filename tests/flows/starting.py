"""A demo of the stories' own: started on a free port with fresh data, stopped without a trace; or one that runs already."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

from project.demo.children import leftovers
from project.demo.entra_people import sample_people
from project.demo.environment import CHECKOUT, DemoAddresses, folder_of
from project.demo.leash import leashed
from project.demo.ports import first_free
from tests.flows.running import Desk, Person, clean_environment, command_of, eventually, parent_of

READY_LIMIT = 240.0
WEB_PORTS = (10_000, 22_000)
"""Below those that the system gives to whoever calls somebody; the demo's inner ports are 10,000 above."""


@contextlib.contextmanager
def running_desk(log: Path) -> Iterator[Desk]:
    """`make demo` on a free port with fresh data; in the end SIGTERM, exit 0, and nothing left behind, also if we are killed."""
    port = _free_port()
    shutil.rmtree(folder_of(port), ignore_errors=True)
    with log.open("w") as output:
        command = ["make", "demo", f"PORT={port}", "ARGS=--json"]
        make = subprocess.Popen(
            leashed(command, signal_number=signal.SIGTERM),
            cwd=CHECKOUT,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        desk = Desk.from_line(
            port, eventually(lambda: _ready(make, log), what="make demo is ready", within=READY_LIMIT)
        )
        started = {make.pid, *leftovers(desk.folder)}
        yield desk
    finally:
        _stop(make)
    assert make.returncode == 0, log.read_text()
    assert [pid for pid in leftovers(desk.folder) if pid != os.getpid()] == []
    assert {pid: command_of(pid) for pid in started if is_of(desk.folder, pid)} == {}
    shutil.rmtree(desk.folder, ignore_errors=True)


def _free_port() -> int:
    """Below those that the system gives to whoever calls somebody, far from another demo that starts this moment; no seed of the tests repeats them."""
    return first_free(SystemRandom().randrange(*WEB_PORTS, 20))


def attached_desk(port: int) -> Desk:
    """A demo that runs already: for whoever writes a story and does not want to wait for a new desk each time."""
    addresses = DemoAddresses.read(port)
    people = {one.name: Person(one.name, one.email, one.roles) for one in sample_people()}
    return Desk(
        port=port,
        url=addresses.url,
        api_url=addresses.api_url,
        mail_url=addresses.mail_url,
        idp_url=addresses.authority,
        s3_url=addresses.s3_url,
        people=people,
    )


def is_of(folder: Path, pid: int) -> bool:
    """Whether a process still runs that names this demo's folder."""
    return os.fsencode(folder) in command_of(pid)


def _ready(make: "subprocess.Popen[bytes]", log: Path) -> str:
    said = log.read_text()
    assert make.poll() is None, f"make demo ended with {make.returncode}:\n{said}"
    return next((line for line in said.splitlines() if line.startswith("{") and line.endswith("}")), "")


def _stop(make: "subprocess.Popen[bytes]") -> None:
    """SIGTERM to the runner, which is what `make` runs; make itself would die of its own signal and say 143."""
    for entry in Path("/proc").glob("[0-9]*"):
        if parent_of(int(entry.name)) == make.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(entry.name), signal.SIGTERM)
    try:
        make.wait(60)
    except subprocess.TimeoutExpired:
        make.kill()
        make.wait()
        raise
