"""The table of a list as markup, made of plain strings: the theme looks up and fills in every cell anew, half of what a list took.

The looks are the theme's own. What the cells of a column share is found once for a page, and so is where a row leads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from unfold.templatetags.unfold_list import LINK_CLASSES, ROW_CLASSES, result_headers

CELL, LINK = " ".join(ROW_CLASSES), " ".join(LINK_CLASSES)
STRIPES = ("", " bg-base-50 dark:bg-white/[.02]")
ROW = (
    '<tbody class="block relative lg:table-row-group{}">'
    '<tr class="data-row block border border-base-200 mb-3 relative rounded-default lg:table-row lg:border-none lg:mb-0'
    ' lg:rounded-none dark:border-base-800">{}</tr></tbody>\n'
)
HEAD = ('<th scope="row"', "</th>")
UNNAMED = "Select record"
"""What a first column that leads nowhere is called where each cell says its column."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """What the cells of one column share; `of` says of a row what stands in its cell."""

    of: Callable[[Model], str]
    leads: bool
    opening: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """The heads of the columns with their orders, by how many of them the list is sorted, and its rows."""

    heads: list[dict[str, Any]]
    sorted_by: int
    rows: SafeString


def table_of(shown: ChangeList) -> Table:
    """The page of a list whose columns are all methods of its admin."""
    heads = list(result_headers(shown))
    columns = [_column(shown, place, head) for place, head in enumerate(heads)]
    rows = "".join(
        ROW.format(stripe, _cells(columns, row, shown.url_for_result(row)))
        for row, stripe in zip(shown.result_list, cycle(STRIPES), strict=False)
    )
    return Table(
        heads=heads,
        sorted_by=sum(1 for head in heads if head.get("sorted")),
        rows=mark_safe(rows),  # noqa: S308 - every value is escaped in _cells, every word of a column in _column
    )


def _column(shown: ChangeList, place: int, head: dict[str, Any]) -> Column:
    """The first column that leads to the row's page is the row's own head."""
    name, linked = shown.list_display[place], shown.list_display_links or ()
    opening, closing = HEAD if linked and name == linked[0] else ("<td", "</td>")
    return Column(
        of=getattr(shown.model_admin, name),
        leads=name in linked,
        opening=opening
        + format_html(
            ' class="field-{} {}" data-label="{}">',
            name,
            CELL,
            head["text"] if place or name in linked else UNNAMED,
        ),
        closing=closing,
    )


def _cells(columns: list[Column], row: Model, address: str) -> str:
    """One row; what a column says is escaped unless it is markup already."""
    link = f'<a href="{conditional_escape(address)}" class="{LINK}">'
    said = ((column, conditional_escape(column.of(row))) for column in columns)
    return "".join(
        f"{column.opening}{link}{words}</a>{column.closing}"
        if column.leads
        else f"{column.opening}{words}{column.closing}"
        for column, words in said
    )
