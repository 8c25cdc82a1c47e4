"""Servers that take every connection and then say nothing, or no more: what a hanging dependency looks like from here."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Self

LOOPBACK = "127.0.0.1"


class Hole:
    """Accepts and never answers."""

    def __init__(self) -> None:
        self.listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self.listener.getsockname()[1]
        self.taken: list[socket.socket] = []

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.taken.append(connection)
                self.taken_one(connection)

    def taken_one(self, connection: socket.socket) -> None:
        """Say nothing."""

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.taken:
            connection.close()


class Passage(Hole):
    """Hands everything on to another server until it is frozen; then what was open stays open and nothing moves."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self.behind = (host, port)
        self.frozen = threading.Event()

    def taken_one(self, connection: socket.socket) -> None:
        other = socket.create_connection(self.behind)
        self.taken.append(other)
        for source, target in ((connection, other), (other, connection)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if self.frozen.is_set():
                    return
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """What happens inside has to be over by then."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < seconds, f"it took {took:.1f} s, {seconds} were allowed"
