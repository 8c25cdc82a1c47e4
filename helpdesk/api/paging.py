"""Lists page by page, as `{"next", "previous", "results"}`; where a page begins is told by an opaque cursor."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from django.db.models import QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from helpdesk.api.shapes import LARGEST_NUMBER, YEARS, Query, QueryNumber
from helpdesk.selectors import keyset
from helpdesk.selectors.keyset import Order, Place, Value

PAGE_SIZE = 25
LARGEST_PAGE = 100
WRONG = "This is no cursor of this list; please begin without one."


class PageQuery(Query):
    """Which page of a list."""

    cursor = serializers.CharField(
        required=False, max_length=400, help_text="As `next` and `previous` hold it; it fits the order it was made for."
    )
    page_size = QueryNumber(required=False, default=PAGE_SIZE, max_value=LARGEST_PAGE)


def pages_of(name: str, row: type[serializers.Serializer]) -> serializers.Serializer:
    """The shape of a list of such rows."""
    way = {"allow_null": True, "help_text": "The whole address; null at the end of the list."}
    fields = {"next": serializers.URLField(**way), "previous": serializers.URLField(**way), "results": row(many=True)}
    return inline_serializer(name, fields=fields)


def paged(
    request: Request,
    query: dict[str, Any],
    rows: QuerySet[Any],
    order: Order,
    *,
    read: QuerySet[Any] | None = None,
    told: Callable[[list[Any]], list[Any]],
) -> dict[str, Any]:
    """A page of these rows in this order. `read` is what a row is read with, `told` makes the answer of a page's rows."""
    place = _place(query["cursor"], order) if query.get("cursor") else None
    page = keyset.page(rows, order, query["page_size"], place)
    return {
        "next": _address(request, page.next, order),
        "previous": _address(request, page.previous, order),
        "results": told(keyset.loaded(rows if read is None else read, page.ids)),
    }


def _address(request: Request, place: Place | None, order: Order) -> str | None:
    """The address of the page that begins there, with everything else as it was asked."""
    if place is None:
        return None
    values = [one.isoformat() if isinstance(one, datetime) else one for one in place.values]
    told = json.dumps([_mark(order), place.part, int(place.backwards), *values], separators=(",", ":"))
    cursor = urlsafe_b64encode(told.encode()).decode().rstrip("=")
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))


def _place(cursor: str, order: Order) -> Place:
    """The place a cursor tells of; 400 where it is none of this list."""
    try:
        mark, part, backwards, *values = json.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        read = tuple(_value(one) for one in values)
        is_ours = mark == _mark(order) and backwards in (0, 1) and _fits(read, part, order)
    except (NotBase64, ValueError, TypeError, RecursionError):
        is_ours = False
    if not is_ours:
        raise serializers.ValidationError({"cursor": [WRONG]})
    return Place(part, read, backwards=bool(backwards))


def _mark(order: Order) -> int:
    """A number that tells one order from another."""
    return crc32(",".join(order.fields).encode())


def _value(one: Any) -> Value:
    if isinstance(one, str):
        moment = datetime.fromisoformat(one)
        if moment.tzinfo is None or moment.year not in YEARS:
            raise ValueError(one)
        return moment.astimezone(UTC)
    if isinstance(one, bool) or not isinstance(one, int) or abs(one) > LARGEST_NUMBER:
        raise TypeError(one)
    return one


def _fits(values: tuple[Value, ...], part: Any, order: Order) -> bool:
    """Whether these are the values of a row in that stretch: moments, and a number at the end."""
    moments = len(order.fields) - 1 if part == 0 else 0
    stretches = (0, 1) if order.blank is not None else (0,)
    *front, last = values
    return (
        type(part) is int
        and part in stretches
        and len(front) == moments
        and all(isinstance(one, datetime) for one in front)
        and isinstance(last, int)
    )
