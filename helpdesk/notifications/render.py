"""From a notification row to a subject, a text and an HTML part that say the same (N1)."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import lru_cache

import css_inline
from django.conf import settings
from django.template.loader import render_to_string

from helpdesk.notifications import messages
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.logo import logo
from helpdesk.notifications.registry import Message, message_for
from workflow.texts import clean_line

TEMPLATES = "helpdesk/email"
SUBJECT_MAX = 160
TEXT_WIDTH = 76
_PREFIX = re.compile(r"(?:> )?\s*(?:- )?")

__all__ = ["Mail", "messages", "render", "subject_line"]


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A rendered mail."""

    subject: str
    text: str
    html: str


def render(letter: Letter) -> Mail:
    """The mail of a notification; raises MessageUnknown for a kind nobody wrote a mail for."""
    message = message_for(letter.row.kind)(letter)
    context = _context(letter, message)
    stem = f"{TEMPLATES}/{letter.row.kind}"
    return Mail(
        subject=subject_line(render_to_string(f"{stem}_subject.txt", context)),
        text=wrapped(render_to_string(f"{stem}.txt", context)),
        html=_inliner().inline(render_to_string(f"{stem}.html", context)),
    )


def subject_line(text: str) -> str:
    """One line of bounded length that no mail header can break out of; whole words where possible (E4)."""
    line = clean_line(text)
    if len(line) <= SUBJECT_MAX:
        return line
    return line[: SUBJECT_MAX - 1].rstrip() + "…"


def wrapped(text: str) -> str:
    """The text with lines of at most 76 characters; quotes stay quotes, addresses stay whole."""
    return "\n".join(part for line in text.strip().split("\n") for part in _wrapped_line(line.rstrip())) + "\n"


def _wrapped_line(line: str) -> list[str]:
    if len(line) <= TEXT_WIDTH:
        return [line]
    prefix = _PREFIX.match(line)
    indent = prefix.group().replace("-", " ") if prefix else ""
    return textwrap.wrap(line, TEXT_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _context(letter: Letter, message: Message) -> dict[str, object]:
    return {
        "ticket": letter.facts(),
        "details": [detail for detail in message.details() if detail.value],
        "quotes": [quote for quote in message.quotes() if quote.text],
        "chains": message.chains(),
        "recipient": letter.row.recipient.name,
        "because": letter.row.because,
        "zone": letter.zone.key,
        "organisation": settings.LINEUP_ORGANISATION,
        "logo": logo(),
        **message.words(),
    }


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    """Writes the style sheet into the tags and keeps only what must stay a rule: the dark and the narrow view."""
    return css_inline.CSSInliner(
        extra_css=render_to_string(f"{TEMPLATES}/mail.css"), keep_at_rules=True, load_remote_stylesheets=False
    )
