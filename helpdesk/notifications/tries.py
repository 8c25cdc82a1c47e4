"""When a mail is tried again, when it is given up, and what is kept of its failure (N2)."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings

from workflow.texts import clean_line

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
LAST_TRY = 30
"""With the pauses above, the thirtieth try comes a day after the first."""
ERROR_MAX = 500


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed tries: doubling from a minute to an hour; None after the last."""
    if attempts >= LAST_TRY:
        return None
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def is_permanent(error: Exception) -> bool:
    """Whether the mail server refused this recipient or this mail for good.

    A refused sign-in or sender is no refusal of the recipient: it is put right by an admin and the mail waits.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress)


def in_words(error: Exception) -> str:
    """The failure in one bounded line, without the secrets of the mail account."""
    text = f"{type(error).__name__}: {_answer(error)}"
    for secret in (settings.EMAIL_HOST_PASSWORD, settings.ANYMAIL.get("SENDGRID_API_KEY")):
        if secret:
            text = text.replace(str(secret), "***")
    return clean_line(text)[:ERROR_MAX]


def _answer(error: Exception) -> str:
    """What the mail server said, where it said something."""
    if isinstance(error, SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(answer)}" for code, answer in error.recipients.values())
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
