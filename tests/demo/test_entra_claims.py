"""What the provider claims of somebody is changed for a story, by who knows the demo's secret, until it is as usual."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import requests

from project.demo.entra import EntraServer
from project.demo.entra_flow import Registration

ASHA = "asha.nair@corp.example"
CALLBACK = "http://127.0.0.1:8000/complete/entra/"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
WAYS = [
    ({"way": "roles", "roles": "sm1 ra"}, ["Lineup.SM1", "Lineup.RA"], True, "Asha Nair signs in with sm1, ra."),
    ({"way": "none"}, [], True, "Asha Nair signs in with no role."),
    ({"way": "absent"}, None, False, "Asha Nair signs in with no claim at all."),
    ({"way": "overage"}, ["Lineup.Engineer"], False, "Asha Nair signs in with too many groups."),
]


@pytest.fixture(scope="module")
def provider() -> Iterator[EntraServer]:
    registration = Registration("tenant", "client", "client-secret", "api", redirect_uris=[CALLBACK])
    with EntraServer(registration, demo_secret="demo-secret") as running:
        yield running


def changed(provider: EntraServer, form: dict[str, str], secret: str = "demo-secret") -> requests.Response:
    return requests.post(
        f"{provider.authority}/demo/claims", headers={"X-Demo-Secret": secret}, data={"email": ASHA} | form, timeout=5
    )


def signed_in(provider: EntraServer) -> dict[str, Any]:
    """The claims of a whole sign-in."""
    request = {"redirect_uri": CALLBACK, "code_challenge": CHALLENGE, "scope": "openid"}
    form = {
        "grant_type": "authorization_code",
        "client_id": "client",
        "client_secret": "client-secret",
        "code": provider.issue(provider.person(ASHA), request),
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    said: dict[str, Any] = jwt.decode(str(provider.redeem(form)["id_token"]), options={"verify_signature": False})
    return said


@pytest.mark.parametrize(("form", "roles", "has_groups", "sentence"), WAYS, ids=[row[0]["way"] for row in WAYS])
def test_the_claims_of_a_person_are_changed_until_they_are_as_usual(
    provider: EntraServer, form: dict[str, str], roles: list[str] | None, has_groups: bool, sentence: str
) -> None:
    assert changed(provider, form).json() == {"said": sentence}

    said = signed_in(provider)
    assert (said.get("roles"), "groups" in said) == (roles, has_groups)
    assert ("_claim_names" in said) is (form["way"] == "overage")
    assert changed(provider, {"way": "usual"}).json() == {"said": "Asha Nair signs in as usual."}
    assert signed_in(provider)["roles"] == ["Lineup.Engineer"]


@pytest.mark.parametrize(
    ("form", "secret", "status"),
    [
        ({"way": "none"}, "guess", 403),
        ({"way": "none", "email": "stranger@corp.example"}, "demo-secret", 404),
        ({"way": "roles", "roles": "king"}, "demo-secret", 400),
        ({"way": "else"}, "demo-secret", 400),
    ],
    ids=["secret", "person", "role", "way"],
)
def test_claims_are_changed_only_by_who_knows_the_secret_and_makes_sense(
    provider: EntraServer, form: dict[str, str], secret: str, status: int
) -> None:
    assert changed(provider, form, secret).status_code == status
    assert signed_in(provider)["roles"] == ["Lineup.Engineer"]
