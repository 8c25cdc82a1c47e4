"""A running demo as a person and a script have it: its address, its people, its mails, its clock. Never its database."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import requests

from project.demo.children import leftovers
from project.demo.entra_people import sample_people
from project.demo.environment import CHECKOUT, DemoAddresses, folder_of
from project.demo.ports import any_free
from project.demo.s3_faults import FaultSwitch

READY_LIMIT = 240.0
MAIL_LIMIT = 60.0
JSON = {"Accept": "application/json"}
OURS = ("LINEUP_", "ENTRA_", "S3_", "EMAIL_")
NOT_HANDED_ON = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ARGS"}
AHEAD = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)(?:\.\d+)? ahead of real time|which is real time")

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], *, what: str, within: float = MAIL_LIMIT) -> Found:
    """The first true answer of `look`; fails with `what` when none comes in time (real seconds)."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"Not within {within:.0f} s: {what}"
        time.sleep(0.2)


@dataclass(frozen=True)
class Person:
    """One of the sample people."""

    name: str
    email: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Mail:
    """One caught mail to one recipient."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]

    @property
    def words(self) -> str:
        """The plain part with its quote marks and line breaks undone."""
        return " ".join(re.sub(r"^> ?", "", self.text, flags=re.MULTILINE).split())


@dataclass
class Desk:
    """The demo of one port. `ahead` is how far its clock has been moved, once it has been asked: only stories move it."""

    port: int
    url: str
    api_url: str
    mail_url: str
    idp_url: str
    s3_url: str
    people: dict[str, Person]
    ahead: timedelta | None = None

    @classmethod
    def from_line(cls, port: int, line: str) -> "Desk":
        said = json.loads(line)
        people = {row["name"]: Person(row["name"], row["email"], tuple(row["roles"])) for row in said.pop("people")}
        return cls(port=port, people=people, **said)

    @property
    def folder(self) -> Path:
        return folder_of(self.port)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The only addresses a page of this desk may speak to."""
        return tuple("/".join(url.split("/")[:3]) for url in (self.url, self.mail_url, self.idp_url, self.s3_url))

    def emails(self, *roles: str) -> set[str]:
        """Of everybody who holds one of the roles."""
        return {person.email for person in self.people.values() if set(roles) & set(person.roles)}

    def mails(self, *, about: str = "", saying: str = "", to: str = "") -> list[Mail]:
        """Newest first: those whose subject names the case and has the words."""
        rows = requests.get(self.mail_url, params={"to": to} if to else {}, headers=JSON, timeout=10).json()
        return [
            Mail(", ".join(row["to"]), row["subject"], row["text"], row["html"], row["headers"])
            for row in rows
            if about in row["subject"] and saying in row["subject"]
        ]

    def mails_to(self, expected: set[str], *, about: str, saying: str, within: float = MAIL_LIMIT) -> dict[str, Mail]:
        """Wait until everybody expected has this mail, then hold that nobody else has it and nobody twice."""

        def arrived() -> list[Mail]:
            found = self.mails(about=about, saying=saying)
            return found if {mail.to for mail in found} >= expected else []

        found = eventually(arrived, what=f"mail {saying!r} about {about} to {sorted(expected)}", within=within)
        assert sorted(mail.to for mail in found) == sorted(expected)
        return {mail.to: mail for mail in found}

    def smtp(self, state: str) -> None:
        """Let the mail server be up, down, busy or refusing."""
        requests.put(f"{self.mail_url}/smtp/{state}", headers=JSON, timeout=10).raise_for_status()

    @property
    def s3_faults(self) -> FaultSwitch:
        """The switch that lets the demo's S3 refuse, hang, be busy or slow."""
        return FaultSwitch(self.folder / "s3")

    def manage(self, *arguments: str) -> str:
        """What `manage.py` answers with this demo's PORT in the environment."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=clean_environment() | {"PORT": str(self.port)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def token(self, person: str) -> str:
        return self.manage("demo_token", self.people[person].email).strip()

    def now(self) -> datetime:
        """The desk's clock."""
        if self.ahead is None:
            self.ahead = read_ahead(self.manage("demo_clock", "show"))
        return datetime.now(UTC) + self.ahead

    def move(self, span: timedelta) -> None:
        """Move the desk's clock forward, to the second; its sweeps have run when this returns."""
        self.ahead = read_ahead(self.manage("demo_clock", f"+{int(span.total_seconds())}s"))

    def move_to(self, moment: datetime) -> None:
        """Move the desk's clock to a moment, or a second after it."""
        span = moment - self.now() + timedelta(seconds=1)
        assert span > timedelta(seconds=1), f"{moment} has passed on the desk"
        self.move(span)

    def workers(self) -> list[int]:
        """The processes of the cluster, its first one first."""
        found = [pid for pid in sorted(leftovers(self.folder)) if b"qcluster" in command_of(pid)]
        return sorted(found, key=lambda pid: parent_of(pid) in found)


def read_ahead(said: str) -> timedelta:
    """What `demo_clock` says of how far the desk is ahead of real time."""
    match = AHEAD.search(said)
    assert match, said
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def command_of(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def parent_of(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def clean_environment() -> dict[str, str]:
    """Ours without what belongs to the tests: the demo chooses its own database and settings."""
    return {
        name: value for name, value in os.environ.items() if name not in NOT_HANDED_ON and not name.startswith(OURS)
    }


@contextlib.contextmanager
def running_desk(log: Path) -> Iterator[Desk]:
    """`make demo` on a free port with fresh data; in the end SIGTERM, exit 0, and nothing left behind."""
    port = any_free()
    shutil.rmtree(folder_of(port), ignore_errors=True)
    with log.open("w") as output:
        command = ["make", "demo", f"PORT={port}", "ARGS=--json"]
        make = subprocess.Popen(
            command, cwd=CHECKOUT, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
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
