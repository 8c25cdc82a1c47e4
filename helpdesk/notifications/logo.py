"""The organisation's logo as a mail carries it: a part of the mail itself, for mail programs load nothing from outside unasked."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from email.mime.image import MIMEImage

from django.conf import settings

HEIGHT = 32
"""As shown, in pixels; the width follows, and Outlook wants to be told both."""
WIDEST = 280
CONTENT_ID = "organisation-logo"
INLINE = f"cid:{CONTENT_ID}"


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A PNG and the size it is shown at; the settings looked at it when the process started."""

    content: bytes
    width: int
    height: int

    @property
    def source(self) -> str:
        """What an image of the mail refers to."""
        return INLINE

    @property
    def as_data(self) -> str:
        """The same for a page, which has no parts."""
        return f"data:image/png;base64,{b64encode(self.content).decode()}"

    def part(self) -> MIMEImage:
        """The part of a mail that the reference leads to."""
        part = MIMEImage(self.content, "png")
        part.add_header("Content-ID", f"<{CONTENT_ID}>")
        part.add_header("Content-Disposition", "inline", filename="logo.png")
        return part


def logo() -> Logo | None:
    """The logo of the settings; none where none is set."""
    content: bytes = settings.LINEUP_LOGO
    if not content:
        return None
    width, height = size_of(content)
    shown = max(1, round(width * HEIGHT / height))
    if shown <= WIDEST:
        return Logo(content=content, width=shown, height=HEIGHT)
    return Logo(content=content, width=WIDEST, height=max(1, round(height * WIDEST / width)))


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG, which stand at a fixed place in it."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
