"""What a validated token says about a person; no network, no database, no clock."""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from workflow.roles import Role

REQUIRED = ("exp", "nbf", "iss", "aud", "oid", "tid")
MAX_NAME = 200
MAX_EMAIL = 254

_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f]+")


class ClaimsRefused(ValueError):  # noqa: N818 - named after what happened
    """A token is genuine but does not say what it must; the message is for the log, never for a page."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A person of the tenant: known by tenant and object id, never by e-mail (P1)."""

    tenant_id: str
    object_id: str
    name: str
    email: str


def identity_of(claims: Mapping[str, Any], *, tenant_id: str) -> Identity:
    """Who the token is about; refuses another tenant, and a token that is about a program."""
    if claims.get("idtyp") == "app":
        raise ClaimsRefused("issued to a program, not to a person")
    tenant = _identifier(claims, "tid")
    if tenant != _canonical(tenant_id):
        raise ClaimsRefused("issued by another tenant")
    object_id = _identifier(claims, "oid")
    login = _text(claims.get("preferred_username"))
    return Identity(
        tenant_id=tenant,
        object_id=object_id,
        name=(_text(claims.get("name")) or login or object_id)[:MAX_NAME],
        email=_email(_text(claims.get("email"))) or _email(login),
    )


def claimed_roles(claims: Mapping[str, Any], *, source: str, mapping: Mapping[str, str]) -> frozenset[Role] | None:
    """The roles the claim named `source` (`roles` or `groups`) gives by the mapping; `None` when it cannot be known (P3).

    An overage (the token links to the groups instead of listing them) is not knowing. An absent claim without that mark
    means none. Values that are not mapped give nothing.
    """
    if source not in claims and is_overage(claims, source):
        return None
    values = claims.get(source, ())
    named = [values] if isinstance(values, str) else values if isinstance(values, list | tuple) else []
    return frozenset(Role(mapping[value]) for value in named if isinstance(value, str) and value in mapping)


def is_overage(claims: Mapping[str, Any], source: str) -> bool:
    """Whether the token says that the claim exists but is kept elsewhere (P3)."""
    elsewhere = claims.get("_claim_names")
    named: Collection[str] = elsewhere if isinstance(elsewhere, Mapping) else ()
    return source in named or (source == "groups" and bool(claims.get("hasgroups")))


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
