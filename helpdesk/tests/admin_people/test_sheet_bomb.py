"""A sheet is read by a reader that refuses entities: a small file cannot swell into gigabytes."""

import io
import zipfile

import openpyxl.xml
import pytest
from defusedxml.common import EntitiesForbidden

from helpdesk.admin import sheets
from helpdesk.tests.admin_people.desk import person_row, sheet_of

ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def with_entities(content: bytes) -> bytes:
    """The sheet with a doctype of entities before its cells."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            is_sheet = name.startswith("xl/worksheets/")
            new.writestr(name, part.replace(b"<worksheet", ENTITIES + b"<worksheet", 1) if is_sheet else part)
    return made.getvalue()


def test_the_reader_of_sheets_is_the_guarded_one():
    assert openpyxl.xml.DEFUSEDXML


def test_a_sheet_with_entities_is_not_read():
    with pytest.raises((EntitiesForbidden, sheets.SheetRefused)):
        sheets.read("people.xlsx", with_entities(sheet_of([person_row()])))
