"""A running demo as a person and a script have it: its address, its people, its mails, its clock. Never its database."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import requests

from project.demo.children import leftovers
from project.demo.environment import CHECKOUT, DemoAddresses, folder_of
from project.demo.s3_faults import FaultSwitch

MAIL_LIMIT = 60.0
JSON = {"Accept": "application/json"}
OURS = ("LINEUP_", "ENTRA_", "S3_", "EMAIL_")
NOT_HANDED_ON = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ARGS"}
AHEAD = re.compile(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)(?:\.\d+)? ahead of real time|which is real time")

Found = TypeVar("Found")


def eventually(look: Callable[[], Found], *, what: str, within: float = MAIL_LIMIT, pause: float = 0.2) -> Found:
    """The first true answer of `look`, which is asked every `pause`; fails with `what` when none comes in time (real seconds)."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"Not within {within:.0f} s: {what}"
        time.sleep(pause)


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
        rows = requests.get(self.mail_url, params={"to": to, "about": about}, headers=JSON, timeout=10).json()
        return [
            Mail(", ".join(row["to"]), row["subject"], row["text"], row["html"], row["headers"])
            for row in rows
            if saying in row["subject"]
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
        """As `demo_token` prints it, asked for without starting a program."""
        form = {"email": self.people[person].email, "fault": ""}
        return str(self._asked_of_provider("/demo/token", form)["access_token"])

    def claim(self, person: str, way: str, *roles: str) -> None:
        """Let the provider say something else of somebody, as `demo_claims` does."""
        self._asked_of_provider(
            "/demo/claims", {"email": self.people[person].email, "way": way, "roles": " ".join(roles)}
        )

    def _asked_of_provider(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        secret = {"X-Demo-Secret": DemoAddresses.read(self.port).demo_secret}
        answer = requests.post(f"{self.idp_url}{path}", data=form, headers=secret, timeout=10)
        answer.raise_for_status()
        said: dict[str, Any] = answer.json()
        return said

    def call(self, person: str, path: str, **body: object) -> Any:
        """A call of the API as somebody's program makes it, for what a story only finds there."""
        return self._answer("POST", person, path, body)

    def read(self, person: str, path: str) -> Any:
        """What the API shows somebody."""
        return self._answer("GET", person, path, None)

    def _answer(self, method: str, person: str, path: str, body: object) -> Any:
        headers = {"Authorization": f"Bearer {self.token(person)}"}
        answer = requests.request(method, f"{self.api_url}/{path}", json=body, headers=headers, timeout=20)
        assert answer.ok, f"{path}: {answer.text}"
        return answer.json()

    def raised(self, person: str, title: str, priority: str = "low") -> str:
        """A ticket that was raised before the story begins; its case id."""
        words = {"application": "EXP", "title": title, "description": "It has been so since Monday."}
        return str(self.call(person, "tickets/", priority=priority, **words)["case_id"])

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
