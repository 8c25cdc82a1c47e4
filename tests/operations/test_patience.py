"""Whatever the desk leans on may hang: no call outside and no web worker is held longer than its budget (O6)."""

import logging
import smtplib
import threading
import time
from pathlib import Path

import psycopg
import pytest
import requests
from anymail.backends.amazon_ses import EmailBackend as Ses
from anymail.backends.sendgrid import EmailBackend as SendGrid
from anymail.exceptions import AnymailRequestsAPIError
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.test import Client
from social_core.exceptions import AuthProviderError
from social_django.utils import load_backend, load_strategy

from helpdesk.models import ProviderKeys
from helpdesk.services import bucket, scanning
from helpdesk.sso import keys
from project import time_limit
from storage.errors import StorageDown
from storage.s3 import Bucket
from storage.s3_config import S3Config
from tests.operations.environment import production
from tests.operations.holes import LOOPBACK, Hole, Passage, within
from tests.serving import address_of, serving

pytestmark = pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning")

SERVED = "tests.operations.served_within_limits"


@pytest.fixture
def hole():
    with Hole() as found:
        yield found


# --- the database -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")],
)
def test_o6_the_database_itself_ends_what_takes_too_long(name, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        assert cursor.fetchone() == (value,)


@pytest.mark.slow
def test_o6_a_database_that_does_not_answer_is_given_up(hole):
    options = production().DATABASES["default"]["OPTIONS"]
    with within(5), pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=LOOPBACK, port=hole.port, dbname="x", user="x", password="x", **options)


@pytest.mark.slow
def test_o5_the_server_says_within_five_seconds_that_it_is_not_ready(hole, tmp_path: Path):
    database = f"postgres://u:p@{LOOPBACK}:{hole.port}/lineup"
    with serving("project.settings.test", database=database, log=tmp_path / "web.log") as url:
        for _ in range(6):
            requests.get(f"{url}/healthz", timeout=20)
        with within(5):
            ready = requests.get(f"{url}/readyz", timeout=20)
        with within(3):
            alive = requests.get(f"{url}/healthz", timeout=20)

    assert (ready.status_code, alive.status_code) == (503, 200)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_o6_when_the_database_falls_silent_in_the_middle_workers_are_free_again_in_time(tmp_path: Path):
    """Two workers, both held by it: each is ended after its two seconds, and new ones answer."""
    kept = connection.settings_dict
    with Passage(str(kept["HOST"]) or LOOPBACK, int(kept["PORT"] or 5432)) as passage:
        database = address_of({**kept, "HOST": LOOPBACK, "PORT": passage.port})
        with serving(SERVED, database=database, log=tmp_path / "web.log", LINEUP_TEST_DB="not_used") as url:
            assert {requests.get(f"{url}/readyz", timeout=20).status_code for _ in range(6)} == {200}
            passage.frozen.set()
            with within(15):
                held = [threading.Thread(target=_ask, args=(f"{url}/readyz",)) for _ in range(2)]
                for one in held:
                    one.start()
                for one in held:
                    one.join()
                assert _answers(f"{url}/healthz")
        said = (tmp_path / "web.log").read_text()

    assert "The request /readyz takes too long, so its worker is ended." in said


def _ask(url: str) -> None:
    try:
        requests.get(url, timeout=20)
    except requests.ConnectionError:
        return


def _answers(url: str) -> bool:
    for _ in range(50):
        try:
            return requests.get(url, timeout=5).status_code == 200
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    return False


# --- S3, mail, provider, scanner --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_o6_s3_that_hangs_is_given_up_after_five_seconds_and_after_two_where_somebody_waits(hole, settings):
    made = S3Config(bucket="b", region="eu-central-1", endpoint_url=hole.url, addressing_style="path", access_key_id="a", secret_access_key="s")  # fmt: skip
    with within(7), pytest.raises(StorageDown):
        Bucket(made).check()
    settings.S3 = made
    with within(4), pytest.raises(StorageDown):
        bucket.in_a_hurry().check()


def test_o6_a_mail_server_that_hangs_is_given_up(hole):
    assert production().EMAIL_TIMEOUT <= 10
    server = get_connection("django.core.mail.backends.smtp.EmailBackend", host=LOOPBACK, port=hole.port, timeout=0.5)

    with within(4), pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        server.send_messages([EmailMessage("s", "t", "a@corp.example", ["b@corp.example"])])


def test_o6_the_mail_provider_of_the_settings_waits_no_longer(settings):
    made = production(LINEUP_MAIL_PROVIDER="sendgrid", SENDGRID_API_KEY="s3cr3t")
    settings.ANYMAIL = made.ANYMAIL | {"SENDGRID_API_KEY": "s3cr3t"}

    config = Ses().client_params["config"]

    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (5, 10, 1)
    assert SendGrid().timeout == 10
    settings.EMAIL_TIMEOUT = made.EMAIL_TIMEOUT
    assert get_connection("django.core.mail.backends.smtp.EmailBackend").timeout == 10


def test_o6_a_mail_provider_that_hangs_is_given_up(hole, settings):
    settings.ANYMAIL = {"SENDGRID_API_KEY": "s", "SENDGRID_API_URL": hole.url, "REQUESTS_TIMEOUT": 0.5}

    with within(4), pytest.raises(AnymailRequestsAPIError, match="timed out"):
        SendGrid().send_messages([EmailMessage("s", "t", "a@corp.example", ["b@corp.example"])])


@pytest.mark.django_db
def test_o6_an_identity_provider_that_hangs_is_given_up(hole, settings, monkeypatch):
    assert production().SOCIAL_AUTH_ENTRA_REQUESTS_TIMEOUT <= 5
    assert keys.TIMEOUT_SECONDS <= 5
    settings.SOCIAL_AUTH_ENTRA_REQUESTS_TIMEOUT = 0.5
    monkeypatch.setattr(keys, "TIMEOUT_SECONDS", 0.5)
    settings.ENTRA_AUTHORITY = hole.url

    with within(4), pytest.raises(AuthProviderError) as refused:
        load_backend(load_strategy(), "entra", "/").request(f"{hole.url}/token")
    assert refused.value.code == "timeout"
    with within(4):
        assert keys.last_read() is None
    assert ProviderKeys.objects.count() == 1


def test_o6_a_virus_scanner_that_hangs_is_given_up(hole, settings, monkeypatch):
    monkeypatch.setattr(scanning, "TIMEOUT", 0.5)
    settings.LINEUP_SCANNER = f"{LOOPBACK}:{hole.port}"

    with within(4), pytest.raises(Exception, match=r"(?i)time|error"):
        scanning._scanner().ping()


# --- the last limit ---------------------------------------------------------------------------------------------------


def test_o6_production_has_a_limit_for_every_request():
    made = production()

    assert made.LINEUP_REQUEST_SECONDS == 30
    assert "project.time_limit.TimeLimitMiddleware" in made.MIDDLEWARE
    assert made.DATABASES["default"]["OPTIONS"]["connect_timeout"] + 10 < made.LINEUP_REQUEST_SECONDS


def test_the_watch_ends_what_takes_too_long_and_says_where_it_is(rf, caplog, monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(time_limit, "LOOKS_EVERY", 0.01)
    watch = time_limit.Watch(end=ended.set)
    with caplog.at_level(logging.CRITICAL, "project.time_limit"):
        watch.begin(rf.get("/slow/?secret=a-secret-word"), 0.05)
        assert ended.wait(5)

    assert "The request /slow/ takes too long" in caplog.text
    assert "test_the_watch_ends_what_takes_too_long" in caplog.text
    assert "a-secret-word" not in caplog.text


def test_the_watch_lets_go_of_what_is_answered(rf, monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(time_limit, "LOOKS_EVERY", 0.01)
    watch = time_limit.Watch(end=ended.set)
    watch.begin(rf.get("/quick/"), 0.05)
    watch.done()

    assert not ended.wait(0.2)


def test_a_view_that_breaks_is_let_go_of_too(settings, monkeypatch):
    settings.LINEUP_REQUEST_SECONDS = 30
    seen: list[str] = []
    monkeypatch.setattr(time_limit.WATCH, "begin", lambda request, seconds: seen.append("begin"))
    monkeypatch.setattr(time_limit.WATCH, "done", lambda: seen.append("done"))

    Client(raise_request_exception=False).get("/healthz")

    assert seen == ["begin", "done"]
