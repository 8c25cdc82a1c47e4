"""Every page in the viewer's own time zone."""

import zoneinfo
from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Answer = Callable[[HttpRequest], HttpResponse]

COOKIE = "tz"


class TimeZoneMiddleware:
    """The zone the person chose, else the one their browser told (`tz`, set by desk.js), else the organisation's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.time_zone if request.user.is_authenticated else ""
        zone = _zone(chosen) or _zone(unquote(request.COOKIES.get(COOKIE, "")))
        with timezone.override(zone or timezone.get_default_timezone()):
            return self.get_response(request)


@lru_cache(maxsize=512)
def _zone(name: str) -> tzinfo | None:
    """The zone of that name; a name that is none, or that tries to be a path, is no zone."""
    if not name or len(name) > 64 or not name.isascii():
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None
