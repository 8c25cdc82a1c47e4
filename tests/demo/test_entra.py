"""The embedded provider keeps Entra's rules: what would be refused there is refused here."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from project.demo.entra import EntraServer
from project.demo.entra_flow import Registration
from project.demo.entra_people import sample_people
from project.demo.entra_tokens import FAULTS

CALLBACK = "http://127.0.0.1:8000/complete/entra/"
HOME = "http://127.0.0.1:8000/"
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "33333333-2222-3333-4444-555555555555"
API = "22222222-2222-3333-4444-555555555555"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
ASHA = "asha.nair@corp.example"


@pytest.fixture(scope="module")
def provider() -> Iterator[EntraServer]:
    registration = Registration(TENANT, CLIENT, "client-secret", API, redirect_uris=[CALLBACK], logout_uris=[HOME])
    with EntraServer(registration, demo_secret="demo-secret") as running:
        yield running


@pytest.fixture
def places(provider: EntraServer) -> dict[str, Any]:
    """What discovery says."""
    answer: dict[str, Any] = requests.get(
        f"{provider.authority}/v2.0/.well-known/openid-configuration", timeout=5
    ).json()
    return answer


def asked(**changes: str) -> dict[str, str]:
    request = {
        "client_id": CLIENT,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "st/ate",
        "nonce": "n-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (request | changes).items() if value}


def picked(places: dict[str, Any], **changes: str) -> dict[str, list[str]]:
    """The query the browser comes back with after a click on Asha."""
    response = requests.post(
        places["authorization_endpoint"], data=asked(**changes) | {"person": ASHA}, allow_redirects=False, timeout=5
    )
    assert response.headers["Location"].startswith(CALLBACK + "?")
    return parse_qs(urlsplit(response.headers["Location"]).query)


def redeemed(places: dict[str, Any], code: str, /, **changes: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "client_secret": "client-secret",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    return requests.post(places["token_endpoint"], data=form | changes, timeout=5)


def verified(places: dict[str, Any], token: str, audience: str) -> dict[str, Any]:
    key = jwt.PyJWKClient(places["jwks_uri"]).get_signing_key_from_jwt(token)
    required = ["exp", "nbf", "iat", "oid", "tid"]
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], audience=audience, issuer=places["issuer"], options={"require": required}
    )
    return claims


def test_a_sign_in_ends_with_a_token_that_verifies(places: dict[str, Any]) -> None:
    back = picked(places)

    answer = redeemed(places, back["code"][0])

    claims = verified(places, answer.json()["id_token"], CLIENT)
    assert back["state"] == ["st/ate"]
    assert claims["nonce"] == "n-1"
    assert (claims["name"], claims["email"], claims["preferred_username"]) == ("Asha Nair", ASHA, ASHA)
    assert (claims["tid"], claims["ver"], claims["roles"]) == (TENANT, "2.0", ["Lineup.Engineer"])
    assert claims["oid"] == "5a3d0c1e-0000-4000-8000-000000000007"
    assert claims["sub"] != claims["oid"]


def test_the_page_has_a_button_for_every_sample_person(provider: EntraServer, places: dict[str, Any]) -> None:
    people: list[str] = []
    fields: dict[str, str] = {}

    class Buttons(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            named = dict(attrs)
            if tag == "button":
                people.append(named["value"] or "")
            if tag == "input":
                fields[named["name"] or ""] = named["value"] or ""

    request = asked(login_hint="laura.jensen@corp.example", state='"><script>alert(1)</script>')
    page = requests.get(places["authorization_endpoint"], params=request, timeout=5)
    Buttons().feed(page.text)

    assert people[0] == "laura.jensen@corp.example"
    assert sorted(people) == sorted(person.email for person in provider.people)
    assert fields == request
    assert "<script" not in page.text
    assert 'name="viewport"' in page.text


@pytest.mark.parametrize(
    "changes", [{"redirect_uri": "http://evil.example/"}, {"redirect_uri": CALLBACK + "x"}, {"client_id": "other"}]
)
def test_an_address_that_is_not_registered_gets_no_code(places: dict[str, Any], changes: dict[str, str]) -> None:
    for send in (requests.get, requests.post):
        carried = (
            {"params": asked(**changes)} if send is requests.get else {"data": asked(**changes) | {"person": ASHA}}
        )
        response = send(places["authorization_endpoint"], allow_redirects=False, timeout=5, **carried)

        assert response.status_code == 400
        assert "Location" not in response.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
    ],
)
def test_a_weaker_flow_is_refused(places: dict[str, Any], changes: dict[str, str], error: str) -> None:
    back = picked(places, **changes)

    assert back["error"] == [error]
    assert "code" not in back


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": "w" * 64}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": HOME}, 400, "invalid_grant"),
        ({"code": "made-up"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_a_code_is_redeemed_only_by_who_asked_for_it(
    places: dict[str, Any], changes: dict[str, str], status: int, error: str
) -> None:
    code = picked(places)["code"][0]

    response = redeemed(places, code, **changes)

    assert (response.status_code, response.json()["error"]) == (status, error)


def test_a_code_works_once(places: dict[str, Any]) -> None:
    code = picked(places)["code"][0]

    assert [redeemed(places, code).status_code for _ in range(2)] == [200, 400]


def test_prompt_none_signs_the_hinted_person_in_and_nobody_else(places: dict[str, Any]) -> None:
    def silent(hint: str) -> dict[str, list[str]]:
        request = asked(prompt="none", login_hint=hint)
        response = requests.get(places["authorization_endpoint"], params=request, allow_redirects=False, timeout=5)
        return parse_qs(urlsplit(response.headers["Location"]).query)

    assert "code" in silent(ASHA)
    assert silent("")["error"] == silent("stranger@corp.example")["error"] == ["login_required"]


def test_signing_out_returns_only_to_a_registered_address(places: dict[str, Any]) -> None:
    def answer(target: str) -> tuple[int, str | None]:
        query = {"post_logout_redirect_uri": target}
        response = requests.get(places["end_session_endpoint"], params=query, allow_redirects=False, timeout=5)
        return response.status_code, response.headers.get("Location")

    assert answer(HOME) == (302, HOME)
    assert answer("http://evil.example/") == (200, None)


def test_a_bearer_token_for_the_api_needs_the_demo_secret(provider: EntraServer, places: dict[str, Any]) -> None:
    def mint(secret: str, email: str = ASHA) -> requests.Response:
        return requests.post(
            f"{provider.authority}/demo/token", headers={"X-Demo-Secret": secret}, data={"email": email}, timeout=5
        )

    claims = verified(places, mint("demo-secret").json()["access_token"], API)

    assert (claims["scp"], claims["azp"]) == ("access_as_user", CLIENT)
    assert (mint("guess").status_code, mint("demo-secret", "stranger@corp.example").status_code) == (403, 404)


def test_keys_rotate_and_the_old_ones_stay_published_for_a_while(provider: EntraServer, places: dict[str, Any]) -> None:
    old = provider.api_token(ASHA)
    provider.tokens.rotate()
    new = provider.api_token(ASHA)

    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    assert verified(places, old, API)["oid"] == verified(places, new, API)["oid"]
    provider.tokens.rotate(keep_old=False)
    with pytest.raises(jwt.PyJWKClientError):
        verified(places, new, API)


# PyJWT refuses these by itself; for the others (tenant, version, nonce, roles, scope, overage) the token must differ in what it says.
REFUSED_BY_JWT = {
    "issuer",
    "audience",
    "expired",
    "not_yet",
    "no_exp",
    "no_nbf",
    "no_oid",
    "signature",
    "unsigned",
    "unknown_kid",
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_makes_a_token_differ_from_a_good_one(
    provider: EntraServer, places: dict[str, Any], fault: str
) -> None:
    token = provider.api_token(ASHA, fault=fault)

    if fault in REFUSED_BY_JWT:
        with pytest.raises(jwt.PyJWTError):
            verified(places, token, API)
    else:
        assert verified(places, token, API) != verified(places, provider.api_token(ASHA), API)


def test_the_sample_people_are_those_the_demo_promises() -> None:
    people = sample_people()

    assert Counter(person.roles for person in people) == {
        ("sm1",): 2,
        ("sm2",): 2,
        ("sm1", "sm2"): 1,
        ("sm1", "engineer"): 1,
        ("engineer",): 6,
        ("ra",): 2,
        ("admin",): 1,
        ("reporter",): 4,
        (): 1,
    }
    assert len({person.oid for person in people}) == len({person.email for person in people}) == len(people)
    assert all(person.email == f"{person.name.lower().replace(' ', '.')}@corp.example" for person in people)
