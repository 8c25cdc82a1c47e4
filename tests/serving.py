"""The desk's web server as the demo starts it, for tests that speak to it from outside: gunicorn with two workers."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import requests

from project.demo.ports import LOOPBACK, any_free
from project.demo.run import WEB

CHECKOUT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60


def address_of(kept: Mapping[str, object]) -> str:
    """A database's settings as an address."""
    host, port = kept["HOST"] or "", kept["PORT"] or ""
    return f"postgres://{kept['USER']}:{kept['PASSWORD']}@{host}:{port}/{kept['NAME']}"


@contextlib.contextmanager
def serving(settings: str, *, database: str, log: Path, **environment: str) -> Iterator[str]:
    """The address of a server of these settings over this database; SIGTERM in the end, and it has to go in good order."""
    port = any_free()
    url = f"http://{LOOPBACK}:{port}"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *WEB, "--bind", f"{LOOPBACK}:{port}", "--no-control-socket", "--log-level", "warning"],
            cwd=CHECKOUT,
            env=kept | {"DJANGO_SETTINGS_MODULE": settings, "DATABASE_URL": database} | environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            _wait_for(url, process, log)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    assert process.returncode == 0, log.read_text()


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until it answers anything at all."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(requests.ConnectionError, requests.Timeout):
            requests.get(f"{url}/healthz", timeout=10)
            return
        time.sleep(0.1)
    raise AssertionError(f"the server does not answer: {log.read_text()}")
