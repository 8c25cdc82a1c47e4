"""No cell of a report can become a formula, in a workbook or in CSV, and every text is found again as it was (W3)."""

import io
import sys
import tempfile
import unicodedata
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from helpdesk.admin.resources import STARTS_A_FORMULA, plain_text
from reports.exports import cells
from reports.exports.columns import Kind, day, moment, number, share, text
from reports.exports.csv_file import write_csv
from reports.exports.workbook import Workbook, letter
from reports.tests.desk import csv_rows, on_sheet
from reports.tests.hostile import HOSTILE, is_live, meant

BERLIN = ZoneInfo("Europe/Berlin")


def workbook_of(columns, rows, zone=BERLIN, **cover) -> openpyxl.Workbook:
    with tempfile.TemporaryFile() as target:
        with Workbook(target, zone) as book:
            assert book.data("Rows", columns, iter(rows)) == len(rows)
            book.cover(cover.get("title", "About"), cover.get("facts", []))
        target.seek(0)
        return openpyxl.load_workbook(io.BytesIO(target.read()))


def assert_restored(read: str, given: str) -> None:
    wanted = meant(given)
    if len(wanted) < cells.LONGEST:
        assert plain_text(read) == wanted.strip() or read == wanted
    else:
        assert len(read) == cells.LONGEST
        assert wanted.startswith(read.removeprefix("'").removesuffix("…"))


@pytest.mark.parametrize("given", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_a_workbook_is_calculated_and_each_is_found_again(given):
    columns = (text("Text", "told"), text(given, "told"))

    book = workbook_of(columns, [{"told": given}], title=given, facts=[(given, given)])

    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    cell = book.worksheets[1]["A2"]
    assert not is_live(cell.value)
    assert_restored(unescape(cell.value), given)


@pytest.mark.parametrize("given", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_a_csv_file_is_calculated_and_each_is_found_again(given):
    target = io.BytesIO()

    assert (
        write_csv(target, (text("Text", "told"), text("Next", "next")), iter([{"told": given, "next": "end"}]), BERLIN)
        == 1
    )

    (row,) = csv_rows(target.getvalue())
    assert row["Next"] == "end"
    assert not is_live(row["Text"])
    assert_restored(row["Text"], given)


def test_there_are_many_of_them():
    assert len(HOSTILE) >= 40


def test_no_sheet_of_a_workbook_holds_a_formula_part():
    with tempfile.TemporaryFile() as target:
        with Workbook(target, BERLIN) as book:
            book.data("Rows", (text("Text", "told"),), ({"told": one} for one in HOSTILE.values()))
            book.cover("About", [(one, one) for one in HOSTILE.values()])
        with zipfile.ZipFile(target) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}

    assert sorted(parts) == [
        "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml",
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
    ]  # fmt: skip
    assert [name for name, part in parts.items() if "<f>" in part or "<f " in part or "externalLink" in part] == []


def test_text_that_begins_with_a_letter_or_digit_never_begins_a_formula():
    """What the short way of `safe_text` believes, for every character there is."""
    letters = (chr(code) for code in range(sys.maxunicode + 1) if chr(code).isalnum())

    assert [one for one in letters if unicodedata.normalize("NFKC", one)[:1] in STARTS_A_FORMULA] == []


@pytest.mark.parametrize(
    ("column", "value", "read", "kind", "plain"),
    [
        (number("N", "v"), 12345, 12345, "n", "12345"),
        (number("N", "v"), -5, -5, "n", "-5"),
        (number("N", "v"), 0, 0, "n", "0"),
        (share("S", "v"), 99.5, 99.5, "n", "99.5"),
        (share("S", "v"), float("nan"), "nan", "s", "nan"),
        (share("S", "v"), float("-inf"), "'-inf", "s", "'-inf"),
        (number("N", "v"), "=1", "'=1", "s", "'=1"),
        (number("N", "v"), True, "yes", "s", "yes"),
        (day("D", "v"), date(2026, 3, 4), on_sheet(2026, 3, 4), "d", "2026-03-04"),
        (day("D", "v"), date(1899, 12, 31), "1899-12-31", "s", "1899-12-31"),
        (moment("M", "v"), datetime(2026, 1, 15, 11, 5, 9, 999_999, tzinfo=UTC), on_sheet(2026, 1, 15, 12, 5, 9), "d", "2026-01-15 12:05:09"),
        (moment("M", "v"), datetime(2026, 7, 15, 22, 30, tzinfo=UTC), on_sheet(2026, 7, 16, 0, 30), "d", "2026-07-16 00:30:00"),
        (moment("M", "v"), datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), on_sheet(2026, 3, 29, 1, 59, 59), "d", "2026-03-29 01:59:59"),
        (moment("M", "v"), datetime(2026, 3, 29, 1, 0, tzinfo=UTC), on_sheet(2026, 3, 29, 3, 0), "d", "2026-03-29 03:00:00"),
        (moment("M", "v"), datetime(2026, 10, 25, 1, 30, tzinfo=UTC), on_sheet(2026, 10, 25, 2, 30), "d", "2026-10-25 02:30:00"),
        (moment("M", "v"), datetime(1895, 1, 1, tzinfo=UTC), "1895-01-01 01:00:00", "s", "1895-01-01 01:00:00"),
        (text("T", "v"), "Grüße, 東京 🎫", "Grüße, 東京 🎫", "s", "Grüße, 東京 🎫"),
        (text("T", "v"), "two\nlines", "two\nlines", "s", "two\nlines"),
        (text("T", "v"), "  kept  ", "  kept  ", "s", "  kept  "),
        (text("T", "v"), None, None, "n", ""),
        (text("T", "v"), "", None, "n", ""),
        (text("T", "v", words={"a": "Alpha"}), "a", "Alpha", "s", "Alpha"),
        (text("T", "v", words={"a": "Alpha"}), "b", "b", "s", "b"),
    ],
)  # fmt: skip
def test_values_stand_as_what_they_are(column, value, read, kind, plain):
    cell = workbook_of((column, text("End", "end")), [{"v": value, "end": "end"}]).worksheets[1]["A2"]
    target = io.BytesIO()
    write_csv(target, (column, text("End", "end")), [{"v": value, "end": "end"}], BERLIN)

    assert (cell.value, cell.data_type) == (read, kind)
    assert csv_rows(target.getvalue())[0][column.title] == plain


def test_a_workbook_has_a_heading_that_stays_widths_formats_and_a_filter():
    columns = (text("Case", "c", 16), number("Minutes", "n"), moment("At", "m"), day("Day", "d"), share("Share", "s"))
    row = {"c": "N-EXP-1001", "n": 1234, "m": datetime(2026, 1, 1, tzinfo=UTC), "d": date(2026, 1, 1), "s": 1.5}

    book = workbook_of(
        columns, [row] * 1203, facts=[("Rows", 1203), ("At", row["m"]), ("Day", row["d"]), ("Share", 1.5)]
    )

    sheet = book.worksheets[1]
    assert book.sheetnames == ["About", "Rows"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.max_row) == ("A2", "A1:E1204", 1204)
    assert [sheet.column_dimensions[one].width for one in "ABCDE"] == [column.wide for column in columns]
    assert all(cell.font.b and cell.fill.fgColor.rgb == "FF0F766E" for cell in sheet[1])
    assert [cell.number_format for cell in sheet[2]] == [
        "General",
        "#,##0",
        "yyyy\\-mm\\-dd\\ hh:mm",
        "yyyy\\-mm\\-dd",
        "#,##0.0",
    ]
    facts = {row[0].value: row[1] for row in book.worksheets[0].iter_rows(min_row=3)}
    assert [facts[one].data_type for one in ("Rows", "At", "Day", "Share")] == ["n", "d", "d", "n"]


def test_columns_are_named_as_spreadsheets_name_them():
    assert [letter(place) for place in (1, 26, 27, 52, 53, 702, 703)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_a_csv_file_tells_that_it_is_utf_8_and_holds_many_rows():
    target = io.BytesIO()

    count = write_csv(target, (text("Case", "c"),), ({"c": f"N-EXP-{n}"} for n in range(1203)), BERLIN)

    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    assert [row["Case"] for row in csv_rows(target.getvalue())] == [f"N-EXP-{n}" for n in range(1203)]
    assert count == 1203


def test_every_kind_of_column_has_a_cell_in_both():
    assert set(cells.renderers(BERLIN)) == set(cells.plain(BERLIN)) == set(Kind)
