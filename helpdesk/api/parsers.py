"""Reading bodies: JSON as the standard has it, of bounded size and depth, with every name once and numbers a program can hold."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from helpdesk.api.faults import BodyTooLarge

DEEPEST = 10
"""Lists and objects within each other; no call takes more than three."""
MOST_VALUES = 10_000
"""Names and values in all; the longest line of an engineer is far shorter."""
LONGEST_NUMBER = 40
"""Characters of a number; which ones a field takes it says itself."""

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    """`application/json` in UTF-8; whatever else it claims to be written in."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body's value; 413 for one that is too large, 400 for one that is no JSON or holds what no call can mean."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        found = _loaded(raw)
        _check(found)
        return found


def _loaded(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_each_name_once,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError:
        raise ParseError("The body is not written in UTF-8.") from None
    except RecursionError:
        raise ParseError(_TOO_DEEP) from None
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}.") from None


_TOO_DEEP = f"The body is nested deeper than {DEEPEST} levels."


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError("The body gives the same field twice.")
    return found


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ParseError("The body holds a number that is too large.")
    return int(text)


def _fraction(text: str) -> float:
    if len(text) > LONGEST_NUMBER or math.isinf(float(text)):
        raise ParseError("The body holds a number that is too large or too long.")
    return float(text)


def _no_number(text: str) -> NoReturn:
    raise ParseError(f"The body holds {text}, which is no number of JSON.")


def _check(found: Any) -> None:
    """Refuse what is nested too deeply or holds too much, and text that is none: NUL, or half of a pair of surrogates."""
    level, seen = [found], 1
    for _ in range(DEEPEST + 1):
        if any(isinstance(one, str) and _NO_TEXT.search(one) for one in level):
            raise ParseError("The body holds a character that belongs in no text.")
        level = [inner for one in level for inner in _inside(one)]
        seen += len(level)
        if seen > MOST_VALUES:
            raise ParseError(f"The body holds more than {MOST_VALUES:,} values.")
        if not level:
            return
    raise ParseError(_TOO_DEEP)


def _inside(one: Any) -> list[Any]:
    """What a list holds; names and values of an object."""
    if isinstance(one, dict):
        return [*one, *one.values()]
    return one if isinstance(one, list) else []
