"""What the organisation looks like in mails: its logo, read once when the process starts."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from project.settings import environment

BEGINNING = b"\x89PNG\r\n\x1a\n"
LARGEST = 100 * 1024
"""In bytes; every mail carries it."""


def logo() -> bytes:
    """The PNG that LINEUP_LOGO names; empty without one. What is no small PNG is refused in words."""
    name = environment.text("LINEUP_LOGO", "")
    if not name:
        return b""
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(f"The file of LINEUP_LOGO cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST:
        raise ImproperlyConfigured(
            f"The file of LINEUP_LOGO has {len(content)} bytes; every mail carries it, so 102400 is the most."
        )
    if not content.startswith(BEGINNING) or content[12:16] != b"IHDR" or not all(_size(content)):
        raise ImproperlyConfigured("The file of LINEUP_LOGO is not a PNG.")
    return content


def _size(content: bytes) -> tuple[int, int]:
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
