"""Calls that replace something: fields nobody offered are refused by name and change nothing (T6, A4)."""

import json

import pytest

from helpdesk.selectors.queues import queue_of, queue_version
from tests.access.test_mass_assignment import as_many_as_are_named, hostile, rows
from tests.access.world import World, undone

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access")]

JSON = "application/json"
OFFERED = {"queue": {"order", "comment", "level"}, "roles": {"roles", "reason"}}


def sent(kind: str, world: World) -> tuple[str, str, dict]:
    """Who, where, and a body that would be taken."""
    engineer = world.users["engineer"].pk
    if kind == "queue":
        waiting = [slot.case_id for slot in queue_of(engineer).waiting]
        return "sm1", f"/api/engineers/{engineer}/queue/", {"order": waiting}
    decided = [{"role": "sm1", "decision": "given"}]
    return "admin", f"/api/users/{engineer}/roles/", {"roles": decided, "reason": "Because."}


@pytest.mark.parametrize("kind", sorted(OFFERED))
def test_every_column_that_is_not_named_is_refused_and_changes_nothing(kind, world):
    who, address, body = sent(kind, world)
    client = world.clients[who]
    headers = {"If-Match": f'"{queue_version(world.users["engineer"].pk)}"'} if kind == "queue" else {}
    asked = {name: value for name, value in hostile(world).items() if name not in OFFERED[kind]}

    with undone():
        before = rows()
        for some in as_many_as_are_named(asked):
            answer = client.put(address, json.dumps({**some, **body}), JSON, headers=headers)
            assert (answer.status_code, rows() ^ before) == (400, set())
            assert set(answer.json()["errors"]) == set(some)
        assert client.put(address, json.dumps(body), JSON, headers=headers).status_code == 200
