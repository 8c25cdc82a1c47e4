"""The names inside files that hold files: zip archives and Microsoft's compound files, read by their lists alone.

Nothing is unpacked, so a bomb of an archive costs what any other file costs: at most two short reads.
"""

from collections.abc import Callable, Iterator, Sequence

LOCAL_HEADER = b"PK\x03\x04"
CENTRAL_HEADER = b"PK\x01\x02"
EMPTY_ARCHIVE = b"PK\x05\x06"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES = "[Content_Types].xml"
MACROS = "vbaproject.bin"

LAST_BYTES = 64 * 1024
"""Where an archive's list of names ends; about 800 names fit."""

DIRECTORY_BYTES = 16 * 1024
"""How much of a compound file's directory is read: 128 names."""

SECTOR_SHIFTS = (9, 12)
"""A compound file has sectors of 512 or 4096 bytes."""

Reader = Callable[[int, int], bytes]
"""(offset, length) -> those bytes of the same file, fewer at its end."""


def archive_names(first: bytes, size: int, read: Reader) -> set[str]:
    """Names in a zip, from its first local headers and from the list at its end; none if it does not begin as a zip."""
    if not first.startswith(LOCAL_HEADER):
        return set()
    start = max(size - LAST_BYTES, 0)
    last = read(start, LAST_BYTES) if size > len(first) else first
    return {
        *_names(first, LOCAL_HEADER, length_at=26, name_at=30),
        *_names(last, CENTRAL_HEADER, length_at=28, name_at=46),
    }


def is_macro(name: str) -> bool:
    """The part in which an Office file keeps a program; a plain docx, xlsx or pptx has none."""
    return name.lower().rpartition("/")[2] == MACROS


def compound_names(first: bytes, size: int, read: Reader, wanted: Sequence[str]) -> set[str]:
    """Which of the wanted stream names stand in a compound file's first bytes or in the beginning of its directory."""
    if not first.startswith(COMPOUND) or len(first) < 76:
        return set()
    shift = int.from_bytes(first[30:32], "little")
    if shift not in SECTOR_SHIFTS:
        return set()
    start = (int.from_bytes(first[48:52], "little") + 1) << shift
    directory = read(start, DIRECTORY_BYTES) if len(first) < size and start < size else b""
    return {name for name in wanted if _entry(name) in first or _entry(name) in directory}


def _entry(name: str) -> bytes:
    """A name as the directory writes it: UTF-16 with an end."""
    return f"{name}\0".encode("utf-16-le")


def _names(data: bytes, header: bytes, *, length_at: int, name_at: int) -> Iterator[str]:
    place = data.find(header)
    while place != -1:
        length = int.from_bytes(data[place + length_at : place + length_at + 2], "little")
        yield data[place + name_at : place + name_at + length].decode("utf-8", "replace")
        place = data.find(header, place + 4)
