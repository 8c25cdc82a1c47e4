"""Tokens as Entra ID v2 signs them, and, on demand, tokens with exactly one thing wrong."""

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from project.demo.entra_people import Person

LIFETIME = 3600
SCOPE = "access_as_user"
FOREIGN_TENANT = "99999999-8888-7777-6666-555555555555"
Claims = dict[str, Any]


def _without(*names: str) -> Callable[[Claims], Claims]:
    return lambda claims: {name: value for name, value in claims.items() if name not in names}


def _shifted(seconds: int) -> Callable[[Claims], Claims]:
    return lambda claims: claims | {name: claims[name] + seconds for name in ("iat", "nbf", "exp")}


def _overage(claims: Claims) -> Claims:
    """Too many groups for a token: it only says where they could be asked for."""
    source = {"src1": {"endpoint": "https://graph.example/groups"}}
    return _without("groups")(claims) | {"_claim_names": {"groups": "src1"}, "_claim_sources": source}


CLAIM_FAULTS: Mapping[str, Callable[[Claims], Claims]] = {
    "issuer": lambda claims: claims | {"iss": "https://login.elsewhere.example/v2.0"},
    "audience": lambda claims: claims | {"aud": str(uuid.UUID(int=1))},
    "tenant": lambda claims: claims | {"tid": FOREIGN_TENANT},
    "version": lambda claims: claims | {"ver": "1.0"},
    "nonce": lambda claims: claims | {"nonce": "another"},
    "expired": _shifted(-2 * LIFETIME),
    "not_yet": _shifted(2 * LIFETIME),
    "no_exp": _without("exp"),
    "no_nbf": _without("nbf"),
    "no_oid": _without("oid"),
    "no_roles": _without("roles", "groups"),
    "no_scope": _without("scp"),
    "overage": _overage,
}
KEY_FAULTS = ("signature", "unsigned", "unknown_kid")
FAULTS = frozenset({*CLAIM_FAULTS, *KEY_FAULTS})


@dataclass(frozen=True)
class SigningKey:
    """A key pair and the name it is published under."""

    kid: str
    private: RSAPrivateKey

    @classmethod
    def make(cls) -> "SigningKey":
        return cls(kid=uuid.uuid4().hex, private=generate_private_key(public_exponent=65537, key_size=2048))

    def published(self, issuer: str) -> dict[str, Any]:
        public: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key()))
        return public | {"kid": self.kid, "use": "sig", "alg": "RS256", "issuer": issuer}


@dataclass
class TokenMaker:
    """Signs for one tenant. `keys` are all published; the last one signs."""

    issuer: str
    tenant: str
    keys: list[SigningKey] = field(default_factory=lambda: [SigningKey.make()])

    def rotate(self, *, keep_old: bool = True) -> None:
        """Sign with a new key from now on; with `keep_old` the former stay published, as Entra does for a while."""
        self.keys = [*(self.keys if keep_old else []), SigningKey.make()]

    def published(self) -> dict[str, Any]:
        return {"keys": [key.published(self.issuer) for key in self.keys]}

    def id_token(self, person: Person, *, client_id: str, nonce: str = "", fault: str = "") -> str:
        """Who somebody is, for the application that signs them in."""
        claims = self._claims(person, audience=client_id, subject_of=client_id)
        return self._sign(claims | ({"nonce": nonce} if nonce else {}), fault)

    def access_token(
        self, person: Person, *, audience: str, client_id: str, scope: str = SCOPE, fault: str = ""
    ) -> str:
        """Leave for a client to call an API (the audience) as this person."""
        claims = self._claims(person, audience=audience, subject_of=audience)
        return self._sign(claims | {"scp": scope, "azp": client_id, "azpacr": "1"}, fault)

    def _claims(self, person: Person, *, audience: str, subject_of: str) -> Claims:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": audience,
            "tid": self.tenant,
            "oid": person.oid,
            "sub": hashlib.sha256(f"{person.oid}/{subject_of}".encode()).hexdigest()[:43],
            "name": person.name,
            "preferred_username": person.email,
            "email": person.email,
            "roles": list(person.app_roles),
            "groups": list(person.groups),
            "ver": "2.0",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
        }

    def _sign(self, claims: Claims, fault: str) -> str:
        if fault and fault not in FAULTS:
            raise ValueError(f"Unknown fault {fault!r}; there are {', '.join(sorted(FAULTS))}.")
        claims = CLAIM_FAULTS.get(fault, lambda same: same)(claims)
        key = self.keys[-1]
        if fault == "unsigned":
            return jwt.encode(claims, "", "none", headers={"kid": key.kid})
        private = SigningKey.make().private if fault == "signature" else key.private
        kid = uuid.uuid4().hex if fault == "unknown_kid" else key.kid
        return jwt.encode(claims, private, "RS256", headers={"kid": kid})
