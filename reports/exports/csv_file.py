"""A CSV file written row by row: UTF-8 with the mark by which Excel knows it, and no cell a spreadsheet would calculate."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import IO

from reports.exports import cells
from reports.exports.columns import Column, Row

AT_ONCE = 500
"""Rows encoded and written together."""


def write_csv(target: IO[bytes], columns: Sequence[Column], rows: Iterable[Row], zone: tzinfo) -> int:
    """The heading and the rows; how many there were. Moments are of this zone and carry none, as in a workbook."""
    plain = cells.plain(zone)
    written = [(plain[column.kind], column.value) for column in columns]
    waiting = io.StringIO(newline="")
    lines = csv.writer(waiting)
    target.write(codecs.BOM_UTF8)
    lines.writerow([cells.said(column.title) for column in columns])
    count = 0
    for count, row in enumerate(rows, 1):
        values = ((render, value_of(row)) for render, value_of in written)
        lines.writerow(["" if value is None or value == "" else render(value) for render, value in values])
        if not count % AT_ONCE:
            _hand_over(waiting, target)
    _hand_over(waiting, target)
    return count


def _hand_over(waiting: io.StringIO, target: IO[bytes]) -> None:
    target.write(waiting.getvalue().encode())
    waiting.seek(0)
    waiting.truncate()
