"""The ways a call can be refused, by name: what each operation may answer besides its success.

An operation names the rules it may run into with `refuses`; what every call may answer is added by itself. The OpenAPI
document is made from it, and the tests refuse any answer that is not named (helpdesk/tests/api/conftest.py) and provoke every
one that is (tests/api).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from helpdesk.api.errors import ONLY_OF_VERSIONS, STALE, status_of
from helpdesk.api.faults import (
    BodyTooLarge,
    IdempotencyKeyReused,
    IfMatchRequired,
    NotCounted,
    RequestInProgress,
    TooManyCalls,
)
from workflow.errors import RoleNeeded, RoleNotAssigned, all_errors

Handler = TypeVar("Handler", bound=Callable[..., Any])


OWN: dict[str, int] = {
    "invalid": 400,
    "parse_error": 400,
    "not_authenticated": 401,
    "token_invalid": 401,
    "person_unknown": 401,
    "permission_denied": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "unsupported_media_type": 415,
    "error": 500,
    "provider_unreachable": 503,
} | {
    kind.default_code: int(kind.status_code)
    for kind in (BodyTooLarge, IfMatchRequired, IdempotencyKeyReused, RequestInProgress, TooManyCalls, NotCounted)
}
"""Codes that no rule has, each with its status."""
RULES = {error.code: error for error in all_errors()}
ANY_CALL = (
    "not_authenticated",
    "token_invalid",
    "person_unknown",
    RoleNotAssigned.code,
    RoleNeeded.code,
    "not_acceptable",
    "throttled",
    "not_counted",
    "provider_unreachable",
    "invalid",
    "parse_error",
    "too_large",
    "error",
)
WITH_BODY = ("permission_denied", "unsupported_media_type")
"""Of what changes something: also a session without its CSRF token."""
REPEATABLE = ("idempotency_key_reused", "request_in_progress")


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """What an operation says of itself: the codes of the rules it may run into, and what it does with `If-Match`."""

    codes: tuple[str, ...] = ()
    if_match: str = ""


def refuses(*codes: str, if_match: str = "") -> Callable[[Handler], Handler]:
    """Name the refusals of this operation besides those of every call.

    Codes are those of `workflow.errors`, or of `OWN`. `if_match` is "optional" where a version may be sent (stale: 412), or
    "required" (missing: 428).
    """
    unknown = sorted(set(codes) - set(RULES) - set(OWN))
    if unknown or if_match not in {"", "optional", "required"}:
        raise ValueError(f"There is no such refusal: {', '.join(unknown) or if_match}")

    def name(handler: Handler) -> Handler:
        handler.refusals = Refusals(codes=codes, if_match=if_match)  # type: ignore[attr-defined]
        return handler

    return name


def refusals_of(handler: Callable[..., Any] | None) -> Refusals:
    """What the handler of an operation named; nothing if it named nothing."""
    found = getattr(handler, "refusals", None)
    return found if isinstance(found, Refusals) else Refusals()


def listed_refusals(method: str, handler: Callable[..., Any] | None) -> dict[int, list[str]]:
    """All codes an operation may answer with, by status, both in order: those of any call, of its method, and its own."""
    named = refusals_of(handler)
    codes = [*ANY_CALL, *named.codes]
    codes += WITH_BODY if method != "GET" else ()
    codes += REPEATABLE if method == "POST" else ()
    codes += (IfMatchRequired.default_code,) if named.if_match == "required" else ()
    found: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        for status in _statuses(code, named.if_match):
            found.setdefault(status, []).append(code)
    return dict(sorted(found.items()))


def _statuses(code: str, if_match: str) -> list[int]:
    """A stale version is 412 where one was sent; what can change without one too is a conflict where none was."""
    if code in OWN:
        return [OWN[code]]
    plain, is_stale = int(status_of(RULES[code])), issubclass(RULES[code], STALE)
    if not (is_stale and if_match):
        return [plain]
    is_by_version = if_match == "required" or issubclass(RULES[code], ONLY_OF_VERSIONS)
    return [412] if is_by_version else [plain, 412]
