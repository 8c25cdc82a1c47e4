"""How many calls one person or one address may make in a minute, counted in the database so that all processes count together.

Within a minute from the first call no more than the limit pass, however many come at once; what passed in the minute before
weighs as much as of it is still within the last sixty seconds. Counting is one statement that commits by itself before the act,
so no call waits for another's act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

MINUTE = 60.0
"""Seconds a limit is about."""

_COUNT = """
INSERT INTO helpdesk_callcount AS c (key, began_at, count, before, passed)
SELECT wanted.key, clock_timestamp(), 1, 0, TRUE
FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS wanted (key, place)
ORDER BY wanted.place
ON CONFLICT (key) DO UPDATE SET (began_at, count, before, passed) = (
    SELECT began, taken + fits::int, earlier, fits
    FROM (SELECT clock_timestamp() AS at, clock_timestamp() - c.began_at AS age) AS seen
    CROSS JOIN LATERAL (
        SELECT
            CASE WHEN age < '1 min' THEN c.began_at WHEN age < '2 min' THEN c.began_at + '1 min' ELSE at END AS began,
            CASE WHEN age < '1 min' THEN c.count ELSE 0 END AS taken,
            CASE WHEN age < '1 min' THEN c.before WHEN age < '2 min' THEN c.count ELSE 0 END AS earlier
    ) AS present
    CROSS JOIN LATERAL (
        SELECT taken + 1 + earlier * (1 - extract(epoch FROM at - began) / 60) <= most AS fits
        FROM unnest(%(keys)s::text[], %(most)s::int[]) AS wanted (key, most) WHERE wanted.key = c.key
    ) AS judged
)
RETURNING key, passed, count, before, extract(epoch FROM clock_timestamp() - began_at)::float8
"""

_FORGET = """
DELETE FROM helpdesk_callcount WHERE key IN (
    SELECT key FROM helpdesk_callcount WHERE began_at < clock_timestamp() - interval '3 minutes' FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So many calls a minute for one key; the key says who, or from where, and what is counted."""

    key: str
    most: int


def take(limits: Sequence[Limit]) -> dict[str, float]:
    """Count one call against each of the limits; the seconds to wait by key for those that it would pass, empty if none.

    What does not pass is not counted. Limits of different kinds come in one order, so that no two calls wait for each other.
    A limit of 0 is none. Raises what the database raises: who could not be counted is not let in.
    """
    counted = {limit.key: limit.most for limit in limits if limit.most > 0}
    if not counted:
        return {}
    values: dict[str, Any] = {"keys": list(counted), "most": list(counted.values())}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        rows = cursor.fetchall()
    return {
        key: seconds_to_wait(most=counted[key], count=count, before=before, age=age)
        for key, passed, count, before, age in rows
        if not passed
    }


def seconds_to_wait(*, most: int, count: int, before: int, age: float) -> float:
    """When the next call fits: `count` have passed in this minute, which is `age` seconds old, and `before` in the last."""
    free = most - 1 - count
    if free >= 0 and before > 0:
        return max(0.0, MINUTE * (1 - free / before) - age)
    return max(0.0, MINUTE - age + MINUTE * (1 - (most - 1) / max(count, 1)))


def sweep_counts() -> int:
    """Forget what no longer weighs; the number of counts. Reads the clock the counts are made with, and waits for no call."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET)
        return int(cursor.rowcount)
