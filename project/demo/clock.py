"""The demo desk's clock: the database's time, moved forward by an offset all processes share.

`LINEUP_CLOCK` names `shifted_now` in the demo's settings. Sessions, tokens and presigned links keep real time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import cast

from django.db import connection
from django.db.models import F

from project.demo.models import ONLY, ClockShift

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


def shifted_now() -> datetime:
    """The desk's present moment: where this context has travelled to, else the database's time plus the offset."""
    elsewhere = _travelled.get()
    if elsewhere is not None:
        return elsewhere
    table = connection.ops.quote_name(ClockShift._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT clock_timestamp() + COALESCE((SELECT shift FROM {table} WHERE id = %s), '0')", [ONLY])  # noqa: S608 - our own table
        return cast("datetime", cursor.fetchone()[0])


@contextmanager
def travel_to(moment: datetime) -> Iterator[None]:
    """Within the block, in this thread, the desk's clock stands at an aware moment: so the story's past is made."""
    if moment.tzinfo is None:
        raise ValueError("A moment to travel to must be aware.")
    token = _travelled.set(moment)
    try:
        yield
    finally:
        _travelled.reset(token)


def current_shift() -> timedelta:
    """How far ahead of real time the desk is."""
    found = ClockShift._default_manager.filter(pk=ONLY).first()
    return found.shift if found else timedelta(0)


def move_forward(span: timedelta) -> None:
    """Add to the offset; two movers at once both count."""
    if span < timedelta(0):
        raise ValueError("The demo desk's clock only goes forward.")
    ClockShift._default_manager.get_or_create(pk=ONLY)
    ClockShift._default_manager.filter(pk=ONLY).update(shift=F("shift") + span)


def back_to_real_time() -> None:
    """Drop the offset; the caller has made sure that no data lies in the future."""
    ClockShift._default_manager.filter(pk=ONLY).update(shift=timedelta(0))
