"""Moments as a mail writes them: in the reader's own zone, and always with the zone named."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name, or the organisation's where there is none or no such zone."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def brief(moment: datetime, zone: ZoneInfo) -> str:
    """A moment within a list whose zone is named beside it: "11 Nov 14:00"."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %H:%M}"


def stamp(moment: datetime, zone: ZoneInfo) -> str:
    """The whole moment: "Tue 11 Nov 2025, 14:00 CET"; zones without letters read "UTC-03:00"."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    if not name.isalpha():
        name = local.strftime("UTC%z")
        name = f"{name[:6]}:{name[6:8]}"
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {name}"
