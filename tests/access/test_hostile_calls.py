"""Whatever is sent to any call: never a fault of ours, never slow, and every refusal a problem document (W4, W7, T6).

The calls and their fields are walked from the OpenAPI document, so that a new one is tried from its first day.
"""

import json
import time
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import resolve

from helpdesk.api.errors import CONTENT_TYPE
from tests.access.calls import METHODS, Call, every_call
from tests.access.world import World, fingerprint, undone
from tests.access.writes import WRITES

pytestmark = pytest.mark.django_db

CALLS = every_call()
WITH_BODY = sorted(name for name, call in CALLS.items() if call.takes_body)
WITHOUT_BODY = sorted(name for name, call in CALLS.items() if not call.takes_body and call.method != "GET")
READS = sorted(name for name, call in CALLS.items() if call.method == "GET")
WITH_PLACES = sorted(name for name, call in CALLS.items() if call.places)
SECONDS = 2.0
JSON = "application/json"
HUGE = 10**30

BODIES: dict[str, bytes] = {
    "cut off": b"{",
    "cut off in a word": b'{"comment": "a',
    "no JSON": b"comment=a",
    "a text": b'"comment"',
    "a number": b"1",
    "a list": b"[]",
    "a list of bodies": b"[{}]",
    "nothing, in JSON": b"null",
    "bytes that are no text": b"\xff\xfe\x00{",
    "deep lists": b"[" * 100_000,
    "deep lists, closed": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "no number": b'{"comment": NaN}',
    "infinity": b'{"comment": -Infinity}',
    "a number beyond floats": b'{"comment": 1e400}',
    "a number of 5,000 digits": b'{"comment": ' + b"9" * 5000 + b"}",
    "a name twice": b'{"comment": "a", "comment": "b"}',
    "half a character": b'{"comment": "\\ud800"}',
    "half a character as a name": b'{"\\udfff": 1}',
    "a NUL as a name": b'{"\\u0000": 1}',
    "more than a megabyte": b'{"comment": "' + b"a" * 1_100_000 + b'"}',
    "a thousand names": json.dumps({f"field{n}": n for n in range(1000)}).encode(),
    "another row's columns": b'{"assignee__password": "a", "_state": {}, "__class__": {"__init__": 1}}',
}
KINDS = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "multipart/form-data",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json; charset=nothing-known",
    "garbage",
    "",
)
VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "an object": {"$ne": 1},
    "a list": [1, [2, [3]]],
    "empty": "",
    "a NUL": "a\x00b",
    "half a character": "a\ud800",
    "a huge number": HUGE,
    "a huge number as text": str(HUGE),
    "below zero": -1,
    "zero": 0,
    "a fraction": 1.5,
    "beyond a bigint": 2**63,
    "a text of 100,000": "a" * 100_000,
    "SQL": "1' OR '1'='1",
    "a path": "../../etc/passwd",
    "a column": "assignee__password",
    "other digits": "١٢٣",
    "lines": "a\r\nX-Evil: 1",
}
QUERIES = (
    "assignee__password=a",
    "password=a",
    "status__in=open",
    "status%00=open",
    "ordering=assignee__password",
    "ordering=-reporter__password",
    "ordering=?",
    "ordering=%00",
    "page_size=1000000000000000000000000000000",
    "page_size=-1",
    "page_size=0",
    "page_size=abc",
    "page_size=%D9%A1",
    "page=-1",
    "cursor=garbage",
    "cursor=%00",
    "cursor=cD0yMDI2",
    "cursor=" + "a" * 4000,
    "limit=1&offset=-1",
    "format=admin",
    "%ff=%fe",
    "q=%00",
    "q=%ed%a0%80",
    "q=" + "a" * 5000,
    "&&==&",
)
IN_PLACES = {
    "zero": "0",
    "below zero": "-1",
    "nobody's": "N-QZX-999999",
    "huge": str(HUGE),
    "beyond a bigint": str(2**63),
    "5,000 digits": "9" * 5000,
    "a word": "abc",
    "a fraction": "1.5",
    "other digits": "%D9%A1%D9%A2",
    "a NUL": "1%00",
    "two lines": "1%0A2",
    "SQL": "1%27%20OR%20%271%27=%271",
    "a path": "..%2F..%2Fetc",
    "half a character": "%ED%A0%80",
    "no text": "%FF",
}
HEADERS: dict[str, dict[str, str]] = {
    "no tag": {"If-Match": "abc"},
    "a weak tag": {"If-Match": 'W/"1"'},
    "a huge tag": {"If-Match": '"' + "a" * 8000 + '"'},
    "many tags": {"If-Match": ", ".join(f'"{n}"' for n in range(500))},
    "a tag of other letters": {"If-Match": '"\xe9"'},
    "an empty key": {"Idempotency-Key": ""},
    "a huge key": {"Idempotency-Key": "k" * 8000},
    "a key of other letters": {"Idempotency-Key": "\xe9\xff"},
    "only HTML": {"Accept": "text/html"},
    "odd Accept": {"Accept": ";;q=,/"},
    "a huge request id": {"X-Request-ID": "r" * 8000},
    "another host": {"X-Forwarded-For": "1.2.3.4, ::1, garbage", "X-Forwarded-Host": "evil.example"},
    "another method": {"X-HTTP-Method-Override": "DELETE"},
}
TOKENS = (
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer a.b.c",
    "Bearer " + "a" * 8000,
    "bearer \xe9",
    "Basic YTpi",
    "Token a",
)


def ask(world: World, call: Call, *, who: str = "", address: str = "", **more: Any) -> HttpResponse:
    """Make the call; hold what holds whatever is sent."""
    client = world.clients[who or caller_of(call, world)]
    method = more.pop("method", call.method)
    began = time.monotonic()
    with undone():
        answer = client.generic(method, address or call.address(world), **more)
    assert time.monotonic() - began < SECONDS, f"{call.name}: slow"
    assert answer.status_code < 500, f"{call.name}: {answer.status_code} {answer.content[:300]!r}"
    if answer.status_code >= 400 and method != "HEAD":
        told = json.loads(answer.content)
        assert answer["Content-Type"] == CONTENT_TYPE, call.name
        assert (told["status"], {"type", "title", "detail", "code"} - set(told)) == (answer.status_code, set())
    return answer


def caller_of(call: Call, world: World) -> str:
    """Somebody who may make the call: whoever does in tests/access/writes.py, else the first whose role the view names."""
    write = WRITES.get(call.route(world))
    if write:
        return write.who
    allowed = {role.value for role in resolve(call.address(world)).func.cls.roles}
    return next(who for who in ("sm1", "engineer", "admin", "ra", "reporter") if who in allowed)


def true_body(call: Call, world: World) -> dict[str, Any]:
    write = WRITES.get(call.route(world))
    return dict(write.fill(world)) if write else {}


@pytest.mark.parametrize("name", WITHOUT_BODY)
def test_a_body_where_none_is_read(name, world):
    for body in BODIES.values():
        ask(world, CALLS[name], data=body, content_type=JSON)


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_is_none(name, world):
    call, before = CALLS[name], fingerprint()
    found = {what: ask(world, call, data=body, content_type=JSON).status_code for what, body in BODIES.items()}

    assert {what: status for what, status in found.items() if not 400 <= status < 500} == {}
    assert fingerprint() == before


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_of_another_kind(name, world):
    call = CALLS[name]
    found = {kind: ask(world, call, data=b"comment=a", content_type=kind).status_code for kind in KINDS}

    assert {kind: status for kind, status in found.items() if status not in {400, 415}} == {}


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_value_of_another_kind_in_any_field(name, world):
    call = CALLS[name]
    plain = true_body(call, world)
    for field in call.fields:
        for value in VALUES.values():
            ask(world, call, data=json.dumps({**plain, field: value}), content_type=JSON)


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_field_nobody_offers_is_refused_by_its_name(name, world):
    answer = ask(
        world,
        CALLS[name],
        data=json.dumps({**true_body(CALLS[name], world), "assignee__password": "a"}),
        content_type=JSON,
    )

    assert (answer.status_code, "assignee__password" in answer.json().get("errors", {})) == (400, True)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_query_nobody_offers_is_refused_by_its_name(name, world):
    call = CALLS[name]
    sent = json.dumps(true_body(call, world)) if call.takes_body else ""
    for odd in ("assignee__password", "nothing_known"):
        answer = ask(world, call, address=f"{call.address(world)}?{odd}=a", data=sent, content_type=JSON)
        assert (odd, answer.status_code, odd in answer.json().get("errors", {})) == (odd, 400, True)


@pytest.mark.parametrize("name", READS)
def test_hostile_queries(name, world):
    call = CALLS[name]
    offered = [f"{query}={value}" for query in call.queries for value in IN_PLACES.values()]
    twice = [f"{query}=a&{query}=b" for query in call.queries]
    for query in (*QUERIES, *offered, *twice):
        ask(world, call, address=f"{call.address(world)}?{query}")


@pytest.mark.parametrize("name", WITH_PLACES)
def test_what_is_not_there_stands_in_the_address(name, world):
    call = CALLS[name]
    sent = json.dumps(true_body(call, world)) if call.takes_body else ""
    for place in call.places:
        found = {
            what: ask(
                world, call, address=call.address(world, **{place: value}), data=sent, content_type=JSON
            ).status_code
            for what, value in IN_PLACES.items()
        }
        assert {what: status for what, status in found.items() if status not in {400, 404}} == {}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_hostile_headers(name, world):
    call = CALLS[name]
    sent = json.dumps(true_body(call, world)) if call.takes_body else ""
    for headers in HEADERS.values():
        ask(world, call, data=sent, content_type=JSON, headers=headers)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_token_that_is_none(name, world):
    for token in TOKENS:
        answer = ask(world, CALLS[name], who="anonymous", headers={"Authorization": token})
        assert (token[:20], answer.status_code) == (token[:20], 401)


@pytest.mark.parametrize("path", sorted({call.path for call in CALLS.values()}))
def test_a_method_the_address_does_not_know(path, world):
    there = {call.method: call for call in CALLS.values() if call.path == path}
    some = next(iter(there.values()))
    for method in {*(one.upper() for one in METHODS), "TRACE", "LINK"} - set(there):
        answer = ask(world, some, method=method)
        assert (method, answer.status_code) == (method, 405)
        assert set(there) <= {one.strip() for one in answer["Allow"].split(",")}
