"""A small HTTP server on loopback, on which the embedded S3, the sign-in provider and the mail page stand."""

import json
import socket
import threading
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlsplit

from project.demo.ports import LOOPBACK

CHUNK = 64 * 1024
DRAIN_LIMIT = 128 * 1024 * 1024
FORM_LIMIT = 1024 * 1024
IDLE_SECONDS = 60
Headers = Iterable[tuple[str, str]]


class _Listener(ThreadingHTTPServer):
    """Knows its open connections, so that stopping really ends them, kept-alive ones too."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), handler)

    def server_bind(self) -> None:
        """Bind without asking a name server for our own name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up is no event."""

    def end_connections(self) -> None:
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.connections.discard(connection)


class Service:
    """A server with a start and a stop; subclasses name their handler. Port 0 takes any free one."""

    handler: ClassVar[type["Handler"]]

    def __init__(self, port: int = 0) -> None:
        bound = type("BoundHandler", (self.handler,), {"service": self})
        self._listener = _Listener(port, bound)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        return self._listener.server_port

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and hang up on everybody."""
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()
        self._listener.end_connections()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class Handler(BaseHTTPRequestHandler):
    """One request; subclasses define `do_GET` and the like and answer once with one of the `send` methods."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    service: Any

    def log_message(self, *_: object) -> None:
        """The demo's terminal belongs to the person using it."""

    @property
    def route(self) -> str:
        return urlsplit(self.path).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.path).query, keep_blank_values=True)

    def length(self) -> int | None:
        """The announced length of the body; None when it is missing or no number."""
        text = self.headers.get("Content-Length", "")
        return int(text) if text.isdigit() else None

    def form(self) -> dict[str, str]:
        """The fields of a posted form; one that is too long counts as empty and ends the connection."""
        length = self.length() or 0
        if length > FORM_LIMIT:
            self.close_connection = True
            return {}
        return dict(parse_qsl(self.rfile.read(length).decode("utf-8", "replace"), keep_blank_values=True))

    def drain(self) -> None:
        """Read a body nobody wants, so that the caller hears our answer instead of a broken pipe."""
        self.close_connection = True
        left = min(self.length() or 0, DRAIN_LIMIT)
        while left > 0:
            piece = self.rfile.read(min(left, CHUNK))
            if not piece:
                return
            left -= len(piece)

    def send_head(self, status: int, length: int, headers: Headers = ()) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def send_bytes(self, status: int, body: bytes = b"", headers: Headers = ()) -> None:
        self.send_head(status, len(body), headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_json(self, status: int, value: object, headers: Headers = ()) -> None:
        self.send_bytes(
            status,
            json.dumps(value).encode(),
            [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers],
        )

    def send_page(self, status: int, html: str, headers: Headers = ()) -> None:
        self.send_bytes(
            status,
            html.encode(),
            [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"), *headers],
        )

    def send_redirect(self, location: str) -> None:
        self.send_bytes(302, b"", [("Location", location), ("Cache-Control", "no-store")])
