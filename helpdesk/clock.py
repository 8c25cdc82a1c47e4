"""The one clock of the desk: the database's time, so that web and workers of several hosts agree.

Every operation reads it once and passes the moment down; no rule and no SQL reads a clock of its own.
"""

from datetime import datetime
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string


def now() -> datetime:
    """The present moment of the desk, aware, in UTC (rules.md, preamble)."""
    return cast("datetime", _source(settings.LINEUP_CLOCK)())


def database_now() -> datetime:
    """The database's wall clock, also inside a long transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast("datetime", cursor.fetchone()[0])


_source = lru_cache(maxsize=4)(import_string)
