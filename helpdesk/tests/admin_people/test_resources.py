"""Sheets in both directions: no cell is ever a formula, and no file that comes in can hurt (reliability.md W3, trap 8)."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import tablib

from helpdesk.admin import sheets
from helpdesk.admin.resources import begins_formula, plain_text, safe_cell, safe_text
from helpdesk.admin.sheets import SheetRefused

HOSTILE = [
    "=1+1",
    "==1+1",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    " =1+1",
    "   +1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u2028=1+1",
    "\x00=1+1",
    "\x1b=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "\ufe661+1",
    " \t \uff1d1",
    "=cmd|' /C calc'!A0",
    "|calc",
    "%0A=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=IMPORTXML(A1)",
    "@A1",
    "-1",
    "+491234",
    '"=1+1',
    "'=1+1",
    "''=1",
    "a\n=1+1",
    "a\t=1+1",
]
HARMLESS = [
    "Asha Nair",
    "O'Hara",
    "a=b",
    "x@corp.example",
    "1+1",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "a-b",
    "",
]
FORMULA = tuple("=+-@\t\r\x00")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_no_hostile_text_becomes_a_formula(text, kind):
    made = sheets.write(tablib.Dataset((safe_cell(text),), headers=("Name",)), kind)

    (cell,) = [one for row in _cells(made, kind)[1:] for one in row]

    assert not cell.startswith(FORMULA)
    assert not begins_formula(cell)


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_harmless_text_goes_out_as_it_is(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", [one for one in HOSTILE if not set(one) & set("\t\r\n\x00\x1b")], ids=ascii)
def test_what_was_quoted_going_out_comes_in_as_it_was(text):
    assert plain_text(safe_text(text)) == text.strip()


def test_a_name_that_begins_with_an_apostrophe_comes_in_as_people_type_it():
    assert plain_text("'t Hooft") == "'t Hooft"


def test_numbers_dates_and_truths_keep_their_kind():
    moment = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

    cells = [safe_cell(value) for value in (-5, 1.5, Decimal("2.5"), date(2026, 3, 4), True, None, moment)]

    assert cells == [-5, 1.5, Decimal("2.5"), date(2026, 3, 4), "yes", "", datetime(2026, 3, 4, 12, 0)]  # noqa: DTZ001


def _cells(content: bytes, kind: str) -> list[list[str]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_sheet_is_read_from_excel_and_csv_alike():
    rows = [("Name", "Number"), ("Asha", 1), (None, None), ("Ben", 2)]
    of_csv = "Name;Number\r\nAsha;1\r\n;\r\nBen;2\r\n".encode("utf-8-sig")

    from_excel, from_csv = sheets.read("a.XLSX", xlsx(*rows)), sheets.read("a.csv", of_csv)

    assert from_excel["Name"] == ["Asha", None, "Ben"]
    assert from_csv["Name"] == ["Asha", "", "Ben"]
    assert from_csv.headers == from_excel.headers == ["Name", "Number"]


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _swapped(part: str, content: bytes) -> bytes:
    """A good workbook in which one part is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(("Name",), ("Asha",)))) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, content if name == part else good.read(name))
    return out.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>"""

BAD_FILES = {
    "no sheet at all": ("people.pdf", b"%PDF"),
    "no extension": ("people", b"Name\nAsha"),
    "not a zip": ("people.xlsx", b"Name\nAsha"),
    "an empty zip": ("people.xlsx", _zip()),
    "a zip that is no workbook": ("people.xlsx", _zip(a=b"x")),
    "a zip bomb": ("people.xlsx", _zip(**{"xl/worksheets/sheet1.xml": b"0" * (sheets.MAX_UNPACKED + 1)})),
    "a zip of many parts": ("people.xlsx", _zip(**{f"p{n}": b"" for n in range(sheets.MAX_PARTS + 1)})),
    "entities that multiply": ("people.xlsx", _swapped("xl/worksheets/sheet1.xml", LAUGHS)),
    "broken xml": ("people.xlsx", _swapped("xl/worksheets/sheet1.xml", b"<worksheet")),
    "too many rows": ("people.csv", b"Name\n" + b"a\n" * (sheets.MAX_ROWS + 1)),
    "too many columns": ("people.csv", b",".join([b"a%d" % n for n in range(sheets.MAX_COLUMNS + 1)]) + b"\n1"),
    "a cell too long": ("people.csv", b"Name\n" + b"a" * (sheets.MAX_CELL + 1)),
    "another encoding": ("people.csv", "Name\nJosé".encode("latin-1")),
    "NUL": ("people.csv", b"Name\n\x00"),
    "an open quote": ("people.csv", b'Name\n"a'),
    "no rows": ("people.csv", b"Name\n"),
    "nothing": ("people.csv", b""),
    "no headers": ("people.csv", b",,\n1,2,3"),
    "two columns of one name": ("people.csv", b"Name,Name\n1,2"),
    "too large": ("people.csv", b"a" * (sheets.MAX_BYTES + 1)),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(name):
    file_name, content = BAD_FILES[name]

    with pytest.raises(SheetRefused) as refused:
        sheets.read(file_name, content)

    assert str(refused.value).endswith((".", '".'))


def test_a_sheet_that_lies_about_its_size_is_read_by_its_rows():
    content = _swapped(
        "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>Asha</t></is></c></row></sheetData></worksheet>',
    )

    assert sheets.read("people.xlsx", content)["Name"] == ["Asha"]
