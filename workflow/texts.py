"""Text as people send it, made safe to store and to print in one line: nothing hidden, nothing that breaks out."""

from __future__ import annotations

import re
import unicodedata

TITLE_MAX = 200
DESCRIPTION_MAX = 20_000
COMMENT_MAX = 20_000

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NEVER_STORED = {"Cc", "Cs"}
"""Control characters (NUL among them) and lone surrogates, which no database text can hold."""
_EMPTY_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Fillers and the empty Braille pattern: letters and symbols by their kind, nothing to the eye."""


def _without_controls(text: str, keep: str) -> str:
    return "".join(one for one in text if one in keep or unicodedata.category(one) not in _NEVER_STORED)


def clean_text(text: str) -> str:
    """Text of several lines: line breaks as one newline each, tabs kept, other control characters gone."""
    return _without_controls(_BREAKS.sub("\n", text), keep="\n\t").strip()


def clean_line(text: str) -> str:
    """Text of one line: breaks, tabs and runs of blanks folded to one space, direction marks gone.

    What is left can stand in a mail's subject or a heading without reordering or breaking it.
    """
    one_line = _BREAKS.sub(" ", text).replace("\n", " ").replace("\t", " ")
    return " ".join(_DIRECTION_MARKS.sub("", _without_controls(one_line, keep="")).split())


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: only blanks and invisible characters."""
    return all(one in _EMPTY_LETTERS or unicodedata.category(one)[0] in "ZC" for one in text)


def whole_number(text: str, digits: int = 15) -> int | None:
    """The number that stands there in plain digits, so many at most; None for anything else.

    15 digits fit every column and program, and are read at once: thousands of them Python refuses to read at all.
    """
    return int(text) if len(text) <= digits and text.isascii() and text.isdigit() else None


def text_problems(name: str, text: str, longest: int) -> list[str]:
    """What is wrong with a required text, in sentences; nothing when it is fine. Lengths count after cleaning."""
    if is_blank(text):
        return [f"{name} must not be empty."]
    if len(text) > longest:
        return [f"{name} has {len(text):,} characters; at most {longest:,} are possible."]
    return []
