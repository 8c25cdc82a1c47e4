"""No byte of a file passes the server: a fence round gunicorn while 50 files of 25 MB go up past it (F2)."""

import base64
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.test import Client

from helpdesk.models import Attachment, Ticket, User
from project.demo.ports import any_free
from project.demo.run import WEB
from project.demo.s3 import S3Server
from storage.limits import MB
from tests.factories import ReporterFactory, a_ticket
from tests.serving import address_of

pytestmark = [pytest.mark.load, pytest.mark.django_db(transaction=True)]

FILES, SIZE, AT_ONCE = 50, 25 * MB, 3
FILES_PER_TICKET = 20
MEMORY = 512 * MB
"""Address space of each process of the server: four times less than what goes up, Python and its libraries included."""
LARGEST_WRITE = 64 * 1024
"""No process of the server can write a larger file, whatever the folder."""
GROWTH = 16 * MB
"""How much memory a worker may gain; one file is larger."""
READY_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A gunicorn as the demo starts it, fenced in."""

    url: str
    process: "subprocess.Popen[bytes]"
    folder: Path

    @property
    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def peak(self) -> int:
        """The most memory any of its workers ever held, in bytes."""
        return max(_status(pid, "VmHWM") for pid in self.workers)

    def written(self) -> int:
        """Bytes its processes gave to any file or pipe."""
        return sum(_io(pid, "wchar") for pid in (self.process.pid, *self.workers))


def _status(pid: int, name: str) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def _io(pid: int, name: str) -> int:
    line = next(line for line in Path(f"/proc/{pid}/io").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


FENCE = f'ulimit -v {MEMORY // 1024}; ulimit -f {LARGEST_WRITE // 512}; exec "$@"'
"""For a shell that becomes the server's first process; its children inherit the limits."""


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[S3Server]:
    with S3Server(tmp_path / "s3", access_key="key", secret_key="secret", bucket="lineup") as running:
        yield running


@pytest.fixture
def server(s3: S3Server, tmp_path: Path) -> Iterator[Server]:
    """The desk's web server in an empty folder that nobody may write into."""
    folder = tmp_path / "empty"
    folder.mkdir(mode=0o555)
    url = f"http://127.0.0.1:{any_free()}"
    kept = connection.settings_dict
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "MALLOC_ARENA_MAX": "2",
        "DJANGO_SETTINGS_MODULE": "tests.load.served",
        "DATABASE_URL": address_of(kept),
        "S3_ENDPOINT_URL": s3.url,
        "S3_BUCKET": "lineup",
        "S3_ADDRESSING_STYLE": "path",
        "S3_ACCESS_KEY_ID": "key",
        "S3_SECRET_ACCESS_KEY": "secret",
    }
    options = ["--bind", url.removeprefix("http://"), "--worker-tmp-dir", "/dev/shm", "--log-level", "warning"]  # noqa: S108
    command = ["/bin/sh", "-c", FENCE, "sh", sys.executable, *WEB, *options, "--no-control-socket"]
    process = subprocess.Popen(command, cwd=folder, env=environment)
    try:
        _wait_for(url, process)
        yield Server(url, process, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server does not start within its fence"
        with suppress(requests.ConnectionError):
            if requests.get(f"{url}/healthz", timeout=10).ok:
                return
        time.sleep(0.2)
    raise AssertionError("the server does not answer")


class Sender:
    """Somebody's browser: the calls of the page, and the bytes straight to S3."""

    def __init__(self, url: str, user: User, s3: S3Server) -> None:
        signed_in = Client()
        signed_in.force_login(user)
        self.url = url
        self.s3 = s3
        self.cookies = {settings.SESSION_COOKIE_NAME: signed_in.cookies[settings.SESSION_COOKIE_NAME].value}
        self.cookies[settings.CSRF_COOKIE_NAME] = "c" * 32
        self.headers = {"X-CSRFToken": "c" * 32}

    def call(self, address: str, **body: object) -> dict[str, object]:
        answer = requests.post(
            f"{self.url}/api/{address}/", json=body, cookies=self.cookies, headers=self.headers, timeout=60
        )
        assert answer.ok, answer.text
        return answer.json()

    def send(self, case_id: str, number: int, size: int = SIZE) -> int:
        """One file the whole way; its bytes are thrown out of the bucket once they are confirmed."""
        line = f"{number:06d} a line of a log that is long\n".encode()
        body = (line * (size // len(line) + 1))[:size]
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        link = self.call("presign-upload", case_id=case_id, filename=f"log-{number}.txt", size=size, sha256=digest)
        put = requests.put(str(link["url"]), data=body, headers=link["headers"], timeout=120)
        assert put.status_code == 200, put.text
        self.call(f"attachments/{link['id']}/confirm")
        self.s3.store.delete("lineup", str(link["key"]))
        return len(body)


def test_no_byte_of_a_file_passes_the_server(s3: S3Server, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    reporter = ReporterFactory()
    first: Ticket = a_ticket(reporter=reporter)
    cases = [first] + [
        a_ticket(reporter=reporter, application=first.application) for _ in range(FILES // FILES_PER_TICKET)
    ]
    sender = Sender(server.url, reporter, s3)
    warm = a_ticket(reporter=reporter, application=first.application)
    for number in range(6):
        sender.send(warm.case_id, number, size=1000 + number)
    peak, written, began = server.peak(), server.written(), time.perf_counter()

    with ThreadPoolExecutor(AT_ONCE) as browsers:
        sent = list(browsers.map(lambda n: sender.send(cases[n // FILES_PER_TICKET].case_id, n), range(FILES)))

    took, grown, wrote = time.perf_counter() - began, server.peak() - peak, server.written() - written
    with capsys.disabled():
        print(
            f"\n{FILES} files, {sum(sent) / MB:,.0f} MB in {took:.0f} s past the server: its largest worker held {server.peak() / MB:.0f} MB,"
            f" {grown / MB:.1f} MB more than before; all of it wrote {wrote / 1024:.0f} KB"
        )
    assert Attachment.objects.filter(state=Attachment.State.CONFIRMED, size=SIZE).count() == FILES
    assert sum(sent) == FILES * SIZE
    assert grown < GROWTH
    assert wrote < SIZE // 10
    assert list(server.folder.iterdir()) == []
