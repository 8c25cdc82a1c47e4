"""Where a file lies in the bucket and what it is called there, and what it is called for people (F1)."""

import re
import unicodedata
from datetime import date
from urllib.parse import quote
from uuid import UUID

from storage.errors import NameInvalid

LONGEST_NAME = 255
"""Characters of a name people see."""

LONGEST_SAFE_NAME = 120
"""Characters of a name inside a key."""

LONGEST_KEY = 400
"""Bytes; S3 itself would take 1024."""

REPORTS_FOLDER = "reports/"
"""Where the reports of admins lie for a day, apart from the files of tickets."""

CASE_ID = re.compile(r"N-[A-Z0-9]+-[0-9]+")
EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})$")
INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
"""Unicode's controls, formats (all that turn the reading direction among them), surrogates and private letters."""

UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
ATTR_CHAR = "!#$&+-.^_`|~"
"""What RFC 5987 lets stand as it is, beside letters and digits."""


def object_key(reported_on: date, case_id: str, filename: str, unique: UUID) -> str:
    """`<YYYY>/<MM>/<DD>/<case_id>/<unique>-<safe filename>` (F1).

    `reported_on` is the ticket's own day, `unique` a random UUID that is kept with the file, so that asking again gives the same key (F4).
    """
    if not CASE_ID.fullmatch(case_id):
        raise ValueError(f"{case_id!r} is no case id")
    key = f"{reported_on:%Y/%m/%d}/{case_id}/{unique}-{safe_filename(filename)}"
    if len(key) > LONGEST_KEY:
        raise ValueError(f"The key of {case_id} would be longer than {LONGEST_KEY} bytes")
    return key


def report_key(day: date, filename: str, unique: UUID) -> str:
    """`reports/<YYYY>/<MM>/<DD>/<unique>-<safe filename>`: beside the tickets' files, whose keys begin with a year."""
    return f"{REPORTS_FOLDER}{day:%Y/%m/%d}/{unique}-{safe_filename(filename)}"


def safe_filename(original: str) -> str:
    """The name as ASCII letters, digits, `_`, `-` and one dot before the extension; never empty, at most 120 long."""
    plain = unicodedata.normalize("NFKD", _last_part(original)).encode("ascii", "ignore").decode()
    found = EXTENSION.search(plain)
    extension = f".{found[1].lower()}" if found else ""
    stem = UNSAFE.sub("_", plain[: found.start()] if found else plain).strip("_-")
    return f"{stem[: LONGEST_SAFE_NAME - len(extension)] or 'file'}{extension}"


def clean_filename(original: str) -> str:
    """The name people see: their own in Unicode NFC, without paths, controls and marks that turn the reading direction.

    At most 255 characters, the extension kept. Raises NameInvalid when nothing is left.
    """
    name = _tidy(_last_part(original))
    if len(name) > LONGEST_NAME:
        found = EXTENSION.search(name)
        extension = found[0] if found else ""
        name = _tidy(name.removesuffix(extension)[: LONGEST_NAME - len(extension)]) + extension
    if not name:
        raise NameInvalid("This file has no usable name. Rename it and try again.")
    return name


def content_disposition(original: str, *, inline: bool = False) -> str:
    """The header that saves a download under its original name: RFC 6266, in ASCII and in UTF-8."""
    name = clean_filename(original)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{safe_filename(name)}\"; filename*=UTF-8''{quote(name, safe=ATTR_CHAR)}"


def extension_of(filename: str) -> str:
    """What stands behind the last dot of a cleaned name, in lower case; empty when there is none."""
    found = EXTENSION.search(filename)
    return found[1].lower() if found else ""


def _last_part(original: str) -> str:
    return re.split(r"[/\\]", original)[-1]


def _tidy(name: str) -> str:
    """Blanks in one form, nothing invisible, composed; no dot in front, which hides a file, none at the end, which Windows drops."""
    spaced = "".join(" " if letter.isspace() else letter for letter in name)
    seen = "".join(letter for letter in spaced if unicodedata.category(letter) not in INVISIBLE)
    return re.sub(" +", " ", unicodedata.normalize("NFC", seen)).strip(" .")
