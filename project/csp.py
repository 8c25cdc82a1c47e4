"""What browsers report that the security policy refused: one line of the log each, for whoever asks whether something is tried.

Anybody may send reports, so they are small, few, and believed in nothing: no answer repeats them, and of addresses only the
origin and the path are kept, as what follows may be a secret.
"""

import json
import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from helpdesk.addresses import address_of, household_of
from helpdesk.admission import open_to_everybody
from helpdesk.services.limits import Limit, take

logger = logging.getLogger(__name__)

LARGEST = 8 * 1024
"""Bytes of a report; a browser's own are far shorter."""
A_MINUTE = 30
"""Reports that one address may send in a minute."""
LONGEST = 200
ADDRESSES = {"document-uri": "page", "blocked-uri": "blocked", "source-file": "source"}
WORDS = {"effective-directive": "directive", "violated-directive": "directive", "line-number": "line"}


@csrf_exempt
@open_to_everybody
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Take one report; the answer is empty whatever was sent."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        wait = take([Limit(key=f"csp {household_of(address_of(request))}", most=A_MINUTE)])
    except DatabaseError:
        logger.warning("A report of the security policy could not be counted and is dropped")
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    if wait:
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    found = told_by(request.body)
    if found:
        logger.warning("The security policy refused something: %s", json.dumps(found, sort_keys=True))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def told_by(body: bytes) -> dict[str, str]:
    """The facts of a report that are worth keeping, each shortened; none of what is no report."""
    try:
        given: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    said = given.get("csp-report") if isinstance(given, dict) else None
    if not isinstance(said, dict):
        return {}
    words = {name: str(said[key])[:LONGEST] for key, name in reversed(WORDS.items()) if key in said}
    return words | {name: bare(str(said[key])) for key, name in ADDRESSES.items() if key in said}


def bare(address: str) -> str:
    """Origin and path; of anything that is no address of the web (`inline`, `eval`, `data:...`) the word before the colon."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "not an address"
    if not parts.netloc:
        return address.partition(":")[0][:LONGEST]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:LONGEST]
