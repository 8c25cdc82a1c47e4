"""One value as a cell, in a workbook and in CSV. Text goes through `safe_text`, so that no cell is ever calculated (W3)."""

import re
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from math import isfinite
from typing import Any

from helpdesk.admin.resources import safe_text
from reports.exports.columns import Kind

LONGEST = 32_767
"""Characters a cell can hold; a longer text ends in an ellipsis."""

DAY_ZERO = date(1899, 12, 30).toordinal()
"""The day spreadsheets count from, once their leap day that never was lies behind."""
FIRST_DAY = date(1900, 3, 1).toordinal() - DAY_ZERO
SECONDS_A_DAY = 86_400

ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Spreadsheets read `_x0041_` as an escaped letter: an underscore that would begin one is escaped itself."""

TEXT, MOMENT, DAY, NUMBER, SHARE = 1, 2, 3, 4, 5
"""Numbers of the cell formats in `workbook.STYLES`."""

Render = Callable[[Any], str]


def renderers(zone: tzinfo) -> dict[Kind, Render]:
    """For each kind of column what follows `<c r="A1` in a worksheet; moments are shown in this zone."""

    def as_moment(value: Any) -> str:
        local = value.astimezone(zone)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return _serial(local.toordinal() - DAY_ZERO, seconds, MOMENT) or as_text(said_moment(value, zone))

    return {Kind.TEXT: as_text, Kind.NUMBER: as_number, Kind.SHARE: as_share, Kind.MOMENT: as_moment, Kind.DAY: as_day}


def as_text(value: Any) -> str:
    """Text inside the cell itself; the reader is told to keep its blanks."""
    shown = said(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in shown:
        shown = ESCAPED.sub("_x005F_", shown)
    return f'" s="{TEXT}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def as_number(value: Any) -> str:
    return _number(value, NUMBER)


def as_share(value: Any) -> str:
    return _number(value, SHARE)


def as_day(value: Any) -> str:
    return _serial(value.toordinal() - DAY_ZERO, 0, DAY) or as_text(value.isoformat())


def _number(value: Any, style: int) -> str:
    """What is no number a sheet can hold is said as text."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return f'" s="{style}"><v>{value!r}</v></c>' if is_number else as_text(value)


def _serial(days: int, seconds: int, style: int) -> str:
    """Days since the zero day, the time of day as their fraction; nothing for a day before spreadsheets count right."""
    if days < FIRST_DAY:
        return ""
    return f'" s="{style}"><v>{days + seconds / SECONDS_A_DAY if seconds else days}</v></c>'


def said(value: Any) -> str:
    """A value as text no spreadsheet calculates, at most as long as a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    safe = safe_text(value if isinstance(value, str) else str(value))
    return safe if len(safe) <= LONGEST else f"{safe[: LONGEST - 1]}…"


def said_moment(value: datetime, zone: tzinfo) -> str:
    """As spreadsheets read it from a CSV file: a moment of the reader's own zone, to the second."""
    return value.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat(" ")


def plain(zone: tzinfo) -> dict[Kind, Render]:
    """For each kind of column a value as it stands in a CSV file."""

    def as_moment(value: Any) -> str:
        return said_moment(value, zone)

    def number(value: Any) -> str:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        return repr(value) if is_number else said(value)

    def on_day(value: Any) -> str:
        return str(value.isoformat())

    return {Kind.TEXT: said, Kind.NUMBER: number, Kind.SHARE: number, Kind.MOMENT: as_moment, Kind.DAY: on_day}
