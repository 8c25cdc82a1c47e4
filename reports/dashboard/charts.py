"""The charts as shapes: every length is worked out here, so that the page needs no script and prints as it stands.

Shapes live in a box of their own units and are stretched to the width there is; words stand beside them as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STEP = 10
"""Units a column takes in its box."""
HEIGHT = 100
BAR = 7


@dataclass(frozen=True, kw_only=True)
class Column:
    """One day or week: a bar, the words that tell it on hover, and its label on the axis, empty where it has none."""

    x: str
    y: str
    height: str
    left: str
    words: str
    label: str
    is_empty: bool = False


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Columns in a box, with the line over them if there is one, and what the axis says from the top down."""

    width: int
    columns: Sequence[Column]
    ticks: Sequence[str]
    line: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row of a table of bars: what it counts, how many, how long of a hundred, and the list behind it."""

    label: str
    value: int
    length: str
    address: str = ""
    note: str = ""


def plot(
    values: Sequence[float | None], words: Sequence[str], labels: Sequence[str], *, top: int, line: Sequence[int] = ()
) -> Plot:
    """Columns as high as their values, 0 to `top`; None is an empty place."""
    columns = [
        _column(place, value, told, label, top)
        for place, (value, told, label) in enumerate(zip(values, words, labels, strict=True))
    ]
    return Plot(
        width=STEP * len(columns),
        columns=columns,
        ticks=[f"{top:,}", f"{top // 2:,}", "0"],
        line=" ".join(f"{_said(STEP * (place + 0.5))},{_said(_down(value, top))}" for place, value in enumerate(line)),
    )


def _column(place: int, value: float | None, words: str, label: str, top: int) -> Column:
    height = HEIGHT - _down(value or 0, top)
    return Column(
        x=_said(STEP * place + (STEP - BAR) / 2),
        y=_said(HEIGHT - height),
        height=_said(height),
        left=_said(STEP * place),
        words=words,
        label=label,
        is_empty=value is None,
    )


def _down(value: float, top: int) -> float:
    """How far below the upper edge a value stands."""
    return HEIGHT - HEIGHT * value / top


def bars(rows: Sequence[tuple[str, int, str]], note: str = "") -> list[Bar]:
    """Rows of label, number and address, each as long as its share of the largest."""
    largest = max((value for _label, value, _address in rows), default=0)
    return [
        Bar(label=label, value=value, length=_said(100 * value / largest if largest else 0), address=address, note=note)
        for label, value, address in rows
    ]


def top_of(values: Sequence[int]) -> int:
    """A round and even number that no value is above."""
    largest, scale = max(values, default=0), 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if largest <= step * scale:
                return step * scale
        scale *= 10


def _said(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
