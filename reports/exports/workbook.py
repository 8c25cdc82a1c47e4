"""An Excel workbook written row by row into a file: one sheet of data and one that says what it is.

Every text is an inline string and no cell has a formula. Memory does not grow with the rows.
"""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import IO, Any, Self

from reports.exports import cells
from reports.exports.columns import Column, Kind, Row

MOST_ROWS = 1_048_575
"""Rows a sheet holds below its heading."""

AT_ONCE = 500
"""Rows handed to the compressor together."""

COMPRESSION = 3
"""Between speed and size; 6, the usual, takes twice the time for a twentieth less."""

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

HEADING, TITLE, LABEL, NOTE = 6, 7, 8, 9

STYLES = f"""{XML}<styleSheet xmlns="{MAIN}">
<numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="166" formatCode="#,##0.0"/></numFmts>
<fonts count="4"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/></font>\
<font><b/><sz val="16"/><color rgb="FF0F766E"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FF0F766E"/></patternFill></fill></fills>
<borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="10"><xf/><xf applyAlignment="1"><alignment vertical="top"/></xf>\
<xf numFmtId="164" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="right" vertical="top"/></xf>\
<xf numFmtId="165" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="right" vertical="top"/></xf>\
<xf numFmtId="3" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="right" vertical="top"/></xf>\
<xf numFmtId="166" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="right" vertical="top"/></xf>\
<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>\
<xf fontId="2" applyFont="1"/><xf fontId="3" applyFont="1" applyAlignment="1"><alignment vertical="top"/></xf>\
<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""

Fact = tuple[str, Any]


class Workbook:
    """One workbook under way, for a `with`: call `data`, then `cover`. The cover stands first, whatever is written first.

    Left by an error it is closed as it is, and is no workbook.
    """

    def __init__(self, target: IO[bytes], zone: tzinfo) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)
        self._renderers = cells.renderers(zone)
        self._title = ""

    def data(self, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
        """The sheet of rows, under a heading that stays in sight; how many there were."""
        self._title = title
        with self._archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as sheet:
            sheet.write(_opening(columns).encode())
            count = self._rows(sheet, columns, rows)
            span = f"A1:{letter(len(columns))}{count + 1}"
            sheet.write(f'</sheetData><autoFilter ref="{span}"/></worksheet>'.encode())
        return count

    def _rows(self, sheet: IO[bytes], columns: Sequence[Column], rows: Iterable[Row]) -> int:
        written = [
            (f'<c r="{letter(place)}', self._renderers[column.kind], column.value)
            for place, column in enumerate(columns, 1)
        ]
        waiting: list[str] = []
        line = 1
        for line, row in enumerate(rows, 2):
            waiting.append(f'<row r="{line}">')
            for begin, render, value_of in written:
                value = value_of(row)
                if value is not None and value != "":
                    waiting.append(f"{begin}{line}{render(value)}")
            waiting.append("</row>")
            if not line % AT_ONCE:
                sheet.write("".join(waiting).encode())
                waiting.clear()
        sheet.write("".join(waiting).encode())
        return line - 1

    def cover(self, title: str, facts: Iterable[Fact]) -> None:
        """The first sheet: what the workbook is, as lines of a label and what it says."""
        lines = [f'<row r="1" ht="24" customHeight="1">{_text("A1", title, TITLE)}</row>']
        for number, (label, told) in enumerate(facts, 3):
            cell = self._fact(f"B{number}", told)
            lines.append(f'<row r="{number}">{_text(f"A{number}", label, LABEL)}{cell}</row>')
        widths = '<cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="90" customWidth="1"/></cols>'
        view = '<sheetViews><sheetView workbookViewId="0" showGridLines="0" tabSelected="1"/></sheetViews>'
        body = f'{XML}<worksheet xmlns="{MAIN}">{view}{widths}<sheetData>{"".join(lines)}</sheetData></worksheet>'
        self._archive.writestr("xl/worksheets/sheet1.xml", body)

    def _fact(self, place: str, told: Any) -> str:
        """Moments, days and numbers as such; a cover's text may run over several lines."""
        kind = next((kind for form, kind in FACT_KINDS if isinstance(told, form)), None)
        if kind is None or isinstance(told, bool):
            return _text(place, told, NOTE)
        return f'<c r="{place}{self._renderers[kind](told)}'

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """The parts that hold it together, unless something went wrong."""
        with self._archive:
            if kind is None:
                self._archive.writestr("xl/styles.xml", STYLES)
                for name, body in _frame(self._title).items():
                    self._archive.writestr(name, XML + body)


FACT_KINDS: tuple[tuple[type, Kind], ...] = (
    (datetime, Kind.MOMENT), (date, Kind.DAY), (int, Kind.NUMBER), (float, Kind.SHARE),
)  # fmt: skip


def letter(place: int) -> str:
    """The name of the first, second ... column: A, B ... Z, AA."""
    name = ""
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _opening(columns: Sequence[Column]) -> str:
    """Everything before the rows: the heading stays in sight, each column has its width."""
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{column.wide}" customWidth="1"/>'
        for place, column in enumerate(columns, 1)
    )
    heading = "".join(_text(f"{letter(place)}1", column.title, HEADING) for place, column in enumerate(columns, 1))
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols>{widths}</cols><sheetData><row r="1" ht="32" customHeight="1">{heading}</row>'
    )


def _text(place: str, value: Any, style: int) -> str:
    cell = cells.as_text(value)
    return f'<c r="{place}{cell}'.replace(f's="{cells.TEXT}"', f's="{style}"', 1)


def _frame(title: str) -> dict[str, str]:
    """The list of parts and how they belong together; the sheet of rows is the second."""
    name = "".join(" " if one in "[]:*?/\\'\"<>&" else one for one in title)[:31].strip() or "Rows"
    sheets = ("About", name)
    listed = "".join(
        f'<sheet name="{one}" sheetId="{place}" r:id="rId{place}"/>' for place, one in enumerate(sheets, 1)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{TYPES}.worksheet+xml"/>'
        for place in (1, 2)
    )
    related = "".join(
        f'<Relationship Id="rId{place}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in (1, 2)
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>{parts}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships">{related}'
            f'<Relationship Id="rId3" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>'
        ),
    }
