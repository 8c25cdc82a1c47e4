import time

import jwt
import pytest

from helpdesk.sso import tokens
from tests.provider import API_AUDIENCE, CLIENT_ID

ASHA = "asha.nair@corp.example"
pytestmark = pytest.mark.django_db

CLAIM_FAULTS = ["issuer", "audience", "version", "expired", "not_yet", "no_exp", "no_nbf", "no_oid", "no_scope"]


def test_an_access_token_of_the_tenant_is_read(entra):
    claims = tokens.access_token_claims(entra.api_token(ASHA))

    assert claims["preferred_username"] == ASHA


@pytest.mark.parametrize("fault", [*CLAIM_FAULTS, "signature", "unsigned", "unknown_kid"])
def test_an_access_token_with_a_fault_is_refused(entra, fault):
    with pytest.raises(tokens.TokenRefused):
        tokens.access_token_claims(entra.api_token(ASHA, fault=fault))


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "e30.e30.", 5, "ä.ö.ü"])
def test_what_is_no_token_is_refused(entra, token):
    with pytest.raises(tokens.TokenRefused):
        tokens.access_token_claims(token)


def test_an_id_token_is_no_access_token(entra):
    as_id_token = entra.tokens.id_token(entra.person(ASHA), client_id=API_AUDIENCE)

    with pytest.raises(tokens.TokenRefused, match="scope"):
        tokens.access_token_claims(as_id_token)


def test_a_symmetric_token_signed_with_the_public_key_is_refused(entra):
    key = entra.tokens.keys[-1]
    now = int(time.time())
    forged = jwt.encode(
        {"iss": entra.tokens.issuer, "aud": API_AUDIENCE, "exp": now + 60, "nbf": now, "scp": "x", "ver": "2.0"},
        "x" * 64,
        "HS256",
        headers={"kid": key.kid},
    )

    with pytest.raises(tokens.TokenRefused, match="not signed the way"):
        tokens.access_token_claims(forged)


def test_a_list_of_audiences_is_refused(entra):
    key = entra.tokens.keys[-1]
    claims = jwt.decode(entra.api_token(ASHA), options={"verify_signature": False})
    listed = jwt.encode(claims | {"aud": [API_AUDIENCE, "other"]}, key.private, "RS256", headers={"kid": key.kid})

    with pytest.raises(tokens.TokenRefused):
        tokens.access_token_claims(listed)


def test_without_a_configured_audience_nothing_is_accepted(entra, settings):
    settings.ENTRA_API_AUDIENCE = ""

    with pytest.raises(tokens.TokenRefused):
        tokens.access_token_claims(entra.api_token(ASHA))


def test_an_id_token_counts_for_its_own_sign_in_only(entra):
    token = entra.tokens.id_token(entra.person(ASHA), client_id=CLIENT_ID, nonce="n1")

    assert tokens.id_token_claims(token, nonce="n1")["oid"] == entra.person(ASHA).oid
    for other in ("n2", ""):
        with pytest.raises(tokens.TokenRefused, match="nonce"):
            tokens.id_token_claims(token, nonce=other)


def test_an_access_token_is_no_id_token(entra):
    token = entra.tokens.access_token(entra.person(ASHA), audience=CLIENT_ID, client_id=CLIENT_ID)

    with pytest.raises(tokens.TokenRefused, match="access token"):
        tokens.id_token_claims(token, nonce="n")
