"""What a failed run left in its row, read without ever opening its pickle (trap 6).

A pickle is a program: opening one can call anything, and even one that calls nothing can ask for more memory than there is.
django-q2 leaves one text, so the marks of a pickle that holds one text and nothing else are read, and any other is unreadable.
"""

import pickletools
from base64 import b64decode

from workflow.texts import clean_line

LONGEST = 256 * 1024
"""In characters: a longer one is not looked at."""
SHOWN = 500
UNREADABLE = "What it left cannot be read; the log of the worker has it."

_TEXTS = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"})
_FRAME = frozenset({"PROTO", "FRAME", "MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT", "STOP"})


def last_line(raw: str | None) -> str:
    """The last line of the text: the kind of error and its words. A sentence for what is no text, nothing for nothing."""
    if not raw:
        return ""
    lines = [line for line in map(clean_line, _text_in(raw).splitlines()) if line]
    return lines[-1][:SHOWN] if lines else UNREADABLE


def _text_in(raw: str) -> str:
    """The one text of a pickle, empty for any other."""
    try:
        marks = [(mark.name, given) for mark, given, _ in pickletools.genops(b64decode(raw, validate=True))]
    except ValueError:
        return ""
    texts = [given for name, given in marks if name in _TEXTS]
    others = [name for name, _ in marks if name not in _TEXTS | _FRAME]
    return str(texts[0]) if len(texts) == 1 and not others else ""
