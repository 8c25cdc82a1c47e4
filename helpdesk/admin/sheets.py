"""Sheets that come in, .xlsx and .csv: small ones only, opened so that nothing in them can hurt; and those that go out."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import openpyxl
import tablib

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 200
MAX_ROWS = 5_000
MAX_COLUMNS = 40
MAX_CELL = 2_000

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}

Row = tuple[Any, ...]


class SheetRefused(ValueError):  # noqa: N818 - named after what happened
    """The file cannot be read as a sheet; the message is for the person who sent it."""


def read(file_name: str, content: bytes) -> tablib.Dataset:
    """The first sheet of a file with its headers; blank rows keep their place, so that rows are named as people see them."""
    if len(content) > MAX_BYTES:
        raise SheetRefused(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")
    kind = file_name.rpartition(".")[2].lower()
    if kind not in CONTENT_TYPES:
        raise SheetRefused("Please choose an Excel file (.xlsx) or a CSV file (.csv).")
    rows = _of_xlsx(content) if kind == "xlsx" else _of_csv(content)
    return _dataset(list(_limited(rows)))


def write(dataset: tablib.Dataset, kind: str) -> bytes:
    """A dataset as a file; CSV begins with the mark by which Excel knows UTF-8."""
    data = dataset.export(kind)
    return data if isinstance(data, bytes) else data.encode("utf-8-sig")


def _of_xlsx(content: bytes) -> Iterator[Row]:
    """The rows of the first sheet, streamed; what unpacks to far more than it should is not opened at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise SheetRefused("This is not an Excel file (.xlsx).") from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise SheetRefused("The file unpacks to more than a list of people can be.")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        # What a file says about its own size is not believed: rows and columns are counted here.
        yield from book.worksheets[0].iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS + 1, values_only=True)
    except SheetRefused:
        raise
    except Exception as error:
        raise SheetRefused("The Excel file cannot be read; please save it again and retry.") from error


def _of_csv(content: bytes) -> Iterator[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetRefused('The CSV file is not in UTF-8. In Excel, save it as "CSV UTF-8".') from None
    if "\x00" in text:
        raise SheetRefused("This is not a CSV file.")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        yield from (tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SheetRefused("The CSV file cannot be read; a quote may be missing.") from error


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number > MAX_ROWS:
            raise SheetRefused(f"The sheet has more than {MAX_ROWS:,} rows; please send it in parts.")
        if len(row) > MAX_COLUMNS and any(cell not in {None, ""} for cell in row[MAX_COLUMNS:]):
            raise SheetRefused(f"The sheet has more than {MAX_COLUMNS} columns.")
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in row):
            raise SheetRefused(f"A cell of row {number + 1} has more than {MAX_CELL:,} characters.")
        yield row


def _dataset(rows: list[Row]) -> tablib.Dataset:
    if not rows or all(cell in {None, ""} for cell in rows[0]):
        raise SheetRefused("The first row must hold the names of the columns.")
    headers = [str(cell or "").strip() for cell in rows[0]]
    while headers and not headers[-1]:
        headers.pop()
    if len(set(headers)) < len(headers):
        raise SheetRefused("Two columns have the same name.")
    while len(rows) > 1 and all(cell in {None, ""} for cell in rows[-1]):
        rows.pop()
    dataset = tablib.Dataset(headers=headers)
    for row in rows[1:]:
        cells = row[: len(headers)]
        dataset.append((*cells, *[""] * (len(headers) - len(cells))))
    if not len(dataset):
        raise SheetRefused("The sheet has no rows below the names of the columns.")
    return dataset
