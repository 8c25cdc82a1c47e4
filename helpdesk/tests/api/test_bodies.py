"""What is sent as a body and is none: huge, deep, ambiguous, beyond numbers; refused at once, in bounded memory (W7)."""

import contextlib
import json
import time
import tracemalloc

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.exceptions import ParseError

from helpdesk.api.faults import BodyTooLarge
from helpdesk.api.parsers import DEEPEST, LONGEST_NUMBER, MOST_VALUES, StrictJSONParser
from helpdesk.models import Ticket
from helpdesk.tests.api.calling import Caller, refusal
from tests.entering import enter
from tests.factories import ApplicationFactory, EngineerFactory, ReporterFactory, SM1Factory

LARGEST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
SECONDS = 2.0
MEMORY = 200 * 1024 * 1024

ISSUE = {"application": "EXP", "title": "It stops", "description": "At page 3.", "priority": "low"}


def filled(start: str, again: str, end: str = "") -> bytes:
    """As many repetitions as one body may have bytes."""
    times = (LARGEST - len(start) - len(end)) // len(again)
    return (start + again * times + end).encode()


BOMBS = {
    "lists in lists without end": filled("", "["),
    "lists in lists": filled("[" * (LARGEST // 2), "]"),
    "objects in objects": b'{"a":' * (LARGEST // 6) + b"1" + b"}" * (LARGEST // 6),
    "a little too deep": b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2),
    "very many lists": filled("[", "[],", "[]]"),
    "very many fields": b"{" + b",".join(b'"%d":0' % number for number in range(LARGEST // 12)) + b"}",
    "very many objects": filled('{"title":[', "{},", "{}]}"),
    "a number of many digits": filled("", "9"),
    "a fraction of many digits": filled("0.", "9"),
    "a number too large for any": b'{"title": 1e400}',
    "as large below zero": b'{"title": -1e400}',
    "no number": b'{"title": NaN}',
    "no end": b'{"title": [Infinity, -Infinity]}',
    "the same field twice": b'{"title": "a", "title": "b"}',
    "the same field twice, within": b'{"title": {"a": 1, "b": 2, "a": 1}}',
    "the same field very often": filled('{"a":1', ',"a":1', "}"),
    "escapes without an end": filled('"', '\\"'),
    "a text without an end": filled('"', "x"),
    "half a pair of surrogates": b'{"title": "\\ud83d"}',
    "halves in the wrong order": b'{"title": "\\udca9\\ud83d"}',
    "half a pair as a name": b'{"\\ud83d": 1}',
    "a NUL": b'{"title": "a\\u0000b"}',
    "a NUL as a name": b'{"a\\u0000b": 1}',
    "bytes that are no UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "a mark of its encoding": b'\xef\xbb\xbf{"title": "x"}',
    "nothing but blanks": b"   ",
    "no JSON": b"title=x",
    "two of them": b'{"title": "a"} {"title": "b"}',
    "a comma too many": b'{"title": "a",}',
    "a comment": b'{"title": "a" /* b */}',
    "single quotes": b"{'title': 'a'}",
    "a line end in a text": b'{"title": "a\nb"}',
}

LARGE = {
    "many lists": b"[" + b"[]," * (MOST_VALUES - 5) + b"[]]",
    "many fields": b"{" + b",".join(b'"%d":0' % number for number in range(MOST_VALUES // 2 - 1)) + b"}",
    "many objects": b'{"title":[' + b"{}," * (MOST_VALUES - 5) + b"{}]}",
    "a very long text": filled('{"title":"', "x", '"}'),
    "a very long name": filled('{"', "x", '":1}'),
}
"""What is JSON, and nothing that a call takes."""


class Counted:
    """A body of any size that says how much of it was read."""

    def __init__(self, size: int) -> None:
        self.left, self.read_so_far = size, 0

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        self.read_so_far += size
        return b" " * size


@pytest.fixture
def caller(db):
    ApplicationFactory(code="EXP")
    client = Client()
    enter(client, ReporterFactory())
    return client


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
def test_a_body_that_no_call_can_mean_is_refused_at_once(caller, body):
    began = time.perf_counter()
    answer = caller.post("/api/tickets/", body, content_type="application/json")
    took = time.perf_counter() - began

    assert refusal(answer) == (400, "parse_error")
    assert answer.json()["detail"].startswith("The body ")
    assert len(answer.content) < 1000
    assert took < SECONDS
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE.keys())
def test_a_large_body_of_nonsense_is_refused_at_once_and_in_few_words(caller, body):
    began = time.perf_counter()
    answer = caller.post("/api/tickets/", body, content_type="application/json")
    took = time.perf_counter() - began

    assert refusal(answer) == (400, "invalid")
    assert len(answer.content) < 5000
    assert took < SECONDS


@pytest.mark.parametrize("body", (BOMBS | LARGE).values(), ids=(BOMBS | LARGE).keys())
def test_reading_a_body_takes_little_memory(body):
    tracemalloc.start()
    try:
        with contextlib.suppress(ParseError):
            StrictJSONParser().parse(_Stream(body))
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


class _Stream:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def read(self, size: int) -> bytes:
        return self.body[:size]


@pytest.mark.django_db
@pytest.mark.parametrize("item", ["{}", "-1", '"x"', "[[]]"])
def test_a_list_of_nonsense_is_refused_at_once_and_in_few_words(item):
    engineer, master = EngineerFactory(), Caller(SM1Factory())
    sent = '{"order": [' + ",".join([item] * (MOST_VALUES // 4)) + '], "comment": ""}'

    began = time.perf_counter()
    answer = master.client.put(
        f"/api/engineers/{engineer.pk}/queue/", sent, "application/json", headers={"If-Match": '"any"'}
    )
    took = time.perf_counter() - began

    assert refusal(answer)[0] in {400, 412, 422}
    assert len(answer.content) < 5000
    assert took < SECONDS


def test_a_body_that_is_too_large_is_refused_before_it_is_read(caller):
    body = b'{"title": "' + b"x" * LARGEST + b'"}'

    assert refusal(caller.post("/api/tickets/", body, content_type="application/json")) == (413, "too_large")


def test_of_a_body_without_an_end_no_more_is_read_than_a_body_may_have():
    endless = Counted(10 * 1024**3)

    with pytest.raises(BodyTooLarge):
        StrictJSONParser().parse(endless)

    assert endless.read_so_far == LARGEST + 1


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 30, str(LARGEST + 1)])
def test_a_length_that_is_none_or_too_much_is_refused(caller, length):
    answer = caller.post("/api/tickets/", b"{}", content_type="application/json", CONTENT_LENGTH=length)

    assert refusal(answer) == (413, "too_large")


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
def test_a_form_that_is_too_large_is_not_read_either(caller, kind):
    assert refusal(caller.post("/api/tickets/", b"x" * (LARGEST + 1), content_type=kind)) == (413, "too_large")


@pytest.mark.parametrize(
    "kind",
    [
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/json; charset=zlib",
        "application/json",
    ],
)
def test_a_body_is_read_as_utf_8_whatever_it_calls_itself(caller, kind):
    answer = caller.generic("POST", "/api/tickets/", json.dumps(ISSUE).encode(), content_type=kind)

    assert answer.status_code == 201


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"null", b"true", b"[{}]"])
def test_a_body_that_is_no_object_is_said_so(caller, body):
    answer = caller.post("/api/tickets/", body, content_type="application/json")

    assert refusal(answer) == (400, "invalid")


def test_the_deepest_body_and_the_longest_number_are_read():
    deepest = b"[" * DEEPEST + b"1" + b"]" * DEEPEST
    number = "9" * LONGEST_NUMBER

    assert json.dumps(StrictJSONParser().parse(_Stream(deepest))).encode() == deepest
    assert StrictJSONParser().parse(_Stream(number.encode())) == int(number)
    with pytest.raises(ParseError):
        StrictJSONParser().parse(_Stream(f"{number}9".encode()))


def test_letters_of_every_language_and_pairs_of_surrogates_are_text(caller):
    title = "Größe, 大きさ, \U0001f4a9"

    answer = caller.post("/api/tickets/", json.dumps({**ISSUE, "title": title}), content_type="application/json")

    assert answer.status_code == 201
    assert answer.json()["title"] == title


def test_very_many_parameters_are_refused(caller):
    answer = caller.get("/api/tickets/?" + "a&" * 1001)

    assert refusal(answer) == (400, "parse_error")
