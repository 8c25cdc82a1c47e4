"""Versions as programs carry them: sent as `ETag`, sent back as `If-Match` (A6)."""

import re

from rest_framework.request import Request

_TAG = re.compile(r'^(?:W/)?"([\x21\x23-\x7e]{1,200})"$')
ANY = "*"


def etag_of(version: str) -> str:
    """The version as an `ETag` header."""
    return f'"{version}"'


def if_match(request: Request) -> str | None:
    """The version the caller looked at; None if they named none, or whatever there is (`*`).

    A proxy that compresses our answers makes their tags weak; a version is the same for that. What is no tag matches nothing,
    so that it reads as stale.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == ANY:
        return None
    found = _TAG.match(given.strip())
    return found.group(1) if found else ""
