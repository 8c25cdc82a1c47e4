"""A report as a file: the rows in the form asked for, and in a workbook a first sheet that says what it is."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO

from django.conf import settings
from django.utils import timezone

from reports.exports.catalog import REPORTS, Asked, Report
from reports.exports.columns import Row
from reports.exports.csv_file import write_csv
from reports.exports.workbook import Fact, Workbook

STEP = 2_000
"""Rows after which progress is told."""

QUOTED = "Texts that a spreadsheet would take for a formula begin with an apostrophe; it belongs to this file and not to the text."

Told = Callable[[int], None]
"""Hears how many rows are written; may raise to stop the writing."""


def make(report: Report, asked: Asked, file_type: str, target: IO[bytes], told: Told) -> int:
    """Write the report into the file; how many rows it has. Memory does not grow with them."""
    with timezone.override(asked.zone):
        columns = report.columns(asked)
        rows = _counted(report.rows(asked), told)
        if file_type == "csv":
            return write_csv(target, columns, rows, asked.zone)
        with Workbook(target, asked.zone) as book:
            count = book.data(report.name.label, columns, rows)
            book.cover(f"{settings.LINEUP_ORGANISATION}: {report.name.label}", cover_of(report, asked, count))
        return count


def cover_of(report: Report, asked: Asked, rows: int) -> list[Fact]:
    """What the first sheet says: who, when, which filters, how many rows."""
    chosen = asked.filters.in_words()
    days = "Days of the act" if "act" in report.takes else "Days of report"
    narrowed: Iterable[Fact] = [
        (f"{days}, {label.lower()}" if label in {"From", "To"} else label, words) for label, words in chosen
    ]
    return [
        ("Prepared by", f"{asked.user.name} ({asked.user.email})" if asked.user.email else asked.user.name),
        ("Prepared at", asked.now),
        ("Time zone", str(asked.zone)),
        ("Rows", rows),
        *(narrowed or [("Filters", "none: everything")]),
        ("What it is", report.about),
        ("About the cells", QUOTED),
    ]


def file_name(report_name: str, asked: Asked, file_type: str) -> str:
    """As it is saved: the report and the moment in the reader's own zone."""
    return f"lineup-{REPORTS[report_name].name.value}-{asked.now.astimezone(asked.zone):%Y-%m-%d-%H%M}.{file_type}"


def _counted(rows: Iterator[Row], told: Told) -> Iterator[Row]:
    done = 0
    while piece := list(islice(rows, STEP)):
        yield from piece
        done += len(piece)
        told(done)
