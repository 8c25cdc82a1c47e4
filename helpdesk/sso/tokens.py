"""Checking tokens of the tenant: signature by its published keys, issuer, audience, lifetime, and what kind of token it is."""

import json
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings

from helpdesk.sso import claims

ALGORITHM = "RS256"
VERSION = "2.0"
KEYS_LIVE_SECONDS = 24 * 60 * 60
"""How long the keys serve without being read again; an unknown key id has them read at once, at most every five minutes."""
KEYS_COOLDOWN_SECONDS = 5 * 60
TIMEOUT_SECONDS = 5


class TokenRefused(Exception):  # noqa: N818 - named after what happened
    """The token does not prove anything here; the message is for the log."""


class KeysUnreachable(Exception):  # noqa: N818 - named after what happened
    """The provider's keys are not cached and could not be read: nobody's fault who asks."""


def id_token_claims(token: object, *, nonce: str) -> dict[str, Any]:
    """The claims of an id token made for this very sign-in; an access token is refused."""
    found = _verified(token, audience=settings.SOCIAL_AUTH_ENTRA_KEY)
    if "scp" in found:
        raise TokenRefused("an access token where an id token belongs")
    if not nonce or found.get("nonce") != nonce:
        raise TokenRefused("not made for this sign-in (nonce)")
    return found


def access_token_claims(token: object) -> dict[str, Any]:
    """The claims of an access token issued for our API on behalf of a person; an id token is refused."""
    found = _verified(token, audience=settings.ENTRA_API_AUDIENCE)
    scopes = found.get("scp")
    if not isinstance(scopes, str) or not scopes.strip():
        raise TokenRefused("carries no scope: not an access token of a person")
    return found


def issuer() -> str:
    """Who signs: the v2 endpoint of our one tenant."""
    return f"{settings.ENTRA_AUTHORITY}/v2.0"


def _verified(token: object, *, audience: str) -> dict[str, Any]:
    if not isinstance(token, str) or not audience:
        raise TokenRefused("no token, or no audience is configured")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
            raise TokenRefused("not signed the way the tenant signs")
        found: dict[str, Any] = jwt.decode(
            token,
            key=_signing_key(header["kid"]),
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer(),
            options={"require": list(claims.REQUIRED), "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        raise TokenRefused(str(error)) from error
    if found.get("ver") != VERSION:
        raise TokenRefused("not a v2 token")
    return found


def _signing_key(key_id: str) -> Any:
    """The tenant's public key of that id; what the token itself says about where keys are is never looked at."""
    try:
        return _keys(f"{settings.ENTRA_AUTHORITY}/discovery/v2.0/keys").get_signing_key(key_id).key
    except (jwt.PyJWKClientConnectionError, json.JSONDecodeError) as error:
        raise KeysUnreachable from error


@lru_cache(maxsize=4)
def _keys(address: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(
        address, lifespan=KEYS_LIVE_SECONDS, cooldown_duration=KEYS_COOLDOWN_SECONDS, timeout=TIMEOUT_SECONDS
    )
