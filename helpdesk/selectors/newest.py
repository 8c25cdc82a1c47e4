"""Pages of lists that never end, newest first: each begins where another ended, however many rows lie before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row")

_PLACE = re.compile(r"^(\d{8}T\d{6})\.(\d{6})-(\d)-(\d{1,18})$", re.ASCII)
_STAMP = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands: by its moment, then by its source where several are read as one list, then by its number."""

    moment: datetime
    source: int
    pk: int

    def __str__(self) -> str:
        """As an address carries it: "20260304T120000.000000-1-42"."""
        return f"{self.moment.astimezone(UTC):{_STAMP}}-{self.source}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place an address names; None for anything that is no place."""
        found = _PLACE.match(text)
        if found is None:
            return None
        try:
            moment = datetime.strptime(f"{found[1]}.{found[2]}", _STAMP).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls(moment, int(found[3]), int(found[4]))


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Which page: the newest rows, or those right after a place, or those right before it."""

    place: Place | None = None
    is_back: bool = False
    size: int = 50


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """The rows of a page, and where the neighbouring pages begin; None where there is none."""

    rows: Sequence[Row]
    newer: Place | None
    older: Place | None


def places_of(branches: Sequence[QuerySet[Any]], turn: Turn, *, moment: str, source: int = 0) -> list[Place]:
    """The places of one source that a page may show: one row more than a page, for whether there is another.

    Each branch is walked in the order of an index of its own and no further than a page, in one statement for all of them; a row
    that is in two branches counts once.
    """
    if not branches:
        return []
    order = (moment, "pk") if turn.is_back else (f"-{moment}", "-pk")
    slices = [
        rows.filter(_beyond(turn, moment, source)).order_by(*order).values_list(moment, "pk")[: turn.size + 1]
        for rows in branches
    ]
    first, *others = slices
    found = first.union(*others, all=True) if others else first
    return [Place(at, source, pk) for at, pk in dict.fromkeys(found)]


def cut(places: Sequence[Place], turn: Turn) -> Page[Place]:
    """The places of a page, newest first, out of what all its sources offered."""
    near = sorted(places, reverse=not turn.is_back)
    shown, has_more = sorted(near[: turn.size], reverse=True), len(near) > turn.size
    if not shown:
        return Page(rows=[], newer=None, older=None)
    has_newer = has_more if turn.is_back else turn.place is not None
    has_older = turn.place is not None if turn.is_back else has_more
    return Page(rows=shown, newer=shown[0] if has_newer else None, older=shown[-1] if has_older else None)


def in_order(rows: QuerySet[Any], places: Sequence[Place], source: int = 0) -> dict[Place, Model]:
    """The rows that stand at these places, in one statement."""
    wanted = {place.pk: place for place in places if place.source == source}
    return {wanted[row.pk]: row for row in rows.filter(pk__in=wanted)} if wanted else {}


def _beyond(turn: Turn, moment: str, source: int) -> Q:
    """The rows of this source on the far side of the place, said so that the index of the moment is walked from there."""
    if turn.place is None:
        return Q()
    at, pk, side = turn.place.moment, turn.place.pk, "gt" if turn.is_back else "lt"
    is_beyond_at_once = source > turn.place.source if turn.is_back else source < turn.place.source
    if is_beyond_at_once:
        return Q(**{f"{moment}__{side}e": at})
    strictly = Q(**{f"{moment}__{side}": at})
    if source != turn.place.source:
        return strictly
    return Q(**{f"{moment}__{side}e": at}) & (strictly | Q(**{f"pk__{side}": pk}))
