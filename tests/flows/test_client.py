"""A client generated from docs/openapi.yaml takes a ticket through its life on the demo, each step as the person whose step it is."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from project.demo.environment import CHECKOUT
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

GENERATOR = Path(sys.executable).parent / "openapi-python-client"
PACKAGE = "lineup_client"
HANNAH, MAYA, MATEO = "Hannah Weiss", "Maya Fernandes", "Mateo Silva"

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """Imports a part of the client, which is generated anew for these tests; the generator may find nothing to complain of."""
    tmp_path = tmp_path_factory.mktemp("client")
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"package_name_override": PACKAGE, "post_hooks": []}))
    document = CHECKOUT / "docs" / "openapi.yaml"
    done = subprocess.run(
        [
            *(str(GENERATOR), "generate", "--path", str(document), "--config", str(config)),
            *("--meta", "none", "--output-path", str(tmp_path / PACKAGE), "--fail-on-warning"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        yield lambda name: importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def client_of(desk: Desk, generated: Call) -> Iterator[Call]:
    """The client with the token of somebody; their connections are closed in the end."""
    with ExitStack() as opened:
        kind = generated("client").AuthenticatedClient
        yield lambda name: opened.enter_context(kind(base_url=desk.url, token=desk.token(name)))


def test_a_generated_client_takes_a_ticket_through_its_life(generated: Call, client_of: Call) -> None:
    models = generated("models")
    as_person = {name: client_of(name) for name in (HANNAH, MAYA, MATEO)}

    def call(who: str, operation: str, *place: str, **more: Any) -> Any:
        """The parsed answer of an operation; fails on any refusal."""
        module = generated(f"api.tickets.{operation}")
        answer = module.sync_detailed(*place, client=as_person[who], **more)
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.CREATED}, answer.content
        return answer.parsed

    me = generated("api.me.me").sync(client=as_person[MATEO])
    told = {"application": "EXP", "title": "Totals are wrong", "description": "In the yearly report."}
    body = models.RaiseBody(**told, priority=models.PriorityEnum.MEDIUM)
    case_id = call(HANNAH, "ticket_create", body=body).case_id

    given = call(MAYA, "ticket_assign", case_id, body=models.AssignBody(assignee_id=me.id, assign_override=True))
    promised = call(MATEO, "ticket_commit", case_id, body=models.CommitBody(resolution_minutes=60))
    begun = call(MATEO, "ticket_start", case_id, body=models.StartBody())
    done = call(MATEO, "ticket_resolve", case_id, body=models.ResolveBody(note="A rounding that came too early."))
    seen = call(HANNAH, "ticket_read", case_id)

    assert (given.status, given.assignment.engineer.name) == (models.StatusEnum.ASSIGNED, MATEO)
    assert promised.due_at is not None
    assert begun.status == models.StatusEnum.IN_PROGRESS
    assert done.status == models.StatusEnum.RESOLVED
    assert (seen.status, seen.resolution_note) == (models.StatusEnum.RESOLVED, "A rounding that came too early.")


def test_a_refusal_is_parsed_too(generated: Call, client_of: Call) -> None:
    answer = generated("api.tickets.ticket_read").sync_detailed("N-EXP-999999", client=client_of(HANNAH))

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert (answer.parsed.code, answer.parsed.status) == ("ticket_missing", 404)
