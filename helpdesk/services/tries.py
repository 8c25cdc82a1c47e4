"""Counting tries of the break-glass sign-in in the database, so that parallel guesses are counted one by one.

Only that sign-in asks here: nobody can lock anybody out of signing in with Microsoft.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from helpdesk.models import SignInTries

FREE = 5
"""Tries before the first lock."""
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=15)
"""The lock doubles with each try after the first five, up to this."""
FORGOTTEN_AFTER = timedelta(days=1)

_COUNT = """
INSERT INTO helpdesk_signintries AS t (key, count, last_at, locked_until) VALUES (%(key)s, 1, %(now)s, NULL)
ON CONFLICT (key) DO UPDATE SET
    count = t.count + 1,
    last_at = %(now)s,
    locked_until = CASE WHEN t.count + 1 >= %(free)s
        THEN %(now)s + LEAST(%(first)s * power(2, LEAST(t.count + 1 - %(free)s, 10)), %(longest)s) END
WHERE t.locked_until IS NULL OR t.locked_until <= %(now)s
RETURNING locked_until
"""


def take(key: str, *, now: datetime) -> tuple[bool, datetime | None]:
    """Count a try before it is made: whether it may be made, and until when the next ones may not.

    One statement, so that of forty tries at once no more than five are made. It is counted whatever becomes of it, and
    forgotten by `forgive` or after a day without a try.
    """
    SignInTries.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    values: dict[str, Any] = {"key": key, "now": now, "free": FREE, "first": FIRST_LOCK, "longest": LONGEST_LOCK}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        row = cursor.fetchone()
    if row is not None:
        return True, row[0]
    locked = SignInTries.objects.filter(pk=key).values_list("locked_until", flat=True).first()
    return False, locked or now


def forgive(*keys: str) -> None:
    """Forget the tries, after one that worked."""
    SignInTries.objects.filter(pk__in=keys).delete()
