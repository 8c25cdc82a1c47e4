"""The rules of the authorization code flow, as the embedded provider keeps them."""

import base64
import hashlib
import hmac
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from project.demo.entra_people import Person

CODE_LIFETIME = 600


@dataclass(frozen=True)
class Registration:
    """The application as it is registered with the provider."""

    tenant: str
    client_id: str
    client_secret: str
    api_audience: str
    redirect_uris: Collection[str]
    logout_uris: Collection[str] = ()


@dataclass(frozen=True)
class Code:
    """An authorization code's facts: used once, within ten minutes."""

    person: Person
    request: Mapping[str, str]
    issued_at: float = field(default_factory=time.monotonic)

    def is_alive(self) -> bool:
        return time.monotonic() - self.issued_at < CODE_LIFETIME


class OAuthError(Exception):
    """An OAuth error: its code and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def check_authorization(request: Mapping[str, str]) -> None:
    """The flow Lineup must use: a code, OpenID Connect, PKCE with S256; Entra would let weaker ones pass."""
    if request.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "Only response_type=code is known here.")
    if "openid" not in request.get("scope", "").split():
        raise OAuthError("invalid_scope", "The scope must hold openid.")
    if request.get("code_challenge_method") != "S256" or len(request.get("code_challenge", "")) != 43:
        raise OAuthError("invalid_request", "PKCE with code_challenge_method=S256 is required.")


def check_redemption(code: Code, form: Mapping[str, str]) -> None:
    """Who redeems the code must be who asked for it."""
    if form.get("redirect_uri") != code.request["redirect_uri"]:
        raise OAuthError("invalid_grant", "The redirect_uri is not the one the code was issued for.")
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    if not same(base64.urlsafe_b64encode(digest).decode().rstrip("="), code.request["code_challenge"]):
        raise OAuthError("invalid_grant", "The code_verifier does not fit the code_challenge.")


def same(given: str, expected: str) -> bool:
    """Compare secrets without telling by time how much of them fits."""
    return hmac.compare_digest(given.encode(), expected.encode())
