"""A small S3 that checks what Amazon's checks: signatures, expiry, checksums, no overwriting, allowed origins.

For the demo and the tests: an upload link that works here and is refused when somebody changes type, size, bytes or
time behaves the same on the real one. Path-style addresses, one key pair, plain HTTP on loopback.
"""

import re
import socket
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote
from xml.sax.saxutils import escape

from project.demo.s3_faults import Fault, FaultSwitch, Readable, SlowBody
from project.demo.s3_signature import UNSIGNED, Credentials, Request, S3Error, verify
from project.demo.s3_store import Store, StoredObject, Upload
from project.demo.web import CHUNK, Handler, Headers, Service
from storage import cors

LIST_LIMIT = 1000
SLOW_START = 1.0
SLOW_BUFFER = 64 * 1024
"""Bytes the machine takes on its own while we are slow; more would look to the browser like a finished upload."""

ASKED_FOR = ("Content-Disposition", "Cache-Control")
"""What a download link may set on its answer, beside the type."""

ENCRYPTIONS = ("AES256", "aws:kms")
RANGE = re.compile(r"bytes=(\d*)-(\d*)")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _real_time() -> datetime:
    """Links live in real time, whatever the demo desk's clock says."""
    return datetime.now(UTC)


class S3Handler(Handler):
    """One request: who may, then what."""

    service: "S3Server"

    def handle_any(self) -> None:
        self.consumed = False
        self.body: Readable = self.rfile
        try:
            if self._is_troubled():
                self.close_connection = True
            elif self.command == "OPTIONS":
                self._preflight()
            else:
                self._answer()
        except S3Error as error:
            if not self.consumed:
                self.drain()
            body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{error.code}</Code><Message>{escape(error.sentence)}</Message></Error>'
            self.reply(error.status, body.encode(), [("Content-Type", "application/xml")])

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = do_OPTIONS = handle_any

    def _is_troubled(self) -> bool:
        """Play the fault that is switched on; True when the caller gets no answer at all."""
        fault = self.service.faults.current(self.command)
        if fault is Fault.BUSY:
            raise S3Error(503, "SlowDown", "Please reduce your request rate.")
        if fault is Fault.SLOW:
            self.service.stopping.wait(SLOW_START)
            self.body = SlowBody(self.rfile)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER)
        if fault is Fault.HANG:
            self.service.faults.wait_for_end(self.command, self.service.stopping)
        return fault in (Fault.HANG, Fault.REFUSE)

    def _preflight(self) -> None:
        """A browser's question before it sends; answered yes for the listed origins, methods and headers only."""
        asked = self.headers.get("Access-Control-Request-Headers", "").split(",")
        wanted = {name.strip().lower() for name in asked if name.strip()}
        method = self.headers.get("Access-Control-Request-Method", "")
        listed = method in cors.METHODS and wanted <= set(cors.ALLOWED_HEADERS)
        answer = self.cors_headers() if listed else []
        self.send_bytes(200 if answer else 403, b"", answer)

    def cors_headers(self) -> list[tuple[str, str]]:
        origin = self.headers.get("Origin", "")
        if origin not in self.service.cors_origins:
            return []
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", ", ".join(cors.METHODS)),
            ("Access-Control-Allow-Headers", ", ".join(cors.ALLOWED_HEADERS)),
            ("Access-Control-Expose-Headers", ", ".join(cors.EXPOSED_HEADERS)),
            ("Access-Control-Max-Age", str(cors.MAX_AGE)),
            ("Vary", "Origin"),
        ]

    def reply(self, status: int, body: bytes = b"", headers: Headers = ()) -> None:
        self.send_bytes(status, body, [*headers, *self.cors_headers()])

    def _answer(self) -> None:
        bucket, _, key = unquote(self.route).lstrip("/").partition("/")
        payload = verify(self._request(), self.service.credentials, self.service.now())
        if self.command == "PUT" and key:
            self._put(bucket, key, payload)
        elif self.command == "PUT":
            self.drain()
            self.service.store.make_bucket(bucket)
            self.reply(200)
        elif self.command == "DELETE" and key:
            self.service.store.delete(bucket, key)
            self.reply(204)
        elif self.command in ("GET", "HEAD") and key:
            self._get(bucket, self.service.store.find(bucket, key))
        elif self.command in ("GET", "HEAD"):
            self._list(bucket)
        else:
            raise S3Error(501, "NotImplemented")

    def _request(self) -> Request:
        names = {name.lower() for name in self.headers}
        headers = {name: ",".join(self.headers.get_all(name, [])) for name in names}
        return Request(self.command, self.route or "/", self.query, headers)

    def _put(self, bucket: str, key: str, payload: str) -> None:
        length = self.length()
        if length is None:
            raise S3Error(411, "MissingContentLength")
        condition = self.headers.get("If-None-Match")
        if self.headers.get(cors.ENCRYPTION, "AES256") not in ENCRYPTIONS:
            raise S3Error(400, "InvalidEncryptionAlgorithmError")
        if condition not in (None, "*"):
            raise S3Error(501, "NotImplemented", "If-None-Match is known with * only.")
        self.service.store.check_bucket(bucket)
        self.consumed = True
        upload = self.service.store.receive(bucket, self.body, length)
        self._check_digests(upload, payload)
        stored = self.service.store.keep(
            bucket,
            key,
            upload,
            content_type=self.headers.get("Content-Type", "binary/octet-stream"),
            stored_at=self.service.now(),
            only_new=condition == "*",
            encryption=self.headers.get(cors.ENCRYPTION, ""),
        )
        self.reply(200, b"", [("ETag", stored.etag), (cors.CHECKSUM, stored.sha256)])

    def _check_digests(self, upload: Upload, payload: str) -> None:
        checks = (
            ("XAmzContentSHA256Mismatch", None if payload == UNSIGNED else payload, upload.hex_sha256),
            ("BadDigest", self.headers.get(cors.CHECKSUM), upload.sha256),
            ("BadDigest", self.headers.get("x-amz-checksum-crc32"), upload.crc32),
        )
        for code, announced, received in checks:
            if announced is not None and announced != received:
                upload.discard()
                raise S3Error(400, code, "What arrived is not what was announced.")

    def _get(self, bucket: str, found: StoredObject) -> None:
        part = self._range(found.size)
        first, last = part or (0, found.size - 1)
        headers = [*self._object_headers(found), *self.cors_headers()]
        if part:
            headers.append(("Content-Range", f"bytes {first}-{last}/{found.size}"))
        with self.service.store.blob(bucket, found).open("rb") as blob:
            self.send_head(206 if part else 200, last - first + 1, headers)
            blob.seek(first)
            left = 0 if self.command == "HEAD" else last - first + 1
            while left > 0 and (piece := blob.read(min(left, CHUNK))):
                self.wfile.write(piece)
                left -= len(piece)

    def _object_headers(self, found: StoredObject) -> list[tuple[str, str]]:
        asked = dict(self.query)
        headers = [
            ("Content-Type", asked.get("response-content-type", found.content_type)),
            ("ETag", found.etag),
            ("Last-Modified", format_datetime(datetime.fromisoformat(found.stored_at), usegmt=True)),
            ("Accept-Ranges", "bytes"),
        ]
        headers += [
            (name, asked[f"response-{name.lower()}"]) for name in ASKED_FOR if f"response-{name.lower()}" in asked
        ]
        if found.encryption:
            headers.append((cors.ENCRYPTION, found.encryption))
        if self.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED":
            headers.append((cors.CHECKSUM, found.sha256))
        if any(CONTROL.search(value) for _, value in headers):
            raise S3Error(400, "InvalidArgument", "A header cannot hold control characters.")
        return [(name, value.encode("utf-8").decode("latin-1")) for name, value in headers]

    def _range(self, size: int) -> tuple[int, int] | None:
        """First and last byte of the one range asked for; None for the whole object, also when the header is not understood."""
        match = RANGE.fullmatch(self.headers.get("Range", ""))
        if match is None or match.groups() == ("", ""):
            return None
        start, end = match.groups()
        first = int(start) if start else max(size - int(end), 0)
        last = min(int(end), size - 1) if start and end else size - 1
        if first > last:
            raise S3Error(416, "InvalidRange")
        return first, last

    def _list(self, bucket: str) -> None:
        asked = dict(self.query)
        wanted = asked.get("max-keys", "")
        limit = min(int(wanted), LIST_LIMIT) if wanted.isdigit() else LIST_LIMIT
        after = asked.get("continuation-token") or asked.get("start-after", "")
        found = [item for item in self.service.store.objects(bucket, asked.get("prefix", "")) if item.key > after]
        page, more = found[:limit], len(found) > limit
        rows = "".join(
            f"<Contents><Key>{escape(item.key)}</Key><Size>{item.size}</Size><ETag>{escape(item.etag)}</ETag>"
            f"<LastModified>{item.stored_at.replace('+00:00', 'Z')}</LastModified></Contents>"
            for item in page
        )
        token = f"<NextContinuationToken>{escape(page[-1].key)}</NextContinuationToken>" if more and page else ""
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>{escape(bucket)}</Name><KeyCount>{len(page)}</KeyCount>'
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}</ListBucketResult>"
        )
        self.reply(200, body.encode(), [("Content-Type", "application/xml")])


class S3Server(Service):
    """The embedded S3; `stop` and a new one on the same folder and port is an outage that ends."""

    handler = S3Handler

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        access_key: str,
        secret_key: str,
        bucket: str = "",
        cors_origins: Collection[str] = (),
    ) -> None:
        self.store = Store(folder)
        self.credentials = Credentials(access_key, secret_key)
        self.cors_origins = frozenset(cors_origins)
        self.faults = FaultSwitch(folder)
        self.faults.clear()
        self.stopping = threading.Event()
        self.now: Callable[[], datetime] = _real_time
        if bucket:
            self.store.make_bucket(bucket)
        super().__init__(port)

    def stop(self) -> None:
        """End the requests that hang, then everything."""
        self.stopping.set()
        super().stop()
