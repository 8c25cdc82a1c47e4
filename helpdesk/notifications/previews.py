"""Mails to be looked at and not sent: as a notification would be written now, or what stops it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from helpdesk.notifications import tries
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.logo import INLINE, logo
from helpdesk.notifications.render import Mail, render

logger = logging.getLogger(__name__)

DARK = "@media (prefers-color-scheme: dark)"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A mail, or why it cannot be written; never both."""

    mail: Mail | None = None
    failure: str = ""


def written(letter: Letter) -> Written:
    """The mail of a letter; whatever fails in its making is said in one line and stops nobody who only looks."""
    try:
        return Written(mail=render(letter))
    except Exception as error:
        logger.exception("A mail of the kind %s cannot be written", letter.row.kind)
        return Written(failure=tries.in_words(error))


def as_seen(mail: Mail, *, dark: bool) -> str:
    """The HTML as a mail program shows it in the light or in the dark, whatever the browser around it prefers.

    The logo, which a mail carries as a part of its own, stands in it.
    """
    known = logo()
    html = mail.html.replace(INLINE, known.as_data) if known else mail.html
    return html.replace(DARK, "@media all" if dark else "@media not all")
