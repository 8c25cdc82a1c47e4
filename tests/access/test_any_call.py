"""What any call may be refused with, whatever it is about: each of these is provoked at every operation of the document."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as desk_settings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from psycopg import errors

from helpdesk import clock
from helpdesk.api import guard
from helpdesk.api.permissions import DeclaredRoles
from helpdesk.api.refusals import ANY_CALL, REPEATABLE, WITH_BODY
from helpdesk.services import kept_answers, limits
from helpdesk.tests.api.calling import refusal
from tests.access.calls import Call, document, every_call
from tests.access.test_hostile_calls import caller_of, true_body
from tests.access.world import World, undone
from tests.provider import entra, entra_server  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access")]

CALLS = every_call()
WRITES = {name: call for name, call in CALLS.items() if call.method != "GET"}
POSTS = {name: call for name, call in CALLS.items() if call.method == "POST"}
JSON = "application/json"
STRANGER = "asha.nair@corp.example"


def made(call: Call, world: World, client: Client, *, query: str = "", **more: Any) -> HttpResponse:
    """The call as it would be taken, but for what `more` makes of it; undone afterwards."""
    sent = {"data": json.dumps(true_body(call, world)) if call.takes_body else "", "content_type": JSON}
    with undone():
        return client.generic(call.method, call.address(world) + query, **sent | more)


def allowed(call: Call, world: World) -> Client:
    """Somebody who may make it."""
    return world.clients[caller_of(call, world)]


def everywhere(world: World, calls: dict[str, Call], how: Callable[[Call], HttpResponse]) -> set[tuple[int, str]]:
    """How all of these calls are refused, told apart by name where they are not refused alike."""
    found = {name: refusal(how(call)) for name, call in calls.items()}
    assert len(set(found.values())) == 1, found
    return set(found.values())


def test_nothing_is_missing_here(world: World) -> None:
    tried = {name.removeprefix("test_refused_") for name in globals() if name.startswith("test_refused_")}

    assert tried == {*ANY_CALL, *WITH_BODY, *REPEATABLE}
    for call in CALLS.values():
        codes = document()["paths"][call.path][call.method.lower()]["responses"]
        listed = {code for answer in codes.values() for code in answer.get("x-codes", [])}
        assert set(ANY_CALL) <= listed, call.name
        assert (set(WITH_BODY) <= listed) is (call.method != "GET"), call.name
        assert (set(REPEATABLE) <= listed) is (call.method == "POST"), call.name


def test_refused_not_authenticated(world: World) -> None:
    assert everywhere(world, CALLS, lambda call: made(call, world, Client())) == {(401, "not_authenticated")}


def test_refused_token_invalid(world: World) -> None:
    header = {"Authorization": "Bearer a.b.c"}
    answers = everywhere(world, CALLS, lambda call: made(call, world, allowed(call, world), headers=header))
    assert answers == {(401, "token_invalid")}


def test_refused_person_unknown(world: World, entra: Any) -> None:  # noqa: F811 - the fixture
    header = {"Authorization": f"Bearer {entra.api_token(STRANGER)}"}
    answers = everywhere(world, CALLS, lambda call: made(call, world, Client(), headers=header))
    assert answers == {(401, "person_unknown")}


def test_refused_provider_unreachable(world: World, entra: Any, settings: Any) -> None:  # noqa: F811
    header = {"Authorization": f"Bearer {entra.api_token(STRANGER)}"}
    settings.ENTRA_AUTHORITY = "http://127.0.0.1:9/away"
    answers = everywhere(world, CALLS, lambda call: made(call, world, Client(), headers=header))
    assert answers == {(503, "provider_unreachable")}


def test_refused_role_not_assigned(world: World) -> None:
    answers = everywhere(world, CALLS, lambda call: made(call, world, world.clients["nobody"]))
    assert answers == {(403, "role_not_assigned")}


def test_refused_role_needed(world: World) -> None:
    """Where a role is needed at all; a mere reporter holds none of these."""
    refused = {}
    for name, call in CALLS.items():
        answer = made(call, world, world.clients["other_reporter"])
        if answer.status_code == 403:
            refused[name] = refusal(answer)

    assert set(refused.values()) == {(403, "role_needed")}
    assert set(refused) == {
        "ticket_assign", "ticket_commit", "ticket_start", "ticket_resolve", "ticket_priority", "ticket_candidates",
        "extension_create", "extension_decide", "extension_list", "queue_read", "queue_reorder", "roles_read",
        "roles_decide", "dashboard_summary",
    }  # fmt: skip


def test_refused_permission_denied(world: World) -> None:
    """A session that changes something needs its CSRF token, as in the browser."""

    def without_token(call: Call) -> HttpResponse:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = allowed(call, world).cookies.copy()
        return made(call, world, strict)

    assert everywhere(world, WRITES, without_token) == {(403, "permission_denied")}


def test_refused_not_acceptable(world: World) -> None:
    header = {"Accept": "image/png"}
    answers = everywhere(world, CALLS, lambda call: made(call, world, allowed(call, world), headers=header))
    assert answers == {(406, "not_acceptable")}


def test_refused_unsupported_media_type(world: World) -> None:
    """A key makes the desk read the body also where the act itself has none."""
    odd = {"data": b"a=b", "content_type": "text/plain", "headers": {"Idempotency-Key": "a-key"}}
    answers = everywhere(world, WRITES, lambda call: made(call, world, allowed(call, world), **odd))
    assert answers == {(415, "unsupported_media_type")}


def test_refused_invalid(world: World) -> None:
    answers = everywhere(world, CALLS, lambda call: made(call, world, allowed(call, world), query="?nothing_known=1"))
    assert answers == {(400, "invalid")}


def test_refused_parse_error(world: World, settings: Any) -> None:
    """A body that is none; where none is read, a request that makes no sense before anybody looks at it."""
    settings.ALLOWED_HOSTS = ["testserver"]

    def senseless(call: Call) -> HttpResponse:
        odd = {"data": b"{"} if call.takes_body else {"headers": {"Host": "evil.example"}}
        return made(call, world, allowed(call, world), **odd)

    assert everywhere(world, CALLS, senseless) == {(400, "parse_error")}


def test_refused_too_large(world: World) -> None:
    body = b'{"comment": "' + b"a" * desk_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    answers = everywhere(world, CALLS, lambda call: made(call, world, allowed(call, world), data=body))
    assert answers == {(413, "too_large")}


def test_refused_throttled(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LINEUP_CALLS_PER_PERSON = 1

    def twice(call: Call) -> HttpResponse:
        monkeypatch.setattr(guard, "closed", {})
        with undone():
            allowed(call, world).get("/api/me/")
            answer = made(call, world, allowed(call, world))
        assert int(answer["Retry-After"]) > 0
        return answer

    assert everywhere(world, CALLS, twice) == {(429, "throttled")}


def test_refused_not_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "take", broken)
    assert everywhere(world, CALLS, lambda call: made(call, world, allowed(call, world))) == {(503, "not_counted")}


def test_refused_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours tells nothing of itself."""
    monkeypatch.setattr(DeclaredRoles, "has_permission", broken)

    def failed(call: Call) -> HttpResponse:
        answer = made(call, world, allowed(call, world))
        assert b"secret" not in answer.content
        return answer

    assert everywhere(world, CALLS, failed) == {(500, "error")}


def test_refused_idempotency_key_reused(world: World) -> None:
    def again(call: Call) -> HttpResponse:
        person = world.users[caller_of(call, world)]
        with undone():
            kept_answers.reserve(person_id=person.pk, key="a-key", fingerprint="another body", now=clock.now())
            return made(call, world, allowed(call, world), headers={"Idempotency-Key": "a-key"})

    assert everywhere(world, POSTS, again) == {(422, "idempotency_key_reused")}


def test_refused_request_in_progress(world: World) -> None:
    """The same key is held by a request that takes longer than anybody waits for a lock."""

    def waiting(call: Call) -> HttpResponse:
        with connection.execute_wrapper(held_by_another):
            return made(call, world, allowed(call, world), headers={"Idempotency-Key": "a-key"})

    assert everywhere(world, POSTS, waiting) == {(409, "request_in_progress")}


def held_by_another(run: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
    if "INTO helpdesk_idempotencykey" in str(sql):
        raise OperationalError("canceling statement due to lock timeout") from errors.LockNotAvailable()
    return run(sql, params, many, context)


def broken(*_args: Any, **_told: Any) -> None:
    raise OperationalError("the secret of the database")
