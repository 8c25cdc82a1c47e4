"""Signing in through the provider: who somebody is and what they hold afterwards (P1, P3, P6, P8)."""

from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from social_django.models import UserSocialAuth

from helpdesk.models import User, UserRole
from helpdesk.selectors.people import granted_roles
from helpdesk.services.people import decide_role
from helpdesk.sso.backend import EntraBackend
from helpdesk.sso.pipeline import refresh_person
from tests.clock import NOON
from tests.factories import TENANT, ReporterFactory, UserFactory
from tests.provider import begin, choose, sign_in
from workflow.roles import Role

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"
NOBODY = "alex.morgan@corp.example"


def test_a_sign_in_makes_the_person_with_the_roles_claimed(client, entra):
    answer = sign_in(client, ASHA)

    person = User.objects.get(azure_ad_id=entra.person(ASHA).oid)
    assert answer["Location"] == "/"
    assert client.session["_auth_user_id"] == str(person.pk)
    assert (person.tenant_id, person.name, person.email) == (TENANT, "Asha Nair", ASHA)
    assert granted_roles(person.pk) == {Role.ENGINEER}


def test_nothing_of_the_tokens_is_kept(client, entra):
    sign_in(client, ASHA)

    assert UserSocialAuth.objects.get().extra_data == {}
    kept = str(dict(client.session.items()))
    assert "eyJ" not in kept
    assert "nonce" not in kept


def test_the_way_to_the_provider_carries_pkce_state_nonce_and_modest_scopes(client, entra):
    asked = parse_qs(urlsplit(begin(client)).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid profile email"]
    assert len(asked["nonce"][0]) == 43
    assert len(asked["state"][0]) == 32


def test_beginning_needs_post_and_csrf(entra):
    strict = Client(enforce_csrf_checks=True)

    assert strict.get("/auth/login/entra/").status_code == 405
    refused = strict.post("/auth/login/entra/")
    assert refused.status_code == 403
    assert b"Please send it again" in refused.content


def test_only_our_own_provider_is_known(client):
    assert client.post("/auth/login/google-oauth2/").status_code == 404
    assert client.get("/auth/complete/google-oauth2/").status_code == 404
    assert client.get("/auth/idp-launch/entra/").status_code == 404


def test_the_page_asked_for_is_kept(client, entra):
    assert sign_in(client, ASHA, "/my/new/?from=mail")["Location"].startswith("/my/new/?from=mail")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_foreign_address_is_never_gone_to(client, entra, target):
    page = client.get("/sign-in/", {"next": target}).content.decode()

    assert 'name="next" value="/"' in page
    assert urlsplit(sign_in(client, ASHA, target)["Location"]).netloc == ""


def test_somebody_signed_in_needs_no_sign_in_page(client):
    client.force_login(ReporterFactory())

    assert client.get("/sign-in/", {"next": "/my/new/"})["Location"] == "/my/new/"
    assert client.get("/sign-in/")["Location"] == "/"


def test_the_same_e_mail_under_another_object_id_is_another_person(client, entra):
    other = UserFactory(email=ASHA, roles=["admin"])

    sign_in(client, ASHA)

    signed_in = User.objects.get(pk=client.session["_auth_user_id"])
    assert signed_in != other
    assert granted_roles(signed_in.pk) == {Role.ENGINEER}


def test_the_same_person_comes_back_with_a_new_name_and_e_mail(client, entra):
    sign_in(client, ASHA)
    person = User.objects.get(azure_ad_id=entra.person(ASHA).oid)
    User.objects.filter(pk=person.pk).update(name="Asha Before", email="before@corp.example")

    sign_in(Client(), ASHA)

    person.refresh_from_db()
    assert (person.name, person.email) == ("Asha Nair", ASHA)
    assert User.objects.count() == UserSocialAuth.objects.count() == 1


def test_an_admins_decision_survives_the_next_sign_in(client, entra):
    sign_in(client, ASHA)
    person = User.objects.get(azure_ad_id=entra.person(ASHA).oid)
    decide_role(actor=None, user=person, role=Role.ENGINEER, decision=UserRole.Decision.WITHDRAWN, reason="", now=NOON)
    decide_role(actor=None, user=person, role=Role.SM1, decision=UserRole.Decision.GIVEN, reason="", now=NOON)

    sign_in(Client(), ASHA)

    assert granted_roles(person.pk) == {Role.SM1}


def test_an_overage_takes_no_role_and_gives_none(caplog):
    person = UserFactory(roles=["engineer"])

    refresh_person(user=person, response={"_claim_names": {"roles": "src1"}})

    assert granted_roles(person.pk) == {Role.ENGINEER}
    assert "overage" in caplog.text


def test_an_overage_of_groups_leaves_the_roles_claim_in_force(client, entra):
    entra.fault = "overage"

    sign_in(client, ASHA)

    assert granted_roles(User.objects.get().pk) == {Role.ENGINEER}


def test_roles_no_longer_claimed_are_withdrawn(client, entra):
    sign_in(client, ASHA)
    person = User.objects.get(azure_ad_id=entra.person(ASHA).oid)

    entra.fault = "no_roles"
    sign_in(Client(), ASHA)
    assert granted_roles(person.pk) == frozenset()


@pytest.mark.parametrize(
    "fault",
    ["issuer", "audience", "tenant", "version", "nonce", "expired", "not_yet", "no_exp", "no_nbf", "no_oid", "signature",
     "unsigned", "unknown_kid"],
)  # fmt: skip
def test_an_id_token_with_a_fault_signs_nobody_in(client, entra, fault):
    entra.fault = fault

    answer = sign_in(client, ASHA)

    assert answer.status_code == 403
    assert b"The sign-in did not work" in answer.content
    assert "_auth_user_id" not in client.session
    assert not User.objects.exists()


def test_a_deactivated_person_is_told_and_not_signed_in(client, entra, settings):
    settings.LINEUP_ADMIN_CONTACT = "ines@corp.example"
    UserFactory(azure_ad_id=entra.person(ASHA).oid, is_active=False)

    answer = sign_in(client, ASHA)

    assert answer.status_code == 403
    assert b"Your account is not active here" in answer.content
    assert b"ines@corp.example" in answer.content
    assert "_auth_user_id" not in client.session


def test_an_answer_can_be_used_once(client, entra):
    back = choose(begin(client), ASHA)
    client.get(back)
    client.logout()

    again = client.get(back)

    assert again.status_code == 403
    assert "_auth_user_id" not in client.session


def test_an_answer_of_another_browser_is_refused(client, entra):
    back = choose(begin(Client()), ASHA)

    answer = client.get(back)

    assert b"no longer valid" in answer.content
    assert "_auth_user_id" not in client.session


def test_a_sign_in_ending_in_somebody_elses_session_is_refused(client, entra):
    back = choose(begin(client), ASHA)
    present = ReporterFactory()
    client.force_login(present)

    answer = client.get(back)

    assert b"Somebody else is signed in here" in answer.content
    assert client.session["_auth_user_id"] == str(present.pk)


def test_what_the_provider_says_is_not_repeated_on_the_page(client, entra):
    begin(client)

    answer = client.get("/auth/complete/entra/", {"error": "access_denied", "error_description": "<script>x</script>"})

    assert answer.status_code == 403
    assert b"You did not sign in" in answer.content
    assert b"<script>x" not in answer.content


def test_a_provider_that_is_away_is_said_in_words(client, entra, settings):
    back = choose(begin(client), ASHA)
    settings.ENTRA_AUTHORITY = "http://127.0.0.1:9/away"

    answer = client.get(back)

    assert answer.status_code == 403
    assert b"Microsoft cannot be reached" in answer.content


def test_keys_that_cannot_be_read_are_said_in_words(client, entra, monkeypatch):
    back = choose(begin(client), ASHA)

    def away(client):
        raise jwt.PyJWKClientConnectionError("away")

    monkeypatch.setattr(jwt.PyJWKClient, "fetch_data", away)

    assert b"Microsoft cannot be reached" in client.get(back).content


def test_the_backend_offers_nothing_to_keep():
    assert EntraBackend().extra_data(None, "", {"access_token": "x", "refresh_token": "y"}, {}, {}) == {}


def test_signing_out_ends_the_session_here_and_at_the_provider(client, entra):
    sign_in(client, ASHA)

    answer = client.post("/sign-out/")

    address = urlsplit(answer["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{entra.authority}/oauth2/v2.0/logout"
    assert parse_qs(address.query) == {"post_logout_redirect_uri": ["http://testserver/sign-in/"]}
    assert client.get("/my/")["Location"] == "/sign-in/?next=%2Fmy%2F"


def test_signing_out_needs_post_and_csrf():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ReporterFactory())

    assert strict.get("/sign-out/").status_code == 405
    assert strict.post("/sign-out/").status_code == 403
    assert "_auth_user_id" in strict.session


def test_somebody_without_a_role_comes_to_the_one_page_for_them(client, entra):
    answer = client.get(sign_in(client, NOBODY)["Location"])

    assert answer.status_code == 403
    assert b"Role not assigned" in answer.content
