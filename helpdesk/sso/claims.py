"""What a validated token says about a person; no network, no database, no clock."""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from workflow.roles import ClaimedRoles, Role

REQUIRED = ("exp", "nbf", "iss", "aud", "oid", "tid")
PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The one tenant of all personal Microsoft accounts."""
GROUPS = "groups"
MAX_NAME = 200
MAX_EMAIL = 254

_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f]+")


class ClaimsRefused(ValueError):  # noqa: N818 - named after what happened
    """A token is genuine but does not say what it must; the message is for the log, never for a page."""


class GuestRefused(ClaimsRefused):
    """A genuine token of somebody who is only a guest of the tenant."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A person of the tenant: known by tenant and object id, never by e-mail (P1)."""

    tenant_id: str
    object_id: str
    name: str
    email: str


def identity_of(claims: Mapping[str, Any], *, tenant_id: str) -> Identity:
    """Who the token is about; refuses another tenant, personal accounts, guests, and a token that is about a program."""
    if claims.get("idtyp", "user") != "user":
        raise ClaimsRefused("issued to a program, not to a person")
    tenant = _identifier(claims, "tid")
    if tenant != _canonical(tenant_id) or tenant == PERSONAL_ACCOUNTS:
        raise ClaimsRefused("issued by another tenant")
    object_id = _identifier(claims, "oid")
    if is_guest(claims, tenant):
        raise GuestRefused(f"{object_id} is a guest of the tenant")
    login = _text(claims.get("preferred_username"))
    return Identity(
        tenant_id=tenant,
        object_id=object_id,
        name=(_text(claims.get("name")) or login or object_id)[:MAX_NAME],
        email=_email(_text(claims.get("email"))) or _email(login),
    )


def is_guest(claims: Mapping[str, Any], tenant: str) -> bool:
    """Whether the token says that somebody's home is elsewhere, in any of the ways Entra ID says it.

    `acct` is 1 for guests, `idp` names another place than this tenant, `userType` is "Guest". Claims that are not there say
    nothing: the first is an optional claim that has to be switched on (docs/entra.md).
    """
    own = (claims.get("iss", ""), f"https://sts.windows.net/{tenant}/")
    return (
        str(claims.get("acct", "0")) != "0"
        or ("idp" in claims and claims["idp"] not in own)
        or str(claims.get("userType", "Member")).lower() != "member"
    )


def claimed_roles(claims: Mapping[str, Any], *, mappings: Mapping[str, Mapping[str, Collection[Role]]]) -> ClaimedRoles:
    """What the sign-in says about roles by the mappings: claim -> value -> roles (P3).

    A claim with an overage says nothing about the roles it could give: they are unknown. An absent claim without that
    mark means none. Values that are not mapped give nothing.
    """
    given: set[Role] = set()
    unknown: set[Role] = set()
    for claim, mapping in mappings.items():
        if is_overage(claims, claim):
            unknown.update(*mapping.values())
        else:
            by_value = {_comparable(claim, value): roles for value, roles in mapping.items()}
            given.update(*(by_value.get(value, ()) for value in _values(claims, claim)))
    return ClaimedRoles(roles=frozenset(given), unknown=frozenset(unknown))


def is_overage(claims: Mapping[str, Any], claim: str) -> bool:
    """Whether the token says that the claim exists but is kept elsewhere (P3)."""
    elsewhere = claims.get("_claim_names")
    named: Collection[str] = elsewhere if isinstance(elsewhere, Mapping) else ()
    return claim in named or (claim == GROUPS and str(claims.get("hasgroups", "")).lower() in {"true", "1"})


def _values(claims: Mapping[str, Any], claim: str) -> list[str]:
    """The texts of a claim that is a list, or is one text; anything else says nothing."""
    found = claims.get(claim)
    listed = [found] if isinstance(found, str) else found if isinstance(found, list | tuple) else []
    return [_comparable(claim, value) for value in listed if isinstance(value, str)]


def _comparable(claim: str, value: str) -> str:
    """Ids of groups are the same in capitals; app roles are names and are taken as they are written."""
    return value.strip().lower() if claim == GROUPS else value


def _identifier(claims: Mapping[str, Any], name: str) -> str:
    found = _canonical(claims.get(name))
    if not found:
        raise ClaimsRefused(f"without a usable {name}")
    return found


def _canonical(value: object) -> str:
    """A directory id in its one spelling, or nothing."""
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else ""
    except ValueError:
        return ""


def _text(value: object) -> str:
    return _NOT_TEXT.sub(" ", value).strip() if isinstance(value, str) else ""


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value if len(value) <= MAX_EMAIL else ""
