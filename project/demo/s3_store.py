"""Objects on disk: one file of bytes and one of facts each, so that a reader never sees half an object."""

import base64
import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from project.demo.s3_faults import Readable
from project.demo.s3_signature import S3Error
from project.demo.web import CHUNK


@dataclass(frozen=True)
class StoredObject:
    """One object's facts; `blob` is the file of its bytes, times are ISO 8601 UTC."""

    key: str
    size: int
    content_type: str
    etag: str
    sha256: str
    stored_at: str
    blob: str
    encryption: str = ""


@dataclass(frozen=True)
class Upload:
    """Bytes received in full, not yet an object; checksums as S3's headers write them."""

    path: Path
    size: int
    md5: str
    hex_sha256: str
    sha256: str
    crc32: str

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


class Store:
    """Buckets under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def make_bucket(self, bucket: str) -> None:
        if not bucket or bucket.startswith(".") or "/" in bucket:
            raise S3Error(400, "InvalidBucketName")
        (self.folder / bucket).mkdir(exist_ok=True)

    def check_bucket(self, bucket: str) -> Path:
        path = self.folder / bucket
        if not bucket or bucket.startswith(".") or not path.is_dir():
            raise S3Error(404, "NoSuchBucket", "The specified bucket does not exist")
        return path

    def receive(self, bucket: str, body: Readable, length: int) -> Upload:
        """Write the body to a file while counting its checksums; a body that ends early is refused."""
        path = self.check_bucket(bucket) / f"{secrets.token_hex(16)}.blob"
        md5, sha256, crc32, left = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0, length
        with path.open("wb") as target:
            while left and (piece := body.read(min(left, CHUNK))):
                target.write(piece)
                md5.update(piece)
                sha256.update(piece)
                crc32 = zlib.crc32(piece, crc32)
                left -= len(piece)
        upload = Upload(
            path,
            length,
            md5.hexdigest(),
            sha256.hexdigest(),
            _base64(sha256.digest()),
            _base64(crc32.to_bytes(4, "big")),
        )
        if left:
            upload.discard()
            raise S3Error(400, "IncompleteBody")
        return upload

    def keep(
        self,
        bucket: str,
        key: str,
        upload: Upload,
        *,
        content_type: str,
        stored_at: datetime,
        only_new: bool,
        encryption: str = "",
    ) -> StoredObject:
        """Make the upload the object of this key; with `only_new` an existing one is left alone and 412 raised."""
        facts = self._facts(bucket, key)
        new = StoredObject(
            key,
            upload.size,
            content_type,
            f'"{upload.md5}"',
            upload.sha256,
            stored_at.isoformat(timespec="seconds"),
            upload.path.name,
            encryption,
        )
        draft = upload.path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(new)))
        old = None if only_new else self._read(facts)
        try:
            os.link(draft, facts) if only_new else draft.replace(facts)
        except FileExistsError as error:
            upload.discard()
            raise S3Error(
                412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        if old is not None:
            self.blob(bucket, old).unlink(missing_ok=True)
        return new

    def find(self, bucket: str, key: str) -> StoredObject:
        found = self._read(self._facts(bucket, key))
        if found is None:
            raise S3Error(404, "NoSuchKey", "The specified key does not exist.")
        return found

    def blob(self, bucket: str, found: StoredObject) -> Path:
        return self.check_bucket(bucket) / found.blob

    def delete(self, bucket: str, key: str) -> None:
        facts = self._facts(bucket, key)
        found = self._read(facts)
        facts.unlink(missing_ok=True)
        if found is not None:
            self.blob(bucket, found).unlink(missing_ok=True)

    def objects(self, bucket: str, prefix: str = "") -> list[StoredObject]:
        """All objects whose key begins with the prefix, by key."""
        return sorted(
            (found for found in self._all(bucket) if found.key.startswith(prefix)), key=lambda found: found.key.encode()
        )

    def _all(self, bucket: str) -> Iterator[StoredObject]:
        for facts in self.check_bucket(bucket).glob("*.json"):
            found = self._read(facts)
            if found is not None:
                yield found

    def _facts(self, bucket: str, key: str) -> Path:
        """Keys may be longer than file names and hold anything, so the file is named by the key's digest."""
        return self.check_bucket(bucket) / f"{hashlib.sha256(key.encode()).hexdigest()}.json"

    @staticmethod
    def _read(facts: Path) -> StoredObject | None:
        try:
            return StoredObject(**json.loads(facts.read_text()))
        except FileNotFoundError:
            return None


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
