"""Keys that callers send so that a request sent twice is done once: reserved before the act, kept with its answer (C6 of
docs/reliability.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection
from psycopg import errors

from helpdesk.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
"""How long a key stands for its request at least."""

_RESERVE = """
INSERT INTO helpdesk_idempotencykey (user_id, key, fingerprint, headers, body, created_at)
VALUES (%(person)s, %(key)s, %(fingerprint)s, '{}', '', %(now)s)
ON CONFLICT (user_id, key) DO NOTHING
RETURNING id
"""


class KeyTaken(Exception):  # noqa: N818 - named after what happened
    """The person used the key for another request."""


class KeyHeld(Exception):  # noqa: N818 - named after what happened
    """The request with this key has not come to its end for as long as we wait for a lock."""


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """An answer as it went out: its status, the headers its call gave it, and its body to the letter."""

    status: int
    headers: dict[str, str]
    body: str


def reserve(*, person_id: int, key: str, fingerprint: str, now: datetime) -> KeptAnswer | None:
    """Take the key for this request; the answer it was given already, if it was.

    Called first of all in the transaction of the act: of several at once one goes on, and the others wait here for its end.
    Where the act is rolled back so is the key, and the next one goes on.
    """
    values: dict[str, Any] = {"person": person_id, "key": key, "fingerprint": fingerprint, "now": now}
    with _no_longer_than_a_lock(), connection.cursor() as cursor:
        cursor.execute(_RESERVE, values)
        if cursor.fetchone() is not None:
            return None
    known = IdempotencyKey.objects.filter(user_id=person_id, key=key).first()
    if known is None:  # swept a moment ago
        raise KeyHeld
    if known.fingerprint != fingerprint:
        raise KeyTaken
    if known.status is None:
        return None
    return KeptAnswer(status=known.status, headers=known.headers, body=known.body)


def keep(answer: KeptAnswer, *, person_id: int, key: str) -> None:
    """Keep the answer with its key, in the transaction of the act."""
    IdempotencyKey.objects.filter(user_id=person_id, key=key).update(
        status=answer.status, headers=answer.headers, body=answer.body
    )


def release(*, person_id: int, key: str) -> None:
    """Give back a key whose request was refused."""
    IdempotencyKey.objects.filter(user_id=person_id, key=key, status=None).delete()


def sweep_keys(now: datetime) -> int:
    """Forget the keys of yesterday with their answers; the number of keys."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


@contextmanager
def _no_longer_than_a_lock() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable):
            raise KeyHeld from error
        raise
