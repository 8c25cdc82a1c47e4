"""A stream nobody else can read, and whose every change, cut or swap is noticed: AES-256-GCM, a megabyte at a time.

A file is MAGIC, a salt of its own, and chunks. Its key comes from the backup key and the salt, so no two files share one;
each chunk's nonce is its number and whether it is the last, so none can be left out, repeated, moved or taken from another
file, and a file that ends early has no last chunk. Memory stays at two chunks, whatever the size.
"""

import base64
import binascii
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from project.backup.errors import BackupError

MAGIC = b"LINEUP BACKUP 1\n"
KEY_BYTES = 32
SALT_BYTES = 32
TAG_BYTES = 16
CHUNK = 1024 * 1024


def make_key() -> str:
    """A new backup key, as LINEUP_BACKUP_KEY holds it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_of(text: str) -> bytes:
    """The key of LINEUP_BACKUP_KEY; refused unless it is one that `make_key` could have made."""
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BackupError(
            "LINEUP_BACKUP_KEY is missing or no backup key: make one with python -m project.backup make-key."
        )
    return key


class Sealer:
    """Seals what is written to it into a file; only `finish` makes it a whole one."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self._out = out
        self._cipher = _cipher(key, salt)
        self._waiting = bytearray()
        self._number = 0
        out.write(MAGIC + salt)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, is_last=is_last), plain, MAGIC))
        self._number += 1


def opened(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """What was sealed, chunk by chunk, each handed out once it has proved genuine; the last one proves the file whole.

    Raises BackupError for another key, and for a file that was changed, cut off or is no backup.
    """
    head = file.read(len(MAGIC) + SALT_BYTES)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + SALT_BYTES:
        raise BackupError("This file is no backup of Lineup, or only the beginning of one.")
    cipher = _cipher(key, head[len(MAGIC) :])
    chunk, number = file.read(CHUNK + TAG_BYTES), 0
    while True:
        following = file.read(CHUNK + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), chunk, MAGIC)
        except (InvalidTag, ValueError) as error:
            raise BackupError(
                "The backup does not open: the key is another one, or the file was changed or cut off."
            ) from error
        if not following:
            return
        chunk, number = following, number + 1


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=MAGIC).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])
