"""Sheets that leave the desk: every cell is a value, never a formula (reliability.md W3)."""

import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from import_export import resources

STARTS_A_FORMULA = frozenset("=+-@|%")
"""What a spreadsheet may take for a formula or a call of another program at the beginning of a cell."""

NO_CHARACTERS = "\ufffe\uffff"
"""Never assigned to anything; a workbook that holds one cannot be opened."""

QUOTE = "'"
"""Put before a text that would be taken for a formula; spreadsheets know it as "this is text"."""


def safe_cell(value: Any) -> Any:
    """A value as a cell may hold it: numbers and dates as such, text so that no spreadsheet calculates it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        # A sheet knows no zones: the viewer's own, as on the pages.
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal | date | time):
        return value
    return safe_text(str(value))


def safe_text(text: str) -> str:
    """Text without characters no sheet can hold, quoted where it would begin a formula."""
    if text[:1].isalnum() and text.isprintable():
        return text  # Nearly every cell of a long sheet, told apart without a look at each letter.
    breaks = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    clean = "".join(one for one in breaks if one == "\n" or _is_kept(one))
    return f"{QUOTE}{clean}" if begins_formula(clean) or clean.startswith(QUOTE) else clean


def _is_kept(one: str) -> bool:
    """Whether a sheet can hold the character: no control, no half of a pair, neither of the two that XML has not."""
    return unicodedata.category(one) not in {"Cc", "Cs"} and one not in NO_CHARACTERS


def plain_text(value: Any) -> str:
    """A cell of a sheet that comes in as the text that was meant: the quote of `safe_text` taken off again."""
    text = "" if value is None else str(value).strip()
    rest = text[1:]
    quoted = text.startswith(QUOTE) and (begins_formula(rest) or rest.startswith(QUOTE))
    return rest.strip() if quoted else text


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet may calculate the text: its first visible character, full-width forms included."""
    for one in text:
        if unicodedata.category(one)[0] in "ZC":
            continue
        return unicodedata.normalize("NFKC", one)[:1] in STARTS_A_FORMULA
    return False


class SafeResource(resources.ModelResource):
    """The base of every sheet that leaves the desk; fields keep their type and every cell is made safe in one place."""

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        written = getattr(self, f"dehydrate_{self.get_field_name(field)}", None)
        return safe_cell(written(instance) if written else field.get_value(instance))
