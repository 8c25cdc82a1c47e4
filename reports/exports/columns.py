"""What a column of a sheet is: its heading, its kind of value, and where the value comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Row = Mapping[str, Any]


class Kind(Enum):
    """Which values a column holds; each is written as such, never as text that looks like one."""

    TEXT = "text"
    NUMBER = "whole number"
    SHARE = "number with one decimal"
    MOMENT = "moment, shown in the reader's time zone"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column; the value is `of` the row, else the row's value under `path`, in `words` where it has some.

    `width` is in characters, as spreadsheets measure it.
    """

    title: str
    path: str = ""
    kind: Kind = Kind.TEXT
    width: int = 0
    words: Mapping[Any, str] | None = None
    of: Callable[[Row], Any] | None = None

    @property
    def wide(self) -> int:
        """The width given, else the one that fits the kind, and never less than the heading."""
        return max(self.width or WIDTHS[self.kind], min(len(self.title) + 3, 30))

    def value(self, row: Row) -> Any:
        """The cell of this column in a row; None is an empty one."""
        if self.of is not None:
            return self.of(row)
        found = row[self.path]
        return self.words.get(found, found) if self.words is not None and found is not None else found


WIDTHS = {Kind.TEXT: 18, Kind.NUMBER: 10, Kind.SHARE: 10, Kind.MOMENT: 18, Kind.DAY: 12}


def text(title: str, path: str = "", width: int = 0, **more: Any) -> Column:
    return Column(title=title, path=path, width=width, **more)


def number(title: str, path: str = "", **more: Any) -> Column:
    return Column(title=title, path=path, kind=Kind.NUMBER, **more)


def share(title: str, path: str = "", **more: Any) -> Column:
    return Column(title=title, path=path, kind=Kind.SHARE, **more)


def moment(title: str, path: str) -> Column:
    return Column(title=title, path=path, kind=Kind.MOMENT)


def day(title: str, path: str) -> Column:
    return Column(title=title, path=path, kind=Kind.DAY)
