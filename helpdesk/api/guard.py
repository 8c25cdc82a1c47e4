"""At the door of every call: how large it is, and how many come from one person and one address (W4 of docs/reliability.md)."""

import logging
import time

from django.conf import settings
from django.db import DatabaseError
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.views import APIView

from helpdesk.addresses import address_of, household_of
from helpdesk.api.faults import BodyTooLarge, NotCounted, TooManyCalls
from helpdesk.models import User
from helpdesk.services import limits
from helpdesk.services.limits import Limit

logger = logging.getLogger(__name__)

REMEMBERED = 10_000
"""Closed doors a process keeps in mind at most."""

closed: dict[str, float] = {}
"""Until when, on the clock of this process, the database let nobody in under a key: asking it again would change nothing."""


class Guarded(APIView):
    """A call that is measured and counted before anything else is done for it.

    The address counts whoever calls, also with a token that is refused; the person counts once they are known, in the same
    statement. `counted_as` names a limit of its own beside these.
    """

    counted_as = ""

    def perform_authentication(self, request: Request) -> None:
        _check_size(request)
        from_address = Limit(key=f"address:{household_of(address_of(request))}", most=settings.LINEUP_CALLS_PER_ADDRESS)
        _check_closed(from_address)
        try:
            super().perform_authentication(request)
        except APIException:
            _count(from_address)
            raise
        _count(from_address, *self._of_person(request.user))

    def _of_person(self, person: object) -> list[Limit]:
        """The limits of whoever called; strangers have none but their address."""
        if not isinstance(person, User):
            return []
        found = [Limit(key=f"person:{person.pk}", most=settings.LINEUP_CALLS_PER_PERSON)]
        if self.counted_as:
            most = settings.LINEUP_CALLS_OF_KIND[self.counted_as]
            found.append(Limit(key=f"{self.counted_as}:{person.pk}", most=most))
        return found


def _check_size(request: Request) -> None:
    """Refuse what says itself that it is too large, before anybody reads it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not str(length).isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise BodyTooLarge


def _check_closed(limit: Limit) -> None:
    wait = closed.get(limit.key, 0.0) - time.monotonic()
    if wait > 0 and limit.most > 0:
        raise TooManyCalls(wait)


def _count(*wanted: Limit) -> None:
    """Count the call against all of its limits at once; refuse it if it passes one, or if it cannot be counted."""
    for limit in wanted:
        _check_closed(limit)
    try:
        waits = limits.take(wanted)
    except DatabaseError as error:
        logger.exception("A call could not be counted, so it was refused")
        raise NotCounted from error
    if waits:
        _remember(waits)
        raise TooManyCalls(max(waits.values()))


def _remember(waits: dict[str, float]) -> None:
    if len(closed) >= REMEMBERED:
        closed.clear()
    closed.update({key: time.monotonic() + wait for key, wait in waits.items()})
