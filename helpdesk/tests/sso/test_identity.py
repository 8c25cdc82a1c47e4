"""Who somebody is: tenant and object id, and nothing else (P1, T2 of the reliability page)."""

import ast
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from helpdesk.models import AuditEvent, User
from helpdesk.selectors.people import granted_roles
from tests.factories import TENANT, UserFactory
from tests.house import source
from tests.provider import Person, sign_in
from workflow.roles import Role

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"
OTHER_TENANT = "99999999-8888-7777-6666-555555555555"
FILTERS = {"get", "filter", "exclude", "get_or_create", "update_or_create", "Q", "get_object_or_404", "aget", "afilter"}


def changed(entra, monkeypatch, **change: object) -> Person:
    """Let the directory know Asha otherwise from now on."""
    before = entra.person(ASHA)
    after = replace(before, **change)
    monkeypatch.setattr(entra, "person", lambda email: after if email == ASHA else None)
    return after


def test_somebody_renamed_in_the_directory_stays_who_they_are(client, entra, monkeypatch):
    sign_in(client, ASHA)
    before = User.objects.get()

    changed(entra, monkeypatch, name="Asha Menon", email="asha.menon@corp.example")
    sign_in(Client(), ASHA)

    after = User.objects.get()
    assert (after.pk, after.name, after.email) == (before.pk, "Asha Menon", "asha.menon@corp.example")
    assert AuditEvent.objects.get(act="person_changed").before["name"] == "Asha Nair"


def test_somebody_made_anew_in_the_directory_is_somebody_new(client, entra, monkeypatch):
    """Same name, same e-mail, another object id: not the roles that an admin gave to the first."""
    sign_in(client, ASHA)
    before = User.objects.get()
    before.user_roles.update_or_create(role_id=Role.ADMIN.value, defaults={"decision": "given"})

    changed(entra, monkeypatch, oid="5a3d0c1e-0000-4000-8000-0000000000bb")
    sign_in(client_after := Client(), ASHA)

    after = User.objects.get(pk=client_after.session["_auth_user_id"])
    assert after.pk != before.pk
    assert after.email == before.email
    assert granted_roles(after.pk) == {Role.ENGINEER}
    assert granted_roles(before.pk) == {Role.ENGINEER, Role.ADMIN}


def test_two_accounts_with_one_e_mail_are_two_people(client, entra, monkeypatch):
    twin = UserFactory(email=ASHA, roles=["admin"])
    elsewhere = UserFactory(azure_ad_id=entra.person(ASHA).oid, tenant_id=OTHER_TENANT, username="x", roles=["admin"])

    sign_in(client, ASHA)

    person = User.objects.get(pk=client.session["_auth_user_id"])
    assert person.pk not in {twin.pk, elsewhere.pk}
    assert person.tenant_id == TENANT
    assert User.objects.filter(email=ASHA).count() == 2 + (elsewhere.email == ASHA)


def test_a_new_e_mail_that_belongs_to_an_admin_makes_nobody_an_admin(client, entra, monkeypatch):
    admin = UserFactory(email="ines.almeida@corp.example", roles=["admin"])
    sign_in(client, ASHA)

    changed(entra, monkeypatch, email=admin.email)
    sign_in(Client(), ASHA)

    asha = User.objects.get(azure_ad_id=entra.person(ASHA).oid)
    assert asha.pk != admin.pk
    assert granted_roles(asha.pk) == {Role.ENGINEER}


@pytest.mark.parametrize("said", [{"acct": 1}, {"idp": "live.com"}, {"userType": "Guest"}], ids=str)
def test_a_guest_is_told_and_on_record(client, entra, monkeypatch, said):
    genuine = entra.tokens._claims
    monkeypatch.setattr(entra.tokens, "_claims", lambda *args, **named: genuine(*args, **named) | said)

    answer = sign_in(client, ASHA)

    assert answer.status_code == 403
    assert b"Guests cannot sign in here" in answer.content
    assert not User.objects.exists()
    event = AuditEvent.objects.get(act="sign_in_refused")
    assert event.after["code"] == "guest"
    assert entra.person(ASHA).oid in event.subject_label


def looks_up_by_e_mail(text: str) -> Iterator[str]:
    """A person found by e-mail: a filter on it, in any spelling a query can have."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = [keyword.arg or "" for keyword in node.keywords]
            if name in FILTERS and any(_is_e_mail(one) for one in named):
                yield f"{node.lineno}: {name}() by e-mail"
        elif isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            if any("email__" in key for key in keys):
                yield f"{node.lineno}: a filter by e-mail"


def _is_e_mail(name: str) -> bool:
    return name.split("__")[0] in {"email", "preferred_username"} or "__email" in name


@pytest.mark.parametrize(
    "bad",
    [
        "User.objects.get(email=x)",
        "User.objects.filter(email__iexact=x)",
        "rows.filter(Q(user__email=x))",
        "get_object_or_404(User, email=x)",
        "filter(**{'email__iexact': x})",
        "User.objects.get_or_create(email=x)",
    ],
)
def test_the_checker_finds_each_way(bad):
    assert list(looks_up_by_e_mail(bad))


ALLOWED: dict[str, str] = {
    "helpdesk/selectors/named.py": "an admin's search in the logs; whom it shows is nobody's identity",
    "helpdesk/services/alerts.py": "leaves out those without an address; finds nobody by one",
}


def test_no_code_finds_a_person_by_e_mail():
    found = source.findings(source.sources(*source.PACKAGES), looks_up_by_e_mail)

    assert [line for line in found if line.split(":")[0] not in ALLOWED] == []
    assert {line.split(":")[0] for line in found} >= set(ALLOWED)


def test_social_auth_is_not_asked_to_either(settings):
    assert not [step for step in settings.SOCIAL_AUTH_PIPELINE if "email" in step]
    assert "social_core.pipeline.social_auth.associate_by_email" not in settings.SOCIAL_AUTH_PIPELINE
