"""`GET /api/me/`: who is let in, by token or session, and what they learn about themselves (P6-P8)."""

import pytest
from django.test import Client

from helpdesk.models import User
from tests.entering import enter
from tests.factories import ReporterFactory, SM1Factory, UserFactory

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"
FAULTS = ["issuer", "audience", "tenant", "version", "expired", "not_yet", "no_exp", "no_nbf", "no_oid", "no_scope",
          "signature", "unsigned", "unknown_kid"]  # fmt: skip


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def asha(entra) -> User:
    return UserFactory(name="Asha Nair", azure_ad_id=entra.person(ASHA).oid, roles=["sm1", "engineer"])


def test_me_with_a_bearer_token(client, entra, asha):
    answer = client.get("/api/me/", headers=bearer(entra.api_token(ASHA)))

    assert answer.status_code == 200
    assert answer.json() == {
        "id": asha.pk,
        "name": "Asha Nair",
        "email": "asha.nair@corp.example",
        "roles": ["sm1", "engineer"],
        "workspaces": ["my_tickets", "triage_sm1", "my_work"],
    }


def test_me_with_the_session_of_the_browser(client):
    person = ReporterFactory()
    enter(client, person)

    answer = client.get("/api/me/")

    assert answer.status_code == 200
    assert answer.json()["id"] == person.pk
    assert answer.json()["workspaces"] == ["my_tickets"]


def test_me_takes_few_statements(client, entra, asha, django_assert_max_num_queries):
    token = entra.api_token(ASHA)
    client.get("/api/me/", headers=bearer(token))

    with django_assert_max_num_queries(3):
        client.get("/api/me/", headers=bearer(token))


def test_without_anything_it_is_401_and_says_how(client):
    answer = client.get("/api/me/")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_a_fault_is_401(client, entra, asha, fault):
    answer = client.get("/api/me/", headers=bearer(entra.api_token(ASHA, fault=fault)))

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "token_invalid"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x y", "bearer null", "Bearer \xff\xfe"])
def test_a_header_that_holds_no_token_is_401(client, header):
    assert client.get("/api/me/", headers={"Authorization": header}).status_code == 401


def test_an_id_token_is_401(client, entra, asha):
    token = entra.tokens.id_token(entra.person(ASHA), client_id=entra.registration.api_audience)

    assert client.get("/api/me/", headers=bearer(token)).status_code == 401


def test_a_token_is_not_rescued_by_a_session(client, entra, asha):
    enter(client, SM1Factory())

    assert client.get("/api/me/", headers=bearer(entra.api_token(ASHA, fault="expired"))).status_code == 401


def test_a_person_who_never_signed_in_is_401_and_not_made(client, entra):
    answer = client.get("/api/me/", headers=bearer(entra.api_token(ASHA)))

    assert answer.status_code == 401
    assert answer.json()["code"] == "person_unknown"
    assert not User.objects.exists()


def test_somebody_with_the_same_e_mail_is_not_them(client, entra):
    UserFactory(email=ASHA, roles=["admin"])

    assert client.get("/api/me/", headers=bearer(entra.api_token(ASHA))).status_code == 401


def test_a_deactivated_person_is_401_by_token_and_by_session(client, entra, asha):
    enter(client, asha)
    User.objects.filter(pk=asha.pk).update(is_active=False)

    by_token = Client().get("/api/me/", headers=bearer(entra.api_token(ASHA)))
    by_session = client.get("/api/me/")

    assert (by_token.status_code, by_session.status_code) == (401, 401)
    assert by_session["WWW-Authenticate"] == "Bearer"


def test_without_a_role_it_is_403(client, entra):
    UserFactory(azure_ad_id=entra.person(ASHA).oid)

    answer = client.get("/api/me/", headers=bearer(entra.api_token(ASHA)))

    assert answer.status_code == 403
    assert answer.json()["code"] == "role_not_assigned"


def test_a_provider_that_is_away_is_503_not_401(client, entra, asha, settings):
    token = entra.api_token(ASHA)
    settings.ENTRA_AUTHORITY = "http://127.0.0.1:9/away"

    answer = client.get("/api/me/", headers=bearer(token))

    assert answer.status_code == 503
    assert answer.json()["code"] == "provider_unreachable"


def test_the_request_id_is_echoed(client):
    assert client.get("/api/me/", headers={"X-Request-ID": "trace-0815"})["X-Request-ID"] == "trace-0815"
