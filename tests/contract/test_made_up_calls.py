"""Made-up calls over the whole document, as each role, against the real server: no fault of ours, no answer outside the document.

A few hundred calls a role in `make check`, as many as CONTRACT says in `make prove`. Whatever they did, the desk still
agrees with itself in the end.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from project.demo.entra import EntraServer
from project.demo.s3 import S3Server
from tests.contract.desk import ROLES, Desk, build
from tests.contract.made_up import Effort, Found, run
from tests.provider import entra_server  # noqa: F401 - a fixture
from tests.races.invariants import broken
from tests.serving import address_of, serving

pytestmark = [pytest.mark.contract, pytest.mark.django_db(transaction=True)]

EFFORTS = {
    "short": Effort(examples=8, of_strangers=2, phases=("examples", "fuzzing"), seed=1),
    "full": Effort(examples=150, of_strangers=20, phases=("examples", "coverage", "fuzzing", "stateful"), seed=2),
}
EFFORT = EFFORTS[os.environ.get("CONTRACT", "short")]
AT_ONCE = 2
CHOSEN = os.environ.get("CONTRACT_ROLES", ",".join(ROLES)).split(",")


@dataclass
class Running:
    """The desk behind its server."""

    url: str
    desk: Desk
    entra: EntraServer


@pytest.fixture
def running(entra_server: EntraServer, tmp_path: Path) -> Iterator[Running]:  # noqa: F811 - the fixture
    with (
        S3Server(tmp_path / "s3", access_key="key", secret_key="secret", bucket="lineup") as s3,
        serving(
            "tests.contract.served",
            database=address_of(connection.settings_dict),
            log=tmp_path / "web.log",
            ENTRA_AUTHORITY=entra_server.authority,
            S3_ENDPOINT_URL=s3.url,
            S3_BUCKET="lineup",
            S3_ADDRESSING_STYLE="path",
            S3_ACCESS_KEY_ID="key",
            S3_SECRET_ACCESS_KEY="secret",
        ) as url,
    ):
        yield Running(url, build(), entra_server)


def test_made_up_calls(running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One desk for all roles, two at a time; admins come last, for they can take away the roles of the others."""
    failed: dict[str, str] = {}
    made_up = [Role(name, running, tmp_path / name) for name in CHOSEN]
    for together in ([one for one in made_up if one.name != "admin"], [one for one in made_up if one.name == "admin"]):
        with ThreadPoolExecutor(AT_ONCE) as callers:
            for one, found in zip(together, callers.map(Role.call, together), strict=True):
                with capsys.disabled():
                    answers = ", ".join(f"{count} x {status}" for status, count in sorted(found.statuses.items()))
                    print(f"\n  {one.name:<10} {sum(found.statuses.values()):>6,} calls: {answers}", end="")
                if not found.held or not found.statuses or max(found.statuses) >= 500:
                    failed[one.name] = found.said
    assert not failed, "\n".join(f"As {name}:\n{said}" for name, said in failed.items())
    assert broken() == []


class Role:
    """Somebody of one role with tickets of their own to find, ready to call."""

    def __init__(self, name: str, running: Running, folder: Path) -> None:
        self.name, self.url, self.folder = name, running.url, folder
        self.known = running.desk.stock()
        self.token = running.desk.token(running.entra, name) if name != "anonymous" else ""
        folder.mkdir()

    def call(self) -> Found:
        is_stranger = self.name in {"anonymous", "no role"}
        return run(self.url, self.token, self.known, EFFORT, self.folder, is_stranger=is_stranger)
