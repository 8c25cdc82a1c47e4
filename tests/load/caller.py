"""A program that calls the desk over one connection that stays open, and what its calls took."""

import http.client
import json
import math
import statistics
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.load.counting import ASKED, TOLD

TOKEN = "c" * 32
TIMEOUT = 60


class Caller:
    """One client with keep-alive, signed in by a session; `spend` does nothing but send, wait and read."""

    def __init__(self, url: str, cookie: str, session: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)
        self.headers = {
            "Cookie": f"{cookie}={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/json",
        }

    def call(self, method: str, address: str, body: Any = None, **headers: str) -> tuple[http.client.HTTPResponse, Any]:
        """The answer and what it says; fails unless it is a success."""
        sent = None if body is None else json.dumps(body)
        try:
            answer = self._answer(method, address, sent, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server hung up while this caller waited for its turn; nothing of the call was read yet.
            self.connection.close()
            answer = self._answer(method, address, sent, headers)
        said = answer.read()
        assert 200 <= answer.status < 300, f"{method} {address}: {answer.status} {said[:500]!r}"
        return answer, json.loads(said) if said else None

    def _answer(self, method: str, address: str, sent: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self.connection.request(method, address, body=sent, headers=self.headers | headers)
        return self.connection.getresponse()

    def spend(self, method: str, address: str, body: Any = None) -> tuple[float, Any]:
        """How many milliseconds the call took, with its transfer, and what it answered."""
        began = time.perf_counter()
        _, said = self.call(method, address, body)
        return (time.perf_counter() - began) * 1000, said

    def statements(self, method: str, address: str, body: Any = None) -> int:
        """How many statements the server needs for this call."""
        answer, _ = self.call(method, address, body, **{ASKED: "1"})
        return int(answer.headers[TOLD])


@dataclass
class Line:
    """What repeated calls of one kind took, in milliseconds, and the most statements any needed."""

    name: str
    bound: float = math.inf
    milliseconds: list[float] = field(default_factory=list)
    statements: int = 0

    @property
    def middle(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def slow(self) -> float:
        """95 of a hundred are faster."""
        return statistics.quantiles(self.milliseconds, n=20)[-1]
