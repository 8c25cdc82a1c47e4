"""Made-up calls over the whole document, as each role, against the real server: no fault of ours, no answer outside the document.

A few hundred calls a role in `make check`, as many as CONTRACT says in `make prove`. Whatever they did, the desk still
agrees with itself in the end.
"""

import os
from collections.abc import Iterator
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
    "short": Effort(examples=10, phases=("examples", "fuzzing"), seed=1),
    "full": Effort(examples=150, phases=("examples", "coverage", "fuzzing", "stateful"), seed=2),
}
EFFORT = EFFORTS[os.environ.get("CONTRACT", "short")]
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
    """One desk for all roles, one after the other, in the order of what they can change."""
    failed: dict[str, str] = {}
    for role in CHOSEN:
        found = as_role(role, running, tmp_path)
        with capsys.disabled():
            answers = ", ".join(f"{count} x {status}" for status, count in sorted(found.statuses.items()))
            print(f"\n  {role:<10} {sum(found.statuses.values()):>6,} calls: {answers}", end="")
        if not found.held or not found.statuses or max(found.statuses) >= 500:
            failed[role] = found.said
    assert not failed, "\n".join(f"As {role}:\n{said}" for role, said in failed.items())
    assert broken() == []


def as_role(role: str, running: Running, folder: Path) -> Found:
    known = running.desk.stock()
    token = running.desk.token(running.entra, role) if role != "anonymous" else ""
    (folder / role).mkdir()
    return run(running.url, token, known, EFFORT, folder / role)
