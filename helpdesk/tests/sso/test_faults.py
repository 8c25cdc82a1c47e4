"""What can go wrong between the provider and us: nobody is signed in, the page says why, and it is on record."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from django.core import mail
from django.test import Client
from social_django.models import UserSocialAuth

from helpdesk.models import AdminAlert, AuditEvent, RoleMapping, User, UserRole
from helpdesk.selectors.people import granted_roles
from helpdesk.services.people import decide_role, set_active
from helpdesk.tasks import tick
from tests.clock import NOON, HeldClock
from tests.factories import AdminFactory
from tests.provider import OAuthError, begin, choose, sign_in
from workflow.roles import Role

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"
GROUP = "7b1e4f2a-0000-4000-8000-000000000004"


def acts() -> list[str]:
    return list(AuditEvent.objects.filter(act__startswith="sign").values_list("act", flat=True))


def nobody_came_in(client: Client, answer) -> bool:
    return answer.status_code == 403 and "_auth_user_id" not in client.session and not User.objects.exists()


def changed(back: str, **change: str | None) -> str:
    """The address of the return with some of its parts changed, or taken out."""
    parts = {
        name: value for name, value in {**dict(parse_qsl(urlsplit(back).query)), **change}.items() if value is not None
    }
    return f"{urlsplit(back).path}?{urlencode(parts)}"


@pytest.mark.parametrize("state", ["x" * 32, "", None], ids=["wrong", "empty", "none"])
def test_a_return_with_another_state_is_refused(client, entra, state):
    back = choose(begin(client), ASHA)

    assert nobody_came_in(client, client.get(changed(back, state=state)))
    assert acts() == ["sign_in_failed"]


@pytest.mark.parametrize("code", ["x", "", None], ids=["wrong", "empty", "none"])
def test_a_return_with_another_code_is_refused(client, entra, code):
    back = choose(begin(client), ASHA)

    assert nobody_came_in(client, client.get(changed(back, code=code)))
    assert acts() == ["sign_in_failed"]


def test_the_code_of_somebody_elses_sign_in_is_refused(client, entra):
    """A code caught elsewhere and put into one's own sign-in: PKCE and the nonce do not fit."""
    caught = dict(parse_qsl(urlsplit(choose(begin(Client()), ASHA)).query))["code"]
    back = choose(begin(client), "ines.almeida@corp.example")

    assert nobody_came_in(client, client.get(changed(back, code=caught)))


def test_a_return_is_replayed_by_the_same_browser_and_by_another(client, entra):
    back = choose(begin(client), ASHA)
    client.get(back)
    client.post("/sign-out/")

    assert client.get(back).status_code == 403
    other = Client()
    assert other.get(back).status_code == 403
    assert "_auth_user_id" not in other.session


def test_a_return_nobody_began_is_not_put_on_record(client):
    """Anybody can open that address; the append-only trail must not be filled from afar."""
    for query in ("error=access_denied", "state=x&code=y", ""):
        assert client.get(f"/auth/complete/entra/?{query}").status_code == 403

    assert not AuditEvent.objects.exists()


ANSWERS = [
    {},
    {"access_token": "x"},
    {"id_token": "x"},
    {"error": "temporarily_unavailable"},
    {"access_token": None, "id_token": None},
]


@pytest.mark.parametrize("document", ANSWERS, ids=str)
def test_an_answer_without_what_we_need_signs_nobody_in(client, entra, monkeypatch, document):
    back = choose(begin(client), ASHA)
    monkeypatch.setattr(entra, "redeem", lambda form: document)

    assert nobody_came_in(client, client.get(back))
    assert acts() == ["sign_in_failed"]


def test_a_refusal_of_the_provider_signs_nobody_in(client, entra, monkeypatch):
    def refuse(form):
        raise OAuthError("invalid_grant", "<script>The code is too old.</script>")

    back = choose(begin(client), ASHA)
    monkeypatch.setattr(entra, "redeem", refuse)
    answer = client.get(back)

    assert nobody_came_in(client, answer)
    assert b"<script>The" not in answer.content


@pytest.mark.parametrize(
    "error", [requests.ConnectionError("away"), requests.Timeout("slow"), requests.exceptions.SSLError("who?")], ids=str
)
def test_a_provider_that_goes_away_in_the_middle_is_said_in_words(client, entra, monkeypatch, error):
    back = choose(begin(client), ASHA)

    def away(*args, **named):
        raise error

    monkeypatch.setattr(requests, "request", away)
    answer = client.get(back)

    assert nobody_came_in(client, answer)
    monkeypatch.undo()
    entra.fault = ""
    assert b"Back to sign-in" in answer.content
    assert acts() == ["sign_in_failed"]


def test_a_sign_in_works_again_when_the_provider_is_back(client, entra, settings):
    there = settings.ENTRA_AUTHORITY
    back = choose(begin(client), ASHA)
    settings.ENTRA_AUTHORITY = "http://127.0.0.1:9/away"
    assert nobody_came_in(client, client.get(back))

    settings.ENTRA_AUTHORITY = there

    assert sign_in(client, ASHA).status_code == 302


def test_somebody_shut_out_here_is_refused_and_named_on_record(client, entra):
    sign_in(client, ASHA)
    person = User.objects.get()
    set_active(actor=None, user=person, is_active=False, reason="", now=NOON)

    answer = sign_in(Client(), ASHA)

    assert b"Your account is not active here" in answer.content
    event = AuditEvent.objects.get(act="sign_in_refused")
    assert (event.subject, event.actor, event.after["code"]) == (person, None, "authentication_disallowed")


def test_nothing_of_a_refused_sign_in_is_kept(client, entra):
    entra.fault = "tenant"

    sign_in(client, ASHA)

    assert not UserSocialAuth.objects.exists()


# --- roles: what the mapping says, at every sign-in (P3) ---------------------------------------------------------------


def test_a_change_of_the_mapping_counts_from_the_next_sign_in(client, entra):
    sign_in(client, ASHA)
    RoleMapping.objects.all().delete()
    RoleMapping.objects.create(claim="groups", value=GROUP.upper(), role_id=Role.RA.value)

    sign_in(Client(), ASHA)

    assert granted_roles(User.objects.get().pk) == {Role.RA}


def test_an_overage_keeps_what_groups_gave_takes_what_app_roles_no_longer_give_and_is_told_once_a_day(
    client, entra, clock: HeldClock
):
    admin = AdminFactory()
    RoleMapping.objects.create(claim="groups", value=GROUP, role_id=Role.RA.value)
    RoleMapping.objects.create(claim="groups", value="another", role_id=Role.SM2.value)
    sign_in(client, ASHA)
    person = User.objects.get(azure_ad_id=entra.person(ASHA).oid)
    assert granted_roles(person.pk) == {Role.ENGINEER, Role.RA}
    UserRole.objects.create(user=person, role_id=Role.SM1.value, is_claimed=True)

    entra.fault = "overage"
    for _ in range(2):
        sign_in(Client(), ASHA)

    assert granted_roles(person.pk) == {Role.ENGINEER, Role.RA}
    events = AuditEvent.objects.filter(act="claims_overage", subject=person)
    assert [event.after for event in events] == [{"roles": ["sm2", "ra"]}] * 2
    assert [alert.address for alert in AdminAlert.objects.all()] == [admin.email]
    tick()
    assert "Asha Nair" in mail.outbox[-1].body
    assert mail.outbox[-1].to == [admin.email]

    clock.forward(days=1)
    sign_in(Client(), ASHA)
    assert AdminAlert.objects.count() == 2


def test_an_overage_matters_to_nobody_where_no_group_is_mapped(client, entra):
    entra.fault = "overage"

    sign_in(client, ASHA)

    assert granted_roles(User.objects.get().pk) == {Role.ENGINEER}
    assert not AuditEvent.objects.filter(act="claims_overage").exists()


@pytest.mark.slow
def test_an_admins_decision_survives_a_hundred_sign_ins_of_every_kind(client, entra):
    """Claim there, claim gone, claim absent, overage: withdrawn stays withdrawn, given stays given."""
    RoleMapping.objects.create(claim="groups", value=GROUP, role_id=Role.ENGINEER.value)
    sign_in(client, ASHA)
    person = User.objects.get()
    decided = {"actor": None, "user": person, "reason": "", "now": NOON}
    decide_role(role=Role.ENGINEER, decision=UserRole.Decision.WITHDRAWN, **decided)
    decide_role(role=Role.SM1, decision=UserRole.Decision.GIVEN, **decided)

    for number in range(100):
        entra.fault = ("", "no_roles", "overage", "no_roles")[number % 4]
        assert sign_in(client, ASHA).status_code == 302
        assert granted_roles(person.pk) == {Role.SM1}, entra.fault
