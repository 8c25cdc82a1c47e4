"""The tenant's published signing keys: read rarely, shared by all web processes, served on while the provider is away.

Kept in one row of the database. Whoever moves the row's `tried_at` on asks the provider; everybody else goes on with what
is there. So a flood of made-up key ids costs one request in five minutes, however many processes there are.
"""

import json
import logging
import time
from datetime import datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.db.models import Q

from helpdesk import clock
from helpdesk.models import ProviderKeys

logger = logging.getLogger(__name__)

REFRESH_AFTER = timedelta(hours=1)
"""How old the keys may be before they are read again; a key taken back by the provider is gone by then."""
SERVE_FOR = timedelta(hours=72)
"""How long the keys serve while the provider cannot be read."""
COOLDOWN = timedelta(minutes=5)
"""The shortest time between two readings, whoever asks for which key."""
FIRST_COOLDOWN = timedelta(seconds=10)
"""The same while no keys are known at all and nobody can sign in."""
REMEMBER_SECONDS = 60
"""How long one process relies on what it remembers before it looks at the row again."""
TIMEOUT_SECONDS = 5

_remembered: dict[str, tuple[float, jwt.PyJWKSet]] = {}


class KeysUnreachable(Exception):  # noqa: N818 - named after what happened
    """The provider's keys are not known and could not be read: nobody's fault who asks."""


def signing_key(key_id: str) -> Any:
    """The tenant's public key of that id, or nothing; what a token says about where keys are is never looked at.

    Raises KeysUnreachable when there are no keys to look in.
    """
    address = f"{settings.ENTRA_AUTHORITY}/discovery/v2.0/keys"
    read_at, known = _remembered.get(address, (0.0, None))
    if known is not None and time.monotonic() - read_at < REMEMBER_SECONDS and (key := _of(known, key_id)):
        return key
    known = _current(address, key_id)
    return _of(known, key_id)


def last_read() -> datetime | None:
    """When the provider last gave its keys, after asking it where they are old and it is time to; none if it never did.

    So a desk that nobody calls by token learns as well that the provider is away.
    """
    address = f"{settings.ENTRA_AUTHORITY}/discovery/v2.0/keys"
    now = clock.now()
    row = ProviderKeys.objects.filter(pk=address).first()
    is_old = row is None or row.fetched_at is None or now - row.fetched_at >= REFRESH_AFTER
    if is_old and _may_ask(address, row, _usable(row, now), now) and _read(address, now) is not None:
        return now
    return row.fetched_at if row else None


def forget() -> None:
    """Let this process remember nothing, as after its start."""
    _remembered.clear()


def _current(address: str, key_id: str) -> jwt.PyJWKSet:
    """The keys of the row, read anew first where they are old or lack this one and it is time to ask."""
    now = clock.now()
    row = ProviderKeys.objects.filter(pk=address).first()
    known = _usable(row, now)
    is_fresh = known is not None and row is not None and row.fetched_at is not None
    is_fresh = is_fresh and now - row.fetched_at < REFRESH_AFTER  # type: ignore[operator,union-attr]
    if not (is_fresh and known is not None and _of(known, key_id)) and _may_ask(address, row, known, now):
        known = _read(address, now) or known
    if known is None:
        raise KeysUnreachable
    _remembered[address] = (time.monotonic(), known)
    return known


def _usable(row: ProviderKeys | None, now: datetime) -> jwt.PyJWKSet | None:
    """What the row holds, unless it is too old to be believed."""
    if row is None or row.fetched_at is None or now - row.fetched_at > SERVE_FOR:
        return None
    return jwt.PyJWKSet.from_dict(row.document)


def _may_ask(address: str, row: ProviderKeys | None, known: jwt.PyJWKSet | None, now: datetime) -> bool:
    """Whether this process is the one that asks the provider now."""
    if row is None:
        _, is_made = ProviderKeys.objects.get_or_create(pk=address, defaults={"tried_at": now})
        return is_made
    pause = FIRST_COOLDOWN if known is None else COOLDOWN
    # A moment in the future is a clock that was set back: no reason to wait for it.
    is_time = Q(tried_at__lte=now - pause) | Q(tried_at__gt=now)
    return ProviderKeys.objects.filter(is_time, pk=address).update(tried_at=now) == 1


def _read(address: str, now: datetime) -> jwt.PyJWKSet | None:
    """Ask the provider and keep what it says; nothing if it cannot be reached or does not answer with keys."""
    try:
        client = jwt.PyJWKClient(address, cache_jwk_set=False, timeout=TIMEOUT_SECONDS)
        document = client.fetch_data()
        found = jwt.PyJWKSet.from_dict(document)
    except (jwt.PyJWTError, json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
        logger.warning("The keys of the provider cannot be read: %s", error)
        return None
    ProviderKeys.objects.filter(pk=address).update(document=document, fetched_at=now)
    return found


def _of(known: jwt.PyJWKSet, key_id: str) -> Any:
    """The signing key of that id in the set."""
    for key in known.keys:
        if key.key_id == key_id and key.key_type == "RSA" and key.public_key_use in {"sig", None}:
            return key.key
    return None
