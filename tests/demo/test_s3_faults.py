"""S3 in trouble (A8): every call fails within five seconds with one error of ours, and works again by itself."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from project.demo.s3 import S3Server
from project.demo.s3_faults import Fault, FaultSwitch
from storage.errors import ObjectMissing, StorageDown
from storage.s3 import Bucket
from storage.s3_config import S3Config

AT_ONCE = 6.0
"""Seconds: the five that a silent S3 may cost, and one for a busy machine."""

QUICK = {"connect_timeout": 0.2, "read_timeout": 0.3, "attempts": 1}
CALLS: dict[str, Callable[[Bucket], object]] = {
    "head": lambda bucket: bucket.head("a"),
    "read": lambda bucket: bucket.read("a", 0, 10),
    "delete": lambda bucket: bucket.delete("a"),
    "list": lambda bucket: list(bucket.list_keys()),
    "check": lambda bucket: bucket.check(),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[S3Server]:
    with S3Server(tmp_path, access_key="key", secret_key="secret", bucket="lineup") as running:
        requests.put(presigned(running), data=b"12345", timeout=5).raise_for_status()
        yield running


def presigned(server: S3Server) -> str:
    client = bucket_of(server)._client
    url: str = client.generate_presigned_url("put_object", Params={"Bucket": "lineup", "Key": "a"}, ExpiresIn=60)
    return url


def bucket_of(server: S3Server, **changes: float) -> Bucket:
    return Bucket(
        S3Config(
            bucket="lineup", region="eu-central-1", endpoint_url=server.url, addressing_style="path",
            access_key_id="key", secret_access_key="secret", **changes,
        )
    )  # fmt: skip


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.HANG, Fault.BUSY])
@pytest.mark.parametrize("call", CALLS)
def test_a_call_fails_with_one_error_and_works_again(server: S3Server, fault: Fault, call: str) -> None:
    bucket = bucket_of(server, **QUICK)

    server.faults.set(fault)
    with pytest.raises(StorageDown) as down:
        CALLS[call](bucket)
    server.faults.clear()

    assert server.url not in str(down.value)
    CALLS[call](bucket)


def test_nobody_listening_is_down_and_links_are_made_all_the_same(server: S3Server) -> None:
    bucket = bucket_of(server, **QUICK)
    server.stop()

    with pytest.raises(StorageDown):
        bucket.head("a")
    assert bucket.presign_put("b", content_type="text/plain", size=1, sha256="x", expires=60).url.startswith(server.url)


@pytest.mark.slow
def test_a_silent_s3_is_given_up_within_five_seconds(server: S3Server) -> None:
    server.faults.set(Fault.HANG)
    began = time.monotonic()

    with pytest.raises(StorageDown, match="ReadTimeoutError"):
        bucket_of(server).head("a")

    assert time.monotonic() - began < AT_ONCE


def test_a_moment_s_trouble_is_not_even_noticed(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more try, after a pause of a second at most."""
    faults = iter([Fault.BUSY])
    monkeypatch.setattr(server.faults, "current", lambda method: next(faults, None))

    assert bucket_of(server).head("a").size == 5
    assert list(faults) == []


def test_a_fault_can_be_kept_to_uploads(server: S3Server, tmp_path: Path) -> None:
    FaultSwitch(tmp_path).set(Fault.BUSY, ["PUT"])

    assert requests.put(f"{server.url}/lineup/b", data=b"1", timeout=5).status_code == 503
    assert bucket_of(server, **QUICK).head("a").size == 5


def test_a_slow_s3_answers_in_the_end(server: S3Server) -> None:
    server.faults.set(Fault.SLOW)
    began = time.monotonic()

    assert bucket_of(server).head("a").size == 5
    assert time.monotonic() - began >= 1


def ask_in_vain(url: str) -> None:
    with contextlib.suppress(requests.ConnectionError):
        requests.get(url, timeout=20)


def test_a_slow_upload_arrives_whole(server: S3Server) -> None:
    body = bytes(range(256)) * 1024
    server.store.delete("lineup", "a")
    server.faults.set(Fault.SLOW, ["PUT"])

    assert requests.put(presigned(server), data=body, timeout=10).status_code == 200
    assert bucket_of(server).read("a", 0, len(body)) == body


def test_a_server_that_hangs_can_be_stopped(server: S3Server) -> None:
    server.faults.set(Fault.HANG)
    asked = threading.Thread(target=ask_in_vain, args=[server.url])
    asked.start()
    time.sleep(0.2)

    server.stop()
    asked.join(5)

    assert not asked.is_alive()


def test_a_new_server_starts_without_the_old_one_s_trouble(server: S3Server, tmp_path: Path) -> None:
    server.faults.set(Fault.BUSY)
    server.stop()

    with S3Server(tmp_path, access_key="key", secret_key="secret") as again, pytest.raises(ObjectMissing):
        bucket_of(again).head("not there")
