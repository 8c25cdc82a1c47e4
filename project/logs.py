"""How the log is written: in production one JSON object a line, with the id of the request and without what is secret."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from helpdesk import trace
from project.secrecy import without_secrets

LONGEST = 20_000
"""Characters of a message or a traceback; the beginning and the end of a longer one are kept."""
EXTRA = ("status", "method", "route", "milliseconds", "user_id")
"""What a line may carry beside its message, as fields of their own."""


class ShortRefusals(logging.Filter):
    """Keeps the line of a refused request (4xx) and drops its traceback: a refusal is no error; a 500 keeps its own."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        return True


class JsonLines(logging.Formatter):
    """One object a line, in ASCII: whatever a message holds is escaped, so that no text of anybody's can begin a line of its own.

    A record that cannot be written as it is meant is written as it is; none is lost and none is in another form.
    """

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _clean(_message(record)),
            # Django writes its line about an answer when the request has already left the door at which ids are given.
            "request_id": trace.current() or getattr(getattr(record, "request", None), "request_id", ""),
            "process": record.process,
        }
        said |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            said["exception"] = _clean(self.formatException(record.exc_info))
        if record.stack_info:
            said["stack"] = _clean(record.stack_info)
        return json.dumps(said, ensure_ascii=True, default=repr)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a message whose parts do not fit is still a message
        return f"{record.msg!s} {record.args!r}"


def _clean(text: str) -> str:
    """Without secrets, and of bounded length."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} ... {len(text) - LONGEST} characters ... {text[-LONGEST // 2 :]}"
    try:
        return without_secrets(text)
    except ImproperlyConfigured:  # the web server's own process, when the desk's settings cannot be read
        return "[hidden: the settings are not there]"
