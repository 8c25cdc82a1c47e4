"""Refusals that belong to HTTP alone; those of the desk's rules are in `workflow.errors`."""

import math
from http import HTTPStatus

from rest_framework.exceptions import APIException


class BodyTooLarge(APIException):
    """The body has more bytes than any call takes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The request is larger than this desk accepts."


class IfMatchRequired(APIException):
    """The call replaces as a whole what the caller must have read before."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_code = "if_match_required"
    default_detail = "Read it first and send the ETag you got as If-Match, so that nobody's change is lost."


class IdempotencyKeyReused(APIException):
    """The key belongs to another call, or to the same one with another body."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key was already used for another request; use a new one for each."


class RequestInProgress(APIException):
    """The first call with this key has not come to its end."""

    status_code = HTTPStatus.CONFLICT
    default_code = "request_in_progress"
    default_detail = "A request with this Idempotency-Key is still being worked on; please try again in a moment."


class TooManyCalls(APIException):
    """More calls than the desk takes from one person or one address; `wait` are the seconds until the next may pass."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "throttled"

    def __init__(self, wait: float) -> None:
        self.wait = max(1, math.ceil(wait))
        seconds = "a second" if self.wait == 1 else f"{self.wait} seconds"
        super().__init__(f"Too many requests in a short time; please try again in {seconds}.")


class NotCounted(APIException):
    """The calls could not be counted just now; nobody is let in uncounted."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_code = "not_counted"
    default_detail = "The desk cannot take this request just now; please try again in a moment."
    wait = 5
