"""What may be attached: types, sizes and numbers (F3). The caller makes the limits from its settings."""

import base64
import binascii
from dataclasses import dataclass, field
from enum import Enum

from storage.errors import DigestInvalid, FileEmpty, FileTooLarge, TooManyFiles, TypeNotAllowed
from storage.keys import extension_of

MB = 1024 * 1024
DIGEST_BYTES = 32


class Proof(Enum):
    """How content shows that it is what its extension says."""

    MAGIC = "its first bytes"
    OLE2 = "a stream of its compound file"
    OOXML = "the parts of its archive"
    ARCHIVE = "a zip's first bytes"
    TEXT = "text without any markup a browser would run"
    MAIL = "text that begins with header fields"


@dataclass(frozen=True)
class FileType:
    """One extension: the type it is stored as, how its content proves it, and what else browsers call it."""

    extension: str
    content_type: str
    proof: Proof
    marks: tuple[str, ...] = ()
    aliases: frozenset[str] = frozenset()
    previewed: bool = False

    @property
    def served_as(self) -> str:
        """The type of a download: what could be taken for a page goes out as mere bytes."""
        harmless = self.proof not in {Proof.TEXT, Proof.MAIL}
        return self.content_type if harmless else "application/octet-stream"


OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES: dict[str, FileType] = {
    kind.extension: kind
    for kind in (
        FileType("pdf", "application/pdf", Proof.MAGIC, aliases=frozenset({"application/x-pdf"}), previewed=True),
        FileType("jpeg", "image/jpeg", Proof.MAGIC, aliases=frozenset({"image/jpg", "image/pjpeg"}), previewed=True),
        FileType("jpg", "image/jpeg", Proof.MAGIC, aliases=frozenset({"image/jpg", "image/pjpeg"}), previewed=True),
        FileType("png", "image/png", Proof.MAGIC, aliases=frozenset({"image/x-png"}), previewed=True),
        FileType("gif", "image/gif", Proof.MAGIC, previewed=True),
        FileType("webp", "image/webp", Proof.MAGIC, previewed=True),
        FileType("txt", "text/plain", Proof.TEXT),
        FileType("log", "text/plain", Proof.TEXT),
        FileType("csv", "text/csv", Proof.TEXT, aliases=frozenset({"text/plain", "application/vnd.ms-excel"})),
        FileType("eml", "message/rfc822", Proof.MAIL, aliases=frozenset({"text/plain"})),
        FileType(
            "msg", "application/vnd.ms-outlook", Proof.OLE2, marks=("__properties_version1.0", "__nameid_version1.0")
        ),
        FileType("doc", "application/msword", Proof.OLE2, marks=("WordDocument",)),
        FileType("xls", "application/vnd.ms-excel", Proof.OLE2, marks=("Workbook", "Book")),
        FileType("ppt", "application/vnd.ms-powerpoint", Proof.OLE2, marks=("PowerPoint Document",)),
        FileType("docx", f"{OFFICE}.wordprocessingml.document", Proof.OOXML, marks=("word/",)),
        FileType("xlsx", f"{OFFICE}.spreadsheetml.sheet", Proof.OOXML, marks=("xl/",)),
        FileType("pptx", f"{OFFICE}.presentationml.presentation", Proof.OOXML, marks=("ppt/",)),
        FileType("zip", "application/zip", Proof.ARCHIVE, aliases=frozenset({"application/x-zip-compressed"})),
    )
}
"""Every type the desk knows how to check; an organisation may take fewer of them, never others."""

NO_CLAIM = {"", "application/octet-stream"}
ACTIVE = {
    "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/javascript",
    "application/javascript", "application/x-msdownload", "application/x-sh", "application/x-httpd-php",
}  # fmt: skip
"""Claims that no file of ours has."""


@dataclass(frozen=True)
class Limits:
    """How much may be attached; sizes in bytes. Extensions are a choice among those the desk can check."""

    extensions: frozenset[str] = field(default_factory=lambda: frozenset(TYPES))
    largest_file: int = 25 * MB
    files_per_ticket: int = 20
    files_per_person_and_day: int = 200
    bytes_per_person_and_day: int = 2048 * MB

    def __post_init__(self) -> None:
        if unknown := sorted(self.extensions - set(TYPES)):
            raise ValueError(f"The desk cannot check files of type {', '.join(unknown)}")

    @property
    def listed(self) -> tuple[str, ...]:
        """The extensions for people, in the table's order."""
        return tuple(extension for extension in TYPES if extension in self.extensions)


def decide_type(filename: str, claimed_type: str, limits: Limits) -> FileType:
    """The type by the extension of a cleaned name (F3); raises TypeNotAllowed.

    What the browser claims decides nothing; it is refused only where it says plainly that the file is something else.
    """
    extension = extension_of(filename)
    if extension not in limits.extensions:
        raise TypeNotAllowed(
            f"Files of this type cannot be attached. Possible are: {', '.join(limits.listed)}.",
            extension=extension,
            allowed=list(limits.listed),
        )
    kind, claim = TYPES[extension], claimed_type.partition(";")[0].strip().lower()
    if claim not in NO_CLAIM and _contradicts(kind, claim):
        raise TypeNotAllowed(
            f"This file is called .{extension} but is said to be {claim}.", extension=extension, claimed=claim
        )
    return kind


def check_size(size: int, limits: Limits) -> None:
    """Refuse no bytes at all and more than a file may have (F3)."""
    if size < 1:
        raise FileEmpty("This file is empty.")
    if size > limits.largest_file:
        raise FileTooLarge(
            f"This file is larger than {in_words(limits.largest_file)}, the most one file may have.",
            size=size,
            largest=limits.largest_file,
        )


def check_ticket_room(files: int, limits: Limits) -> None:
    """Refuse one more file on a ticket that holds `files` of them, waiting ones included (F3)."""
    if files >= limits.files_per_ticket:
        raise TooManyFiles(
            f"A ticket takes {limits.files_per_ticket} files, and this one has them.", most=limits.files_per_ticket
        )


def check_person_room(files: int, held: int, size: int, limits: Limits) -> None:
    """Refuse one more file of `size` bytes to somebody who announced `files` of `held` bytes together in a day."""
    if files >= limits.files_per_person_and_day or held + size > limits.bytes_per_person_and_day:
        raise TooManyFiles(
            f"A person may attach {limits.files_per_person_and_day} files and "
            f"{in_words(limits.bytes_per_person_and_day)} a day. Try again tomorrow, or send one zip.",
            most=limits.files_per_person_and_day,
            most_bytes=limits.bytes_per_person_and_day,
        )


def check_digest(sha256: str) -> None:
    """Refuse what is not the base64 of a SHA-256, in its one canonical form (F3)."""
    try:
        digest = base64.b64decode(sha256, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != DIGEST_BYTES or base64.b64encode(digest).decode() != sha256:
        raise DigestInvalid("The SHA-256 of the file is missing or no SHA-256 in base64.")


def in_words(size: int) -> str:
    """Bytes for people: `25 MB`, `1.5 MB`, `900 bytes`."""
    for unit, name in ((1024 * MB, "GB"), (MB, "MB"), (1024, "KB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} bytes"


def _contradicts(kind: FileType, claim: str) -> bool:
    if claim == kind.content_type or claim in kind.aliases:
        return False
    return claim in ACTIVE or any(claim == other.content_type for other in TYPES.values())
