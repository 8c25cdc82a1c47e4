"""Times and lists as the sentences of the errors have them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """A moment as a sentence has it, in UTC."""
    return f"{moment.astimezone(UTC):%d %b %Y at %H:%M} UTC"


def listed(words: Iterable[str], joint: str) -> str:
    """At least one word, the last joined by "or" or "and"."""
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last


def in_words(minutes: int) -> str:
    """A length of time as people say it: 90 is "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
