"""Counts of several kinds in one statement, which sees one moment: each part is a grouped query, told apart by its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, DateField, DateTimeField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

Part = QuerySet[Any, Any]

_GROUPS = {"ref": BigIntegerField, "who": CharField, "day": DateField}
_COUNTS = {"one": BigIntegerField, "two": BigIntegerField, "since": DateTimeField}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One group of one part: what it is of, and what was counted of it. What a part does not say is None, or 0."""

    of: str
    ref: int
    who: str
    day: date
    one: int
    two: int
    since: datetime | None


def part(rows: QuerySet[Any], of: str, *, by: Mapping[str, Combinable], **counts: Any) -> Part:
    """These rows grouped by what stands in `by` (`ref`, `who`, `day`), with the counts `one`, `two` and the moment `since`.

    Every part has every column, of one kind, so that the database can put the parts one below the other.
    """
    groups = {name: Cast(by.get(name, Value(None)), kind()) for name, kind in _GROUPS.items()}
    found = {name: Cast(counts.get(name, Value(None)), kind()) for name, kind in _COUNTS.items()}
    named = rows.order_by().select_related(None).annotate(part=Value(of, CharField()), **groups)
    counted: Part = named.values("part", *groups).annotate(**found).values_list("part", *groups, *found)
    return counted


def read(parts: Sequence[Part]) -> list[Row]:
    """The rows of all parts, in one statement."""
    first, *others = parts
    rows = first.union(*others, all=True) if others else first
    return [
        Row(of=of, ref=ref, who=who, day=day, one=one or 0, two=two or 0, since=since)
        for of, ref, who, day, one, two, since in rows
    ]
