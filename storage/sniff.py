"""Are the bytes what the name says? Looked at once, after S3 has them and before anybody may have them (F5).

Nothing here is a virus scanner: a harmful file of an allowed type passes. What is refused is content under another
type's name, and anything a browser could take for a page or a script.
"""

import re
from collections.abc import Callable

import puremagic

from storage import containers, markup
from storage.containers import Reader
from storage.errors import ContentMismatch
from storage.limits import FileType, Proof

FIRST_BYTES = 64 * 1024
"""How much of the beginning a check wants; a shorter file is given whole."""

SIGNATURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR.{17}", re.DOTALL),
    "image/gif": re.compile(rb"GIF8[79]a.{7}", re.DOTALL),
    "image/jpeg": re.compile(rb"\xff\xd8\xff[\xc0-\xfe].{16}", re.DOTALL),
    "image/webp": re.compile(rb"RIFF.{4}WEBPVP8[ LX].{4}", re.DOTALL),
    "application/pdf": re.compile(rb"%PDF-[12]\.[0-9]"),
}
"""The fixed header of each type. The library is kinder than we are: to it a JPEG 2000, and even a text that spells a
signature out in escapes, is image/jpeg."""


def check_content(first: bytes, size: int, kind: FileType, read: Reader) -> None:
    """Raise ContentMismatch unless the content is of this type.

    `first` are the first FIRST_BYTES; `read` is asked for more only by archives and compound files, whose lists of parts stand elsewhere.
    """
    if not CHECKS[kind.proof](first, size, kind, read):
        raise ContentMismatch(
            f"The content of this file is not what .{kind.extension} files hold. "
            "If it is what you meant to send, put it in a zip.",
            extension=kind.extension,
        )


def _is_magic(first: bytes, size: int, kind: FileType, read: Reader) -> bool:
    del read
    return (
        SIGNATURES[kind.content_type].match(first) is not None
        and kind.content_type in _seen(first)
        and (kind.content_type != "image/webp" or _fits(first, size))
        and not markup.in_binary(first)
    )


def _seen(first: bytes) -> set[str]:
    """The types whose signature the library finds."""
    return {match.mime_type for match in puremagic.magic_string(first)}


def _fits(first: bytes, size: int) -> bool:
    """A RIFF file names its length."""
    return int.from_bytes(first[4:8], "little") + 8 <= size


def _is_compound(first: bytes, size: int, kind: FileType, read: Reader) -> bool:
    return bool(containers.compound_names(first, size, read, kind.marks))


def _is_office(first: bytes, size: int, kind: FileType, read: Reader) -> bool:
    parts = containers.archive_names(first, size, read)
    has_part = any(name.startswith(mark) for name in parts for mark in kind.marks)
    return containers.CONTENT_TYPES in parts and has_part and not any(containers.is_macro(name) for name in parts)


def _is_archive(first: bytes, size: int, kind: FileType, read: Reader) -> bool:
    del size, kind, read
    return first.startswith((containers.LOCAL_HEADER, containers.EMPTY_ARCHIVE))


def _is_text(first: bytes, size: int, kind: FileType, read: Reader) -> bool:
    del size, kind, read
    text = markup.as_text(first)
    return text is not None and not markup.in_text(text)


def _is_mail(first: bytes, size: int, kind: FileType, read: Reader) -> bool:
    """A mail may hold HTML after its header, which mail programs show with care and a browser never sees."""
    del size, kind, read
    text = markup.as_text(first)
    return text is not None and markup.is_mail(text)


CHECKS: dict[Proof, Callable[[bytes, int, FileType, Reader], bool]] = {
    Proof.MAGIC: _is_magic,
    Proof.OLE2: _is_compound,
    Proof.OOXML: _is_office,
    Proof.ARCHIVE: _is_archive,
    Proof.TEXT: _is_text,
    Proof.MAIL: _is_mail,
}
