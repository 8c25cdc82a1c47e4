"""Pages that begin at a row and not at a number: the last page of a long list is as quick as the first, and none is counted.

Rows that come or go meanwhile neither repeat nor hide others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

Value = datetime | int


@dataclass(frozen=True, kw_only=True)
class Order:
    """In which order a list is read: moments and, last, a number that no two rows share; `-` for downwards.

    Where the first field may have no value, `blank` says which rows these are and `valued` which are not: the former come last,
    by number.
    """

    fields: tuple[str, ...]
    valued: Q | None = None
    blank: Q | None = None

    def parts(self, rows: QuerySet[Any]) -> "list[Part]":
        """The list in stretches that have all their values, each with its own fields."""
        if self.valued is None or self.blank is None:
            return [Part(rows, self.fields)]
        return [Part(rows.filter(self.valued), self.fields), Part(rows.filter(self.blank), ("pk",))]


@dataclass(frozen=True)
class Place:
    """A row of a list, by the stretch it stands in and its values there, and which way to read on from it."""

    part: int
    values: tuple[Value, ...]
    backwards: bool = False


@dataclass(frozen=True)
class Page:
    """The ids of the rows in their order, and from where to read on either way; None where the list ends."""

    ids: list[int] = field(default_factory=list)
    next: Place | None = None
    previous: Place | None = None


@dataclass(frozen=True)
class Part:
    """A stretch of a list."""

    rows: QuerySet[Any]
    fields: tuple[str, ...]

    def read(self, place: Place | None, most: int, backwards: bool) -> Iterator[tuple[Any, ...]]:
        """The id and values of each row from the place on."""
        fields = tuple(_turned(name) for name in self.fields) if backwards else self.fields
        rows = self.rows.order_by(*fields)
        if place is not None:
            rows = rows.filter(_beyond(fields, place.values))
        return iter(rows.values_list("pk", *(name.lstrip("-") for name in fields))[:most])


def page(rows: QuerySet[Any], order: Order, size: int, place: Place | None = None) -> Page:
    """The rows after the place, or right before it; one statement for each stretch that is needed."""
    backwards = place is not None and place.backwards
    parts = list(enumerate(order.parts(rows)))
    first = place.part if place else 0
    found: list[tuple[int, tuple[Any, ...]]] = []
    for number, part in reversed(parts[: first + 1]) if backwards else parts[first:]:
        begin = place if number == first else None
        found += [(number, row) for row in part.read(begin, size + 1 - len(found), backwards)]
        if len(found) > size:
            break
    goes_on, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    return _page(shown, has_next=goes_on or backwards, has_previous=goes_on if backwards else place is not None)


def loaded(rows: QuerySet[Model], ids: list[int]) -> list[Any]:
    """The rows of a page, in its order, with whatever this queryset reads beside them."""
    found = rows.order_by().in_bulk(ids) if ids else {}
    return [found[pk] for pk in ids if pk in found]


def _page(shown: list[tuple[int, tuple[Any, ...]]], *, has_next: bool, has_previous: bool) -> Page:
    if not shown:
        return Page()
    (first_part, first), (last_part, last) = shown[0], shown[-1]
    return Page(
        ids=[row[0] for _, row in shown],
        next=Place(last_part, last[1:]) if has_next else None,
        previous=Place(first_part, first[1:], backwards=True) if has_previous else None,
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(fields: tuple[str, ...], values: tuple[Value, ...]) -> Q:
    """The rows that come after these values.

    The bound on the first field alone says nothing new; it is what an index of the list begins at.
    """
    beyond, same = Q(), Q()
    for name, value in zip(fields, values, strict=True):
        path, way = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        beyond |= same & Q(**{f"{path}__{way}": value})
        same &= Q(**{path: value})
    path, way = fields[0].lstrip("-"), "lte" if fields[0].startswith("-") else "gte"
    return Q(**{f"{path}__{way}": values[0]}) & beyond
