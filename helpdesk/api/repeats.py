"""`Idempotency-Key`: a request that is sent again with its key is done once and answered twice, to the letter (C6)."""

import hashlib
import json
import re
from collections.abc import Callable
from enum import Enum
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk import clock
from helpdesk.api.faults import IdempotencyKeyReused, RequestInProgress
from helpdesk.services import kept_answers
from helpdesk.services.kept_answers import KeptAnswer, KeyHeld, KeyTaken

HEADER = "Idempotency-Key"
PATTERN = r"^[\x21-\x7e]{1,200}$"
REPLAYED = "Idempotency-Replayed"

_KEY = re.compile(PATTERN.replace("$", r"\Z"))

Act = Callable[..., Response]


class Repeats(Enum):
    """How a call is kept from being done twice."""

    IN_ONE = "key, act and answer are kept in one transaction: of several at once one acts and the others wait"
    AFTERWARDS = "the act asks S3, which no transaction waits for, and does no harm twice; its answer is kept after it"
    ANEW = "the answer holds a link, which is never kept: the act does no harm twice and answers with a new one"


def key_of(request: Request) -> str | None:
    """The key the caller sent; none if they sent none."""
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.match(key):
        raise ValidationError({HEADER: ["Please send 1 to 200 visible characters of ASCII."]})
    return key


def once(how: Repeats, key: str, act: Act, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
    """Do the act unless it was done with this key, and answer as it was answered. A refusal is not kept."""
    claim = {"person_id": request.user.pk, "key": key}
    if how is Repeats.IN_ONE:
        with transaction.atomic():
            known = _reserve(request, claim)
            return _replayed(known) if known else _kept(act(request, *args, **kwargs), claim)
    known = _reserve(request, claim)
    if known:
        return _replayed(known)
    try:
        answer = act(request, *args, **kwargs)
    except Exception:
        kept_answers.release(**claim)
        raise
    return answer if how is Repeats.ANEW else _kept(answer, claim)


def _reserve(request: Request, claim: dict[str, Any]) -> KeptAnswer | None:
    try:
        return kept_answers.reserve(**claim, fingerprint=_fingerprint(request), now=clock.now())
    except KeyTaken:
        raise IdempotencyKeyReused from None
    except KeyHeld:
        raise RequestInProgress from None


def _fingerprint(request: Request) -> str:
    """What was asked: the call and its body, however the body is spaced and in whatever order its fields stand."""
    asked = json.dumps([request.method, request.get_full_path(), request.data], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def _kept(answer: Response, claim: dict[str, Any]) -> HttpResponse:
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}
    body = "" if answer.data is None else JSONRenderer().render(answer.data).decode()
    kept = KeptAnswer(status=answer.status_code, headers=headers, body=body)
    kept_answers.keep(kept, **claim)
    return _sent(kept)


def _sent(kept: KeptAnswer) -> HttpResponse:
    content_type = JSONRenderer.media_type if kept.body else None
    return HttpResponse(kept.body, status=kept.status, headers=kept.headers, content_type=content_type)


def _replayed(kept: KeptAnswer) -> HttpResponse:
    answer = _sent(kept)
    answer[REPLAYED] = "true"
    return answer
