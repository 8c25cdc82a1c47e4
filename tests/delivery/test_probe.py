"""The container's health, asked without Django: a server that answers, one that refuses, none, and a cluster that lost its workers."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from project import probe


class Answering(BaseHTTPRequestHandler):
    """Answers with the server's present status, and remembers what was asked."""

    def do_GET(self) -> None:
        self.server.asked = (self.path, dict(self.headers))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The test's output belongs to the test."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    found = HTTPServer(("127.0.0.1", 0), Answering)
    found.status, found.asked = 200, None
    monkeypatch.setenv("LINEUP_WEB_PORT", str(found.server_port))
    monkeypatch.setenv("LINEUP_ALLOWED_HOSTS", "desk.corp.example,other.corp.example")
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


def process(proc: Path, pid: int, parent: int, state: str = "S") -> None:
    (proc / str(pid)).mkdir()
    (proc / str(pid) / "stat").write_text(f"{pid} (python (x) y) {state} {parent} 1 1 0")


def test_web_that_answers_is_well_and_is_asked_as_the_proxy_asks(server):
    assert probe.main(["web"]) == 0
    path, headers = server.asked
    assert (path, headers["Host"], headers["X-Forwarded-Proto"]) == ("/healthz", "desk.corp.example", "https")


def test_ready_asks_whether_it_can_work(server, capsys):
    server.status = 503

    assert probe.main(["ready"]) == 1
    assert server.asked[0] == "/readyz"
    assert capsys.readouterr().err == "The web server answers /readyz with 503.\n"


def test_no_server_is_not_well(server, monkeypatch, capsys):
    monkeypatch.setenv("LINEUP_WEB_PORT", "9")

    assert probe.main(["web"]) == 1
    assert "does not answer" in capsys.readouterr().err


def test_cluster_with_its_workers_is_well(tmp_path):
    for pid, parent in ((1, 0), (7, 1), (8, 7), (9, 7), (10, 7), (11, 7)):
        process(tmp_path, pid, parent)

    assert probe.cluster(tmp_path) == ""


@pytest.mark.parametrize("lost", ["sentinel", "workers", "dead but not buried"])
def test_cluster_without_them_is_not(tmp_path, lost):
    process(tmp_path, 1, 0)
    if lost != "sentinel":
        process(tmp_path, 7, 1)
    for pid in (8, 9, 10) if lost == "dead but not buried" else ():
        process(tmp_path, pid, 7, state="Z")

    assert probe.cluster(tmp_path).startswith("The cluster has")


def test_what_to_look_at_has_to_be_said(capsys):
    assert probe.main([]) == 2
    assert capsys.readouterr().err == "Say what to look at: web or ready or cluster.\n"
