"""The bucket: links that let a browser do exactly one thing for a few minutes, and what the server asks for itself.

The only file that imports boto3. Nothing here may be called while a transaction is open.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, Literal, cast

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage.cors import CHECKSUM, ENCRYPTION, ENCRYPTION_KEY
from storage.errors import ObjectMissing, StorageDown
from storage.keys import content_disposition
from storage.limits import FileType
from storage.s3_config import S3Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST_LINK = 15 * 60
"""Seconds; no link lives longer (F2)."""

MISSING = frozenset({"404", "NoSuchKey", "AccessDenied"})
"""Who may not list a bucket is told "access denied" of an object that is not there, and the desk's web role may not."""

BEYOND_END = "InvalidRange"
UNSAID = "403"
"""What a refused HEAD says, whose answer has no body: a wrong secret and a missing object look alike."""


@dataclass(frozen=True)
class Upload:
    """One upload a browser may make: `headers` are sent exactly as given, the length comes from the body."""

    method: str
    url: str = field(repr=False)
    headers: dict[str, str]


@dataclass(frozen=True)
class StoredObject:
    """What S3 says of an object: size in bytes, SHA-256 in base64 (empty when it was stored without), encryption."""

    size: int
    content_type: str
    sha256: str
    encryption: str


@dataclass(frozen=True)
class Listed:
    """One line of a listing."""

    key: str
    size: int
    modified_at: datetime


class Bucket:
    """The desk's bucket. Its calls raise StorageDown when S3 cannot be asked; a link is made without asking, with credentials at hand."""

    def __init__(self, config: S3Config) -> None:
        self._config = config
        self._client = _client(config)

    def presign_put(self, key: str, *, content_type: str, size: int, sha256: str, expires: int) -> Upload:
        """A link for one upload of exactly these bytes under this key, which must be free (F2, F3).

        S3 refuses another type, length or digest, a missing header, and a second upload (412). `sha256` is base64, `expires` seconds.
        """
        _check_expiry(expires)
        asked = self._bound(key, content_type=content_type, size=size, sha256=sha256)
        with _translated(key):
            url = self._client.generate_presigned_url("put_object", Params=asked, ExpiresIn=expires, HttpMethod="PUT")
        return Upload(
            "PUT", url, {"Content-Type": content_type, "If-None-Match": "*", CHECKSUM: sha256, **self._sealed()}
        )

    def presign_get(self, key: str, *, filename: str, kind: FileType, expires: int, inline: bool = False) -> str:
        """A link to one download under its original name (F6); `expires` seconds.

        Always saved, never shown; `inline` is for previews and takes images and PDFs only.
        """
        _check_expiry(expires)
        if inline and not kind.previewed:
            raise ValueError(f".{kind.extension} files are never shown in a page")
        asked = {
            "Bucket": self._config.bucket,
            "Key": key,
            "ResponseContentDisposition": content_disposition(filename, inline=inline),
            "ResponseContentType": kind.served_as,
            "ResponseCacheControl": "private, no-store",
        }
        with _translated(key):
            return self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=expires, HttpMethod="GET")

    def put(self, key: str, body: IO[bytes], *, content_type: str, size: int, sha256: str) -> None:
        """Store what the desk itself has written, under a key that must be free; `sha256` is base64.

        For reports alone: the file of a ticket never passes the server (F2). Bound like a browser's upload, in one piece: S3
        takes 5 GB so.
        """
        with _translated(key, missing=frozenset()):
            self._client.put_object(Body=body, **self._bound(key, content_type=content_type, size=size, sha256=sha256))

    def head(self, key: str) -> StoredObject:
        """What is stored under the key; raises ObjectMissing."""
        with _translated(key):
            try:
                told = self._client.head_object(Bucket=self._config.bucket, Key=key, ChecksumMode="ENABLED")
            except ClientError as error:
                if _code(error) == UNSAID:
                    self._client.get_object(Bucket=self._config.bucket, Key=key, Range="bytes=0-0")
                raise
        return StoredObject(
            size=told["ContentLength"],
            content_type=told["ContentType"],
            sha256=told.get("ChecksumSHA256", ""),
            encryption=told.get("ServerSideEncryption", ""),
        )

    def first_bytes(self, key: str, count: int) -> bytes:
        """The first bytes of an object, all of a shorter one; raises ObjectMissing."""
        return self.read(key, 0, count)

    def read(self, key: str, offset: int, length: int) -> bytes:
        """So many bytes from there, fewer at the end, none behind it; raises ObjectMissing."""
        asked = f"bytes={offset}-{offset + length - 1}"
        with _translated(key):
            try:
                told = self._client.get_object(Bucket=self._config.bucket, Key=key, Range=asked)
            except ClientError as error:
                if _code(error) == BEYOND_END:
                    return b""
                raise
            with told["Body"] as body:
                return body.read()

    def reader(self, key: str) -> Callable[[int, int], bytes]:
        """`read` for one object, as storage.sniff wants it."""
        return lambda offset, length: self.read(key, offset, length)

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        with _translated(key, missing=frozenset()):
            self._client.delete_object(Bucket=self._config.bucket, Key=key)

    def list_keys(self, prefix: str = "") -> Iterator[Listed]:
        """All objects whose key begins so, in order of keys, asked for page by page."""
        pages = iter(self._client.get_paginator("list_objects_v2").paginate(Bucket=self._config.bucket, Prefix=prefix))
        while True:
            with _translated(prefix, missing=frozenset()):
                page = next(pages, None)
            if page is None:
                return
            for line in page.get("Contents", ()):
                yield Listed(line["Key"], line["Size"], line["LastModified"])

    def check(self) -> None:
        """Ask for an object that never is there; raises StorageDown when even that has no answer."""
        try:
            self.head("lineup-health")
        except ObjectMissing:
            return

    def _bound(self, key: str, *, content_type: str, size: int, sha256: str) -> dict[str, Any]:
        """Everything the signature of an upload covers."""
        asked = {
            "Bucket": self._config.bucket,
            "Key": key,
            "ContentType": content_type,
            "ContentLength": size,
            "ChecksumSHA256": sha256,
            "IfNoneMatch": "*",
        }
        if self._config.encryption:
            asked["ServerSideEncryption"] = self._config.encryption
        if self._config.kms_key_id:
            asked["SSEKMSKeyId"] = self._config.kms_key_id
        return asked

    def _sealed(self) -> dict[str, str]:
        """The headers that ask for encryption at rest."""
        sealed = {ENCRYPTION: self._config.encryption, ENCRYPTION_KEY: self._config.kms_key_id}
        return {name: value for name, value in sealed.items() if value}


@lru_cache(maxsize=8)
def _client(config: S3Config) -> "S3Client":
    """One client per configuration: making one takes a tenth of a second, and it may be shared by threads.

    Signature Version 4 always: left alone, boto3 signs links by Version 2, which binds neither type nor size. Without a key pair
    the machine's own role is used.
    """
    return boto3.client(
        "s3",
        region_name=config.region,
        endpoint_url=config.endpoint_url or None,
        aws_access_key_id=config.access_key_id or None,
        aws_secret_access_key=config.secret_access_key or None,
        config=Config(
            signature_version="s3v4",
            s3={
                "addressing_style": cast('Literal["virtual", "path"]', config.addressing_style),
                "us_east_1_regional_endpoint": "regional",
            },
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            retries={"mode": "standard", "total_max_attempts": config.attempts},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


@contextmanager
def _translated(key: str, missing: frozenset[str] = MISSING) -> Iterator[None]:
    """boto3's errors as ours, by S3's code alone: their texts may hold addresses."""
    try:
        yield
    except ClientError as error:
        if _code(error) in missing:
            raise ObjectMissing(key) from None
        raise StorageDown(f"S3 answered {_code(error)}") from None
    except BotoCoreError as error:
        raise StorageDown(type(error).__name__) from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _check_expiry(expires: int) -> None:
    if not 0 < expires <= LONGEST_LINK:
        raise ValueError(f"A link lives between 1 and {LONGEST_LINK} seconds, not {expires}")
