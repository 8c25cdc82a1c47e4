"""Checking tokens of the tenant: signature by its published keys, issuer, audience, lifetime, and what kind of token it is."""

import json
from typing import Any

import jwt
from django.conf import settings

from helpdesk.sso import claims, keys
from helpdesk.sso.keys import KeysUnreachable

__all__ = ["KeysUnreachable", "TokenRefused", "access_token_claims", "id_token_claims", "issuer"]

ALGORITHM = "RS256"
VERSION = "2.0"
LEEWAY_SECONDS = 60
"""How far the provider's clock and ours may be apart."""
LONGEST = 32 * 1024
"""More characters than any token of the tenant has."""
OWN_KEYS = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc"})
"""What a header may not say: where or what the key is, or how else to read the token."""


class TokenRefused(Exception):  # noqa: N818 - named after what happened
    """The token does not prove anything here; the message is for the log."""


def id_token_claims(token: object, *, nonce: str) -> dict[str, Any]:
    """The claims of an id token made for this very sign-in; an access token is refused."""
    found = _verified(token, audience=settings.SOCIAL_AUTH_ENTRA_KEY)
    if "scp" in found:
        raise TokenRefused("an access token where an id token belongs")
    if not nonce or found.get("nonce") != nonce:
        raise TokenRefused("not made for this sign-in (nonce)")
    return found


def access_token_claims(token: object) -> dict[str, Any]:
    """The claims of an access token issued for our API on behalf of a person; an id token is refused.

    Where the desk names the programs that may call it (`ENTRA_API_CLIENTS`), a token got by another is refused.
    """
    found = _verified(token, audience=settings.ENTRA_API_AUDIENCE)
    scopes = found.get("scp")
    if not isinstance(scopes, str) or not scopes.strip():
        raise TokenRefused("carries no scope: not an access token of a person")
    if settings.ENTRA_API_CLIENTS and found.get("azp") not in settings.ENTRA_API_CLIENTS:
        raise TokenRefused("got by a program that may not call this desk (azp)")
    return found


def issuer() -> str:
    """Who signs: the v2 endpoint of our one tenant."""
    return f"{settings.ENTRA_AUTHORITY}/v2.0"


def _verified(token: object, *, audience: str) -> dict[str, Any]:
    """The claims of a token that the tenant signed for this audience and that is valid now."""
    if not isinstance(token, str) or not audience:
        raise TokenRefused("no token, or no audience is configured")
    if len(token) > LONGEST:
        raise TokenRefused("longer than any token")
    try:
        found: dict[str, Any] = jwt.decode(
            token,
            key=_key_for(token),
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=issuer(),
            leeway=LEEWAY_SECONDS,
            options={"require": list(claims.REQUIRED), "strict_aud": True},
        )
        _read_strictly(token.split(".")[1])
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise TokenRefused(str(error)) from error
    if any(type(found[name]) is not int for name in ("exp", "nbf")):
        raise TokenRefused("a lifetime that is no whole number")
    if found.get("ver") != VERSION:
        raise TokenRefused("not a v2 token")
    return found


def _key_for(token: str) -> Any:
    """The published key that the header names, once the header says nothing it should not."""
    header = _read_strictly(token.split(".", 1)[0])
    if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise TokenRefused("not signed the way the tenant signs")
    if OWN_KEYS & header.keys() or header.get("typ", "JWT") != "JWT":
        raise TokenRefused("a header that says more than the tenant's do")
    key = keys.signing_key(header["kid"])
    if key is None:
        raise TokenRefused("signed by a key that the tenant does not publish")
    return key


def _read_strictly(part: str) -> dict[str, Any]:
    """A part of the token as an object without doubled names, of which two readers could take different ones."""
    found = json.loads(jwt.utils.base64url_decode(part), object_pairs_hook=_without_doubles)
    if not isinstance(found, dict):
        raise TokenRefused("no object")
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise TokenRefused("a name that stands twice")
    return found
