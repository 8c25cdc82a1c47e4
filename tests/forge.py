"""Tokens signed with the provider's real key, bit by bit, so that each can be odd in one way."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from project.demo.entra import EntraServer
from project.demo.entra_tokens import SigningKey
from tests.provider import API_AUDIENCE, CLIENT_ID

ASHA = "asha.nair@corp.example"
GONE = object()
"""Instead of a value: the name is not there at all."""

Change = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A token that is odd in one way, and whether it must be taken all the same.

    `claims` and `header` replace values; one that can be called gets the present second. `make` builds the whole token.
    """

    name: str
    good: bool = False
    claims: Change = field(default_factory=dict)
    header: Change = field(default_factory=dict)
    make: "Callable[[Forge], str] | None" = None


class Forge:
    """Makes tokens of one kind (`api` or `id`) about one sample person."""

    def __init__(self, entra: EntraServer, kind: str = "api", nonce: str = "") -> None:
        self.entra, self.kind, self.nonce = entra, kind, nonce
        self.key: SigningKey = entra.tokens.keys[-1]
        self.now = int(time.time())

    def build(self, odd: Odd) -> str:
        if odd.make:
            return odd.make(self)
        return self.token(odd.claims, odd.header)

    def claims(self, change: Change | None = None) -> dict[str, Any]:
        person = self.entra.person(ASHA)
        made = (
            self.entra.tokens.id_token(person, client_id=CLIENT_ID, nonce=self.nonce)
            if self.kind == "id"
            else self.entra.tokens.access_token(person, audience=API_AUDIENCE, client_id=CLIENT_ID)
        )
        return self._with(jwt.decode(made, options={"verify_signature": False}), change)

    def header(self, change: Change | None = None) -> dict[str, Any]:
        return self._with({"typ": "JWT", "alg": "RS256", "kid": self.key.kid}, change)

    def token(self, claims: Change | None = None, header: Change | None = None, key: SigningKey | None = None) -> str:
        return self.signed(json.dumps(self.header(header)), json.dumps(self.claims(claims)), key)

    def signed(self, header: str, payload: str, key: SigningKey | None = None) -> str:
        """The two texts exactly as given, under a genuine RS256 signature."""
        parts = f"{encoded(header.encode())}.{encoded(payload.encode())}"
        signature = (key or self.key).private.sign(parts.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{parts}.{encoded(signature)}"

    def with_public_key_as_secret(self) -> str:
        """The oldest trick: the published key taken for a shared secret."""
        public = self.key.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        parts = f"{encoded(json.dumps(self.header({'alg': 'HS256'})).encode())}.{encoded(json.dumps(self.claims()).encode())}"
        return f"{parts}.{encoded(hmac.new(public, parts.encode(), hashlib.sha256).digest())}"

    def unsigned(self, algorithm: str) -> str:
        return self.token(header={"alg": algorithm}).rpartition(".")[0] + "."

    def tampered(self) -> str:
        """Another person in the middle of a genuine token."""
        header, _, signature = self.token().split(".")
        other = json.dumps(self.claims({"oid": "5a3d0c1e-0000-4000-8000-000000000099"}))
        return f"{header}.{encoded(other.encode())}.{signature}"

    def doubled(self, name: str) -> str:
        """A claim that stands twice: first somebody else's value, then the right one."""
        payload = json.dumps(self.claims())
        return self.signed(json.dumps(self.header()), f'{{"{name}": "another", {payload[1:]}')

    def _with(self, values: dict[str, Any], change: Change | None) -> dict[str, Any]:
        changed = {name: value(self.now) if callable(value) else value for name, value in (change or {}).items()}
        return {name: value for name, value in (values | changed).items() if value is not GONE}


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
