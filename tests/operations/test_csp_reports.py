"""What browsers report of the security policy: kept as one line, small, few, and never answered back (W2)."""

import json
import logging

import pytest
from django.db import OperationalError
from django.test import Client

from helpdesk.models import CallCount
from project import csp

pytestmark = pytest.mark.django_db

SENT = {
    "csp-report": {
        "document-uri": "https://lineup.corp.example/my/N-EXP-12/?token=secret-1#secret-2",
        "effective-directive": "script-src-elem",
        "violated-directive": "script-src",
        "blocked-uri": "https://evil.example/x.js?code=secret-3",
        "source-file": "https://user:secret-4@lineup.corp.example/static/a.js?secret-5",
        "line-number": 12,
        "original-policy": "default-src 'none'",
        "script-sample": "secret-6",
    }
}


def send(body: object, **headers: str):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(enforce_csrf_checks=True).post("/csp-report/", sent, content_type="application/csp-report", **headers)


@pytest.fixture
def lines(caplog):
    with caplog.at_level(logging.WARNING, "project.csp"):
        yield lambda: [record.getMessage() for record in caplog.records if record.name == "project.csp"]


def test_w2_a_report_is_one_line_without_what_may_be_secret(lines):
    answer = send(SENT)

    assert (answer.status_code, answer.content) == (204, b"")
    (line,) = lines()
    assert json.loads(line.partition(": ")[2]) == {
        "page": "https://lineup.corp.example/my/N-EXP-12/",
        "directive": "script-src-elem",
        "blocked": "https://evil.example/x.js",
        "source": "https://lineup.corp.example/static/a.js",
        "line": "12",
    }
    assert "secret" not in line


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 4000, b"[]", b"null", b'{"csp-report": 3}', b"\xff\xfe", b'{"csp-report": {}}'],
    ids=["empty", "cut off", "deep", "list", "null", "number", "bytes", "nothing in it"],
)
def test_what_is_no_report_is_taken_and_forgotten(body, lines):
    assert send(body).status_code == 204
    assert lines() == []


def test_a_hostile_report_stays_one_short_line(lines):
    hostile = 'x\r\n{"level": "forged"}\x1b[31m\x00\u2028' * 20
    answer = send({"csp-report": dict.fromkeys(SENT["csp-report"], hostile)})

    (line,) = lines()
    assert answer.content == b""
    assert len(line.splitlines()) == 1
    assert len(line) < 3000


def test_an_address_that_is_none_and_one_of_data_are_named_by_their_kind():
    assert csp.bare("inline") == "inline"
    assert csp.bare("data:text/html,<script>secret</script>") == "data"
    assert csp.bare("http://[::1") == "not an address"


def test_a_report_over_the_size_is_not_read(lines):
    assert send(b"x" * (csp.LARGEST + 1)).status_code == 413
    assert lines() == []


def test_one_address_sends_thirty_a_minute_and_others_go_on(lines):
    statuses = [send(SENT, REMOTE_ADDR="192.0.2.7").status_code for _ in range(csp.A_MINUTE + 2)]

    assert statuses == [204] * csp.A_MINUTE + [429] * 2
    assert send(SENT, REMOTE_ADDR="192.0.2.8").status_code == 204
    assert CallCount.objects.filter(key__startswith="csp ").count() == 2


def test_what_cannot_be_counted_is_not_taken(lines, monkeypatch):
    monkeypatch.setattr(csp, "take", _away)

    assert send(SENT).status_code == 503
    assert lines() == ["A report of the security policy could not be counted and is dropped"]


def _away(limits):
    raise OperationalError


def test_only_posts():
    assert Client().get("/csp-report/").status_code == 405
