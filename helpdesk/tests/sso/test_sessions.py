"""Sessions: a new key at each sign-in, a working day at most, half an hour without a request, safe cookies (T9)."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.models import AuditEvent
from helpdesk.sso import sessions
from tests.factories import ReporterFactory
from tests.house.source import ROOT
from tests.provider import begin, choose, sign_in

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"


class RealTime:
    """The wall clock of the web server, moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def real_time(monkeypatch) -> RealTime:
    time = RealTime()
    monkeypatch.setattr(timezone, "now", lambda: time.moment)
    return time


def is_in(client: Client) -> bool:
    return client.get("/my/").status_code == 200


def test_a_session_ends_after_half_an_hour_without_a_request(client, real_time):
    client.force_login(ReporterFactory())
    assert is_in(client)
    real_time.forward(minutes=30)
    assert is_in(client)

    real_time.forward(minutes=30, seconds=1)

    assert client.get("/my/")["Location"] == "/sign-in/?next=%2Fmy%2F"
    assert "_auth_user_id" not in client.session


def test_that_somebody_at_work_is_cut_off_is_on_record_once(client, real_time):
    person = ReporterFactory()
    client.force_login(person)
    for _ in range(24):
        client.get("/my/")
        real_time.forward(minutes=20)
    real_time.forward(seconds=1)
    assert not is_in(client)
    assert not is_in(client)

    event = AuditEvent.objects.get(act="session_expired")
    assert (event.subject, event.actor) == (person, None)


@pytest.mark.parametrize("away", [31, 24 * 60], ids=["over lunch", "over night"])
def test_that_somebody_went_away_is_not(client, real_time, away):
    client.force_login(ReporterFactory())
    assert is_in(client)
    real_time.forward(minutes=away)

    assert not is_in(client)
    assert not AuditEvent.objects.exists()


def test_work_keeps_a_session_but_not_beyond_eight_hours(client, real_time):
    client.force_login(ReporterFactory())
    for _ in range(24):
        assert is_in(client)
        real_time.forward(minutes=20)
    assert is_in(client)

    real_time.forward(seconds=1)

    assert not is_in(client)


def test_both_times_are_settings(client, real_time, settings):
    settings.LINEUP_SESSION_IDLE_MINUTES, settings.LINEUP_SESSION_HOURS = 5, 1
    client.force_login(ReporterFactory())
    assert is_in(client)
    real_time.forward(minutes=5, seconds=1)
    assert not is_in(client)


def test_the_desks_own_clock_ends_no_session(client, clock):
    client.force_login(ReporterFactory())
    assert is_in(client)

    clock.forward(hours=12)

    assert is_in(client)


def test_not_every_request_writes_the_session(client, real_time, django_assert_num_queries):
    client.force_login(ReporterFactory())
    is_in(client)
    before = client.session[sessions.SEEN]

    real_time.forward(seconds=sessions.STEP_SECONDS - 1)
    is_in(client)
    assert client.session[sessions.SEEN] == before

    real_time.forward(seconds=1)
    is_in(client)
    assert client.session[sessions.SEEN] == before + sessions.STEP_SECONDS


def test_the_key_of_the_session_changes_at_the_sign_in(client, entra):
    back = choose(begin(client), ASHA)
    before = client.cookies["sessionid"].value

    client.get(back)

    assert client.session["_auth_user_id"]
    assert client.cookies["sessionid"].value != before
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert not is_in(stolen)


def test_the_clocks_start_anew_with_each_sign_in(client, entra, real_time):
    sign_in(client, ASHA)
    first = client.session[sessions.BEGAN]
    real_time.forward(minutes=20)

    sign_in(client, ASHA)

    assert client.session[sessions.BEGAN] == first + 20 * 60


def test_a_signed_out_session_is_gone_on_the_server(client, entra):
    sign_in(client, ASHA)
    kept = client.cookies["sessionid"].value

    client.post("/sign-out/")

    stolen = Client()
    stolen.cookies["sessionid"] = kept
    assert stolen.get("/")["Location"].startswith("/sign-in/")


def test_sign_in_and_sign_out_are_on_record(client, entra):
    sign_in(client, ASHA)
    client.post("/sign-out/")

    signed_out, signed_in = AuditEvent.objects.filter(act__startswith="signed")
    assert (signed_in.act, signed_out.act) == ("signed_in", "signed_out")
    assert signed_in.actor.name == signed_out.subject_label == "Asha Nair"
    assert signed_in.after == {"roles": ["engineer"]}


def test_signing_out_twice_is_on_record_once(client, entra):
    sign_in(client, ASHA)

    client.post("/sign-out/")
    client.post("/sign-out/")

    assert AuditEvent.objects.filter(act="signed_out").count() == 1


def test_the_cookies_of_production_are_bound_to_this_host():
    """Asks the production settings themselves, in a process of their own."""
    given = dict(
        line.split("=", 1)
        for line in (ROOT / "tests/house/prod.env").read_text().splitlines()
        if line and not line.startswith("#")
    )
    asked = (
        "from django.conf import settings as s;"
        "assert s.SESSION_COOKIE_NAME.startswith('__Host-') and s.CSRF_COOKIE_NAME.startswith('__Host-');"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SESSION_COOKIE_HTTPONLY;"
        "assert s.SESSION_COOKIE_PATH == s.CSRF_COOKIE_PATH == '/';"
        "assert s.SESSION_COOKIE_DOMAIN is None and s.CSRF_COOKIE_DOMAIN is None;"
        "assert s.SESSION_COOKIE_SAMESITE == s.CSRF_COOKIE_SAMESITE == 'Lax';"
        "assert s.LINEUP_BREAK_GLASS is False and s.SESSION_COOKIE_AGE == 8 * 60 * 60"
    )

    def run(**change: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", asked], cwd=ROOT, env=given | change, capture_output=True, text=True, check=False
        )

    done = run()
    assert done.returncode == 0, done.stderr
    for tenant in ("common", "organizations", "9188040d-6c67-4c5b-b112-36a304b66dad"):
        assert "ENTRA_TENANT_ID must be" in run(ENTRA_TENANT_ID=tenant).stderr
    assert (
        "ENTRA_AUTHORITY must be an address that begins with https://"
        in run(ENTRA_AUTHORITY="http://login.example/x").stderr
    )
