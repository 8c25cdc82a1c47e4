"""`make bench`: what announcing and confirming a file cost the desk, without S3's own time (F3, F5)."""

import json
import time
from typing import Any

import pytest
from django.test import Client

from helpdesk.models import Attachment
from helpdesk.services import bucket
from storage.s3 import StoredObject
from tests.factories import SM1Factory, a_ticket
from tests.files.sending import PICTURE, digest

pytestmark = [pytest.mark.load, pytest.mark.django_db]

REPEATS = 15
BOUND_MS = 30


class Instant:
    """A bucket that answers at once: what it holds is what was announced."""

    def __init__(self, real: Any) -> None:
        self.presign_put = real.presign_put

    def head(self, key: str) -> StoredObject:
        row = Attachment.objects.get(s3_key=key)
        return StoredObject(size=row.size, content_type=row.content_type, sha256=row.sha256, encryption="")

    def first_bytes(self, key: str, count: int) -> bytes:
        return PICTURE[:count]

    def reader(self, key: str) -> Any:
        return lambda offset, length: PICTURE[offset : offset + length]


def test_announcing_and_confirming(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    instant = Instant(bucket.of_desk())
    monkeypatch.setattr(bucket, "of_desk", lambda: instant)
    client, ticket = Client(), a_ticket()
    client.force_login(SM1Factory())
    took: dict[str, list[tuple[float, float]]] = {"announce": [], "confirm": []}

    def ask(name: str, address: str, body: dict[str, Any]) -> dict[str, Any]:
        began, worked = time.perf_counter(), time.process_time()
        answer = client.post(f"/api/{address}/", json.dumps(body), content_type="application/json")
        took[name].append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    for number in range(REPEATS):
        told = {"case_id": ticket.case_id, "filename": f"{number}.png", "size": len(PICTURE), "sha256": digest(PICTURE)}
        link = ask("announce", "presign-upload", told)
        ask("confirm", f"attachments/{link['id']}/confirm", {})

    with capsys.disabled():
        for name, runs in took.items():
            wall, worked = (sorted(column)[REPEATS // 2] for column in zip(*runs, strict=True))
            print(f"\n  files: {name:<10} {wall:>6.1f} ms middle, {worked:>6.1f} ms of them the processor's")
    assert {name: min(wall for wall, _ in runs) < BOUND_MS for name, runs in took.items()} == dict.fromkeys(took, True)
