"""The local sign-in: closed by default, three proofs, counted, recorded, told, and in need of nobody (T8)."""

import re
from io import StringIO

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from helpdesk.models import AdminAlert, AuditEvent, SignInTries, User
from helpdesk.selectors.people import granted_roles
from helpdesk.tasks import tick
from helpdesk.tests.sso.glass import DOOR, NAME, attempt, code_now, is_in, wrong_code
from tests.clock import HeldClock
from tests.factories import AdminFactory, UserFactory
from workflow.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("door_open")]


def test_the_door_is_closed_unless_it_is_switched_on(client, settings, account):
    settings.LINEUP_BREAK_GLASS = False

    assert client.get(DOOR).status_code == 404
    assert attempt(client, account).status_code == 404
    assert not is_in(client)
    assert b"sign-in/local" not in client.get("/sign-in/").content


def test_while_open_the_sign_in_page_leads_to_it(client):
    page = client.get("/sign-in/", {"next": "/my/new/"}).content.decode()

    assert f'href="{DOOR}?next=%2Fmy%2Fnew%2F"' in page


def test_all_three_proofs_open_the_desk_while_entra_is_away(client, account):
    answer = attempt(client, account, next="/desk/")

    assert answer["Location"] == "/desk/"
    person = User.objects.get(pk=client.session["_auth_user_id"])
    assert granted_roles(person.pk) == {Role.ADMIN}
    assert client.get("/my/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"


@pytest.mark.parametrize(
    "change", [{"password": "wrong"}, {"code": "wrong"}, {"username": "nobody"}, {"username": NAME.upper()}], ids=str
)
def test_each_proof_is_needed_and_nobody_is_told_which_was_wrong(client, account, change):
    refused = attempt(
        client, account, **{k: wrong_code() if (k, v) == ("code", "wrong") else v for k, v in change.items()}
    )

    assert refused.status_code == 403
    assert not is_in(client)
    assert "do not belong together" in refused.content.decode()


def test_the_refusals_differ_in_nothing(client, account):
    """No list of accounts by what the page says."""
    pages = set()
    for change in ({"password": "wrong"}, {"code": wrong_code()}, {"username": "nobody"}):
        page = attempt(Client(), account, **change).content.decode()
        for typed in (NAME, "nobody"):
            page = page.replace(f'value="{typed}"', "")
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
        pages.add(re.sub(r' value="[0-9]{6}"', "", page))

    assert len(pages) == 1


def test_the_refusals_take_the_same_work(account, monkeypatch):
    """No list of accounts by how long the answer takes: one password is hashed each time, whoever is named."""
    hashed = []
    genuine = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher, "encode", lambda self, *args: hashed.append(1) or genuine(self, *args)
    )
    work = []
    for number, change in enumerate(({"password": "wrong"}, {"username": "nobody"}, {"code": wrong_code()})):
        hashed.clear()
        address = {"REMOTE_ADDR": f"10.0.0.{number}"}
        with CaptureQueriesContext(connection) as asked:
            Client(**address).post(
                DOOR, {"username": NAME, "password": account.password, "code": wrong_code(), **change}
            )
        work.append((len(hashed), len(asked)))

    assert {hashes for hashes, _ in work} == {1}
    assert max(asked for _, asked in work) - min(asked for _, asked in work) <= 3


def test_nothing_typed_comes_back_but_the_name(client, account):
    page = attempt(client, account, password="secret-typed-here").content.decode()

    assert "secret-typed-here" not in page
    assert f'value="{NAME}"' in page


@pytest.mark.parametrize(
    "change", [{"username": ""}, {"password": ""}, {"code": ""}, {"code": "12345"}, {"code": "12345x"}]
)
def test_what_is_incomplete_is_said_at_its_field_and_counts_as_no_try(client, account, change):
    answer = attempt(client, account, **change)

    assert answer.status_code == 400
    assert b"desk-error" in answer.content
    assert not SignInTries.objects.exists()


def test_a_code_counts_once(client, account):
    code = code_now()
    assert attempt(client, account, code=code).status_code == 302

    assert attempt(Client(), account, code=code).status_code == 403


def test_a_wrong_password_uses_up_no_code(client, account):
    code = code_now()
    attempt(client, account, password="wrong", code=code)

    assert attempt(client, account, code=code).status_code == 302


def test_nobody_of_entra_comes_in_here_even_with_a_password_and_a_device(client, account):
    person = UserFactory(username="asha", roles=["admin"])
    person.set_password("known")
    person.save()
    TOTPDevice.objects.create(user=person, confirmed=True)

    assert attempt(client, account, username="asha", password="known", code=code_now("asha")).status_code == 403
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"tenant_id": "t"}], ids=str)
def test_an_account_that_is_shut_stays_out(client, account, change):
    User.objects.filter(username=NAME).update(**change)

    assert attempt(client, account).status_code == 403


def test_each_use_is_on_record_and_told_to_every_admin_within_a_minute(client, account):
    first, second = AdminFactory(), AdminFactory()
    AdminFactory(is_active=False)
    AdminAlert.objects.all().delete()

    attempt(client, account)
    assert mail.outbox == []
    tick()

    event = AuditEvent.objects.get(act="break_glass_used")
    assert (event.actor.username, event.after) == (NAME, {"address": "127.0.0.1"})
    assert sorted(sent.to for sent in mail.outbox) == sorted([[first.email], [second.email]])
    assert {sent.subject for sent in mail.outbox} == {"Lineup: break-glass sign-in used"}
    assert "from 127.0.0.1" in mail.outbox[0].body
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_refusals_are_on_record_each_and_told_once_in_ten_minutes(client, account, clock: HeldClock):
    AdminFactory()
    AdminAlert.objects.all().delete()

    for name in (NAME, NAME, "my-password-in-the-wrong-field"):
        attempt(client, account, username=name, password="wrong")

    events = AuditEvent.objects.filter(act="break_glass_refused")
    assert events.count() == 3
    assert "my-password" not in str(list(events.values("subject_label", "after", "reason")))
    assert AdminAlert.objects.filter(subject__endswith="refused").count() == 1
    clock.forward(minutes=10)
    attempt(client, account, password="wrong")
    assert AdminAlert.objects.filter(subject__endswith="refused").count() == 2


def test_without_any_admin_the_contact_of_the_settings_is_told(client, account, settings):
    settings.LINEUP_ADMIN_CONTACT = "desk@corp.example"
    AdminAlert.objects.all().delete()

    attempt(client, account)

    assert [alert.address for alert in AdminAlert.objects.all()] == ["desk@corp.example"]


def test_switching_it_off_ends_its_sessions(client, account, settings):
    attempt(client, account)
    assert client.get("/my/").status_code == 200

    settings.LINEUP_BREAK_GLASS = False

    assert client.get("/my/").status_code == 302


def test_it_needs_post_and_csrf(account):
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(DOOR).status_code == 200
    assert attempt(strict, account).status_code == 403
    assert not is_in(strict)
    assert not SignInTries.objects.exists()
    assert strict.put(DOOR).status_code in {403, 405}


def test_the_key_of_the_session_changes(client, account):
    client.post("/auth/login/entra/", {"next": "/my/"})
    before = client.cookies["sessionid"].value

    attempt(client, account)

    assert is_in(client)
    assert client.cookies["sessionid"].value != before


def test_who_is_signed_in_already_is_sent_on(client, account):
    client.force_login(AdminFactory())

    assert client.get(DOOR, {"next": "/my/new/"})["Location"] == "/my/new/"


def test_the_command_makes_the_account_once_and_shows_its_secrets_once(client, account):
    out = StringIO()
    call_command("make_break_glass", "second", stdout=out)

    password = re.search(r"Password:\s+(\S{20,})", out.getvalue())[1]
    assert "otpauth://totp/Lineup%3Asecond?secret=" in out.getvalue()
    assert (
        client.post(DOOR, {"username": "second", "password": password, "code": code_now("second")}).status_code == 302
    )
    assert AuditEvent.objects.filter(act="break_glass_set_up", subject__username="second").exists()
    with pytest.raises(CommandError, match="taken"):
        call_command("make_break_glass", "second", stdout=out)


def test_new_secrets_end_the_old_ones_and_their_sessions(client, account):
    attempt(client, account)
    out = StringIO()
    call_command("make_break_glass", NAME, "--renew", stdout=out)

    assert client.get("/my/").status_code == 302
    assert attempt(Client(), account).status_code == 403
    password = re.search(r"Password:\s+(\S+)", out.getvalue())[1]
    assert attempt(Client(), account, password=password).status_code == 302


@pytest.mark.parametrize("name", ["ab", "Asha", "a b c", "asha@corp", "x" * 61, ""])
def test_a_name_that_is_no_plain_one_is_refused(name):
    with pytest.raises(CommandError, match="3 to 60"):
        call_command("make_break_glass", name)


def test_somebody_of_entra_gets_no_secrets(account):
    UserFactory(username="asha")

    for renew in ([], ["--renew"]):
        with pytest.raises(CommandError):
            call_command("make_break_glass", "asha", *renew)
    with pytest.raises(CommandError, match="no break-glass account"):
        call_command("make_break_glass", "nobody", "--renew")


def test_the_command_says_when_the_door_is_closed(settings):
    settings.LINEUP_BREAK_GLASS = False
    out = StringIO()

    call_command("make_break_glass", "third", stdout=out)

    assert "LINEUP_BREAK_GLASS=on" in out.getvalue()
