"""Is everything well that the desk leans on: for the monitoring, which asks from outside and knows nothing else.

Strangers learn whether all is well and no more. What was found stands there for admins; versions, addresses and secrets for nobody.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from helpdesk import clock
from helpdesk.admission import open_to_everybody
from helpdesk.models import User
from helpdesk.selectors import people, wellbeing
from helpdesk.services import bucket
from helpdesk.sso import keys
from storage.errors import StorageError
from workflow.roles import Role

logger = logging.getLogger(__name__)

LOOKS_EVERY = 10
"""Seconds one look serves: whoever asks more often makes no more work."""
TICK_MISSED_AFTER = timedelta(minutes=2)
MAIL_STUCK_AFTER = timedelta(minutes=5)
KEYS_OLD_AFTER = timedelta(days=1)
WELL = ""

Found = dict[str, str]
"""What is wrong with each part, in words; empty where nothing is."""


@open_to_everybody
@require_safe
def deep(request: HttpRequest) -> JsonResponse:
    """200 while all parts are well, 503 otherwise; the parts for a signed-in admin."""
    found = lately()
    is_well = not any(found.values())
    told: dict[str, Any] = {"status": "ok" if is_well else "failing"}
    # Who asks is read from the database, so nobody is anybody while it is away.
    if not found["database"] and _is_admin(request.user):
        told["parts"] = _parts(found)
    return JsonResponse(told, status=200 if is_well else 503, headers={"Cache-Control": "no-store"})


def lately() -> Found:
    """What was found by a look of the last seconds, else by one now."""
    found: Found | None = cache.get("deep-health")
    if found is None:
        found = look()
        cache.set("deep-health", found, LOOKS_EVERY)
    return found


def look() -> Found:
    """Look at every part; without the database nothing can be said of the others."""
    try:
        now = clock.now()
        background = wellbeing.background(now)
    except DatabaseError:
        logger.exception("The database does not answer")
        return {"database": "It does not answer."}
    return {
        "database": WELL,
        "worker": worker(background.ticked_at, now),
        "outbox": outbox(background.oldest_due, background.given_up, now),
        "storage": _tried(storage),
        "provider_keys": _tried(lambda: provider_keys(keys.last_read(), now)),
    }


def worker(ticked_at: datetime | None, now: datetime) -> str:
    """A tick that came to its end went through scheduler, queue and worker."""
    if ticked_at is None:
        return "No tick has come to its end yet."
    return f"The last tick was {_ago(now - ticked_at)} ago." if now - ticked_at > TICK_MISSED_AFTER else WELL


def outbox(oldest_due: datetime | None, given_up: int, now: datetime) -> str:
    """Mails go when their time has come, and none was given up lately."""
    said = []
    if oldest_due is not None and now - oldest_due > MAIL_STUCK_AFTER:
        said.append(f"A mail waits since {_ago(now - oldest_due)}.")
    if given_up:
        said.append(f"Mails given up in the last {wellbeing.NEWS_DAYS} days: {given_up}.")
    return " ".join(said)


def storage() -> str:
    """S3 answers."""
    try:
        bucket.of_desk().check()
    except StorageError:
        return "The file store does not answer or refuses us."
    return WELL


def provider_keys(read_at: datetime | None, now: datetime) -> str:
    """The provider gives its signing keys."""
    if read_at is None:
        return "The keys could never be read."
    return f"The keys were last read {_ago(now - read_at)} ago." if now - read_at > KEYS_OLD_AFTER else WELL


def _tried(part: Callable[[], str]) -> str:
    """A part that cannot even be looked at is ill, and keeps no other from being told."""
    try:
        return part()
    except Exception:
        logger.exception("A part of the desk could not be looked at")
        return "It could not be looked at; the log says why."


def _parts(found: Found) -> dict[str, dict[str, str]]:
    return {name: {"status": "failing" if said else "ok", "detail": said} for name, said in found.items()}


def _is_admin(user: Any) -> bool:
    return isinstance(user, User) and Role.ADMIN in people.roles_of(user)


def _ago(span: timedelta) -> str:
    """A length of time in whole minutes or hours."""
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
