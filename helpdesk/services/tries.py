"""Counting in the database what comes in floods, so that parallel guesses are counted one by one.

Tries of the break-glass sign-in are counted and locked; of what is only written down, as refused tokens, one row a minute
tells how many there were. Nobody can lock anybody out of signing in with Microsoft.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from helpdesk.models import SignInTries

FREE = 5
"""Tries before the first lock."""
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=15)
"""The lock doubles with each try after the first five, up to this."""
FORGOTTEN_AFTER = timedelta(days=1)
ONCE_IN = timedelta(minutes=1)
"""How often the same thing is written down at most."""

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


@transaction.atomic
def to_tell(key: str, *, now: datetime) -> int:
    """Count one more; how many have come up since last told if it is time to tell, else 0 and it is kept for later.

    The first is told at once, then one in `ONCE_IN`; the caller writes it down in the same transaction.
    """
    SignInTries.objects.bulk_create(
        [SignInTries(key=key, count=0, last_at=now, locked_until=now)], ignore_conflicts=True
    )
    row = SignInTries.objects.select_for_update().get(pk=key)
    row.count, row.last_at = row.count + 1, now
    return _told(row, now)


@transaction.atomic
def left_to_tell(start: str, *, now: datetime) -> dict[str, int]:
    """What was counted under keys of this start and not told yet, where it is time; told with this.

    What is older than a day and told is forgotten.
    """
    SignInTries.objects.filter(key__startswith=start, count=0, last_at__lt=now - FORGOTTEN_AFTER).delete()
    due = SignInTries.objects.filter(key__startswith=start, count__gt=0, locked_until__lte=now)
    return {row.key: _told(row, now) for row in due.select_for_update(skip_locked=True).order_by("key")}


def _told(row: SignInTries, now: datetime) -> int:
    is_time = row.locked_until is None or row.locked_until <= now
    told = row.count if is_time else 0
    if told:
        row.count, row.locked_until = 0, now + ONCE_IN
    row.save()
    return told
