"""Production with each variable of docs/configuration.md missing, malformed and unsafe: it does not start, and says in words why."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from django.test import Client

from tests.house import documents
from tests.house.source import ROOT
from tests.house.test_docs import CONFIGURATION, first_words
from tests.operations.environment import EXAMPLE, production, refusal

ANYTHING = "any text of one line will do"


@dataclass(frozen=True, kw_only=True)
class Variable:
    """What a variable may hold and what it may not; `free` says why nothing can be wrong with it."""

    good: tuple[str, ...] = ()
    malformed: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()
    free: str = ""


def number(least: int, most: int, *, unsafe: tuple[str, ...] = ()) -> Variable:
    return Variable(
        good=(str(least), str(most)),
        malformed=("ten-4711", "-471147", "4711.5", "٣٣٣٣", str(most + 47_110_000)),
        unsafe=unsafe,
    )


SWITCH = Variable(good=("on", "off", "1", "FALSE"), malformed=("maybe-4711", "onoff"))
ID = Variable(
    good=("A5B1C2D3-1111-2222-3333-444444444444",),
    malformed=("4711-4711", "55555555111122223333444444444444", "common-4711"),
)
SECRET = Variable(good=("s3cr3t-4711",), unsafe=("changeme", "change-me", "PASSWORD", "<your secret>"))
LINK = Variable(good=("1", "900"), malformed=("ten-4711", "-47114711"), unsafe=("0", "901", "86400"))

VARIABLES: dict[str, Variable] = {
    "LINEUP_SECRET_KEY": Variable(
        good=("abcdefghij" * 5,), malformed=("short-4711",), unsafe=("a" * 60, "django-insecure-" + "abcdefghij" * 5, "x" * 49)
    ),
    "LINEUP_BASE_URL": Variable(
        good=("https://lineup.corp.example/", "https://lineup.corp.example:8443"),
        malformed=("lineup.corp.example", "https://", "https://lineup.corp.example:port4711", "https://lineup.corp.example/desk4711", "https://[4711"),
        unsafe=("http://lineup.corp.example", "https://user:pw4711@lineup.corp.example", "ftp://lineup.corp.example"),
    ),
    "LINEUP_ALLOWED_HOSTS": Variable(
        good=("lineup.corp.example, desk.corp.example",),
        malformed=("https://lineup.corp.example", "lineup.corp.example;desk", "lineup.corp.example,"),
        unsafe=("*", ".corp.example", "lineup.corp.example,*", "other.corp.example"),
    ),
    "LINEUP_ADMIN_CONTACT": Variable(good=("desk@corp.example",), malformed=("ask-room-4711", "a@b@corp.example", "desk@")),
    "LINEUP_ORGANISATION": Variable(good=("Corp Example & Söhne",), malformed=("two\nlines-4711", "n" * 101), unsafe=("a\x1b[31mred",)),
    "LINEUP_LOGO": Variable(malformed=("/nowhere/logo-4711.png", "README.md"), unsafe=("/etc/passwd",)),
    "LINEUP_TIME_ZONE": Variable(good=("Europe/Berlin",), malformed=("Mars/Olympus-4711", "CEST+2")),
    "LINEUP_BROKER": Variable(
        good=("postgres", "redis://10.0.0.4:6379/0", "sqs:eu-central-1"), malformed=("rabbit-4711", "sqs:nowhere", "redis://")
    ),
    "LINEUP_WEB_PORT": number(1, 65535),
    "LINEUP_WEB_WORKERS": number(1, 64),
    "LINEUP_DATABASE_APP_ROLE": Variable(good=("lineup_app",), malformed=("Line Up-4711",), unsafe=('x"; DROP ROLE owner4711; --',)),
    "DATABASE_URL": Variable(
        good=("postgres://u:p4711@db:5432/lineup?sslmode=verify-full", "postgresql:///lineup"),
        malformed=("db.corp.example:4711", "postgresql://db.corp.example:port4711/lineup", "postgresql://u:p4711@db", "postgresql://u:p4711@db/lineup?sslmode=never", "postgresql://[4711"),
        unsafe=("mysql://u:p4711@db/lineup", "sqlite:///lineup-4711.db", "postgresql://lineup:changeme@db/lineup"),
    ),
    "LINEUP_REPORTS_DATABASE_URL": Variable(
        good=("postgres://u:p4711@replica:5432/lineup?sslmode=verify-full",),
        malformed=("replica.corp.example:4711", "postgresql://u:p4711@replica"),
        unsafe=("mysql://u:p4711@replica/lineup", "postgresql://lineup:changeme@replica/lineup"),
    ),
    "ENTRA_TENANT_ID": Variable(
        good=("A5B1C2D3-1111-2222-3333-444444444444",),
        malformed=("corp-4711.example", "12345678"),
        unsafe=("common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"),
    ),
    "ENTRA_CLIENT_ID": ID,
    "ENTRA_CLIENT_SECRET": SECRET,
    "ENTRA_API_AUDIENCE": Variable(good=("api://lineup",), malformed=("lineup-4711", "https://lineup-4711.example"), unsafe=("*",)),
    "ENTRA_API_CLIENTS": Variable(good=(f"{EXAMPLE['ENTRA_CLIENT_ID']}, {EXAMPLE['ENTRA_API_AUDIENCE']}",), malformed=("one-4711, two",), unsafe=("*",)),
    "ENTRA_AUTHORITY": Variable(
        good=("https://login.microsoftonline.us/" + EXAMPLE["ENTRA_TENANT_ID"],),
        malformed=("login.microsoftonline-4711.com", "https://"),
        unsafe=("http://login.microsoftonline.com/x4711",),
    ),
    "LINEUP_SESSION_HOURS": number(1, 24, unsafe=("0", "25", "8760")),
    "LINEUP_SESSION_IDLE_MINUTES": number(1, 480, unsafe=("0", "481", "10080")),
    "LINEUP_BREAK_GLASS": SWITCH,
    "LINEUP_PROXIES": number(0, 9),
    "LINEUP_CALLS_PER_PERSON": number(0, 1_000_000),
    "LINEUP_CALLS_PER_ADDRESS": number(0, 1_000_000),
    "LINEUP_LINKS_PER_PERSON": number(0, 1_000_000),
    "PROMETHEUS_MULTIPROC_DIR": Variable(free="a folder that is not there is a server that does not start, in words of its own"),
    "LINEUP_METRICS_TOKEN": Variable(
        good=("abcdefghij" * 4,), malformed=("two words of 4711" * 4,), unsafe=("short-4711", "x" * 40)
    ),
    "LINEUP_MAIL_PROVIDER": Variable(good=("smtp", "ses"), malformed=("pigeon-4711", "SMTP 4711")),
    "LINEUP_MAIL_FROM": Variable(
        good=("lineup@corp.example",), malformed=("Lineup-4711", "Lineup <lineup-4711>"), unsafe=("Lineup <a@corp.example>\nBcc: b4711@evil.example",)
    ),
    "LINEUP_MAIL_DOMAIN": Variable(good=("corp.example",), malformed=("@corp-4711", "corp example-4711"), unsafe=("corp.example>\nX4711: 1",)),
    "EMAIL_HOST": Variable(good=("10.0.0.25",), malformed=("smtp://mail-4711", "mail 4711"), unsafe=("mail\r\nRCPT4711",)),
    "EMAIL_PORT": number(1, 65535),
    "EMAIL_HOST_USER": Variable(free=ANYTHING),
    "EMAIL_HOST_PASSWORD": Variable(unsafe=("changeme", "password")),
    "EMAIL_USE_TLS": SWITCH,
    "SENDGRID_API_KEY": SECRET,
    "S3_BUCKET": Variable(good=("files-2",), malformed=("My_Files4711", "s3://files4711", "a"), unsafe=("files.corp-4711",)),
    "S3_REGION": Variable(good=("us-gov-west-1",), malformed=("frankfurt-4711x", "EU4711")),
    "S3_ENDPOINT_URL": Variable(good=("https://s3.corp.example",), malformed=("s3.corp-4711",), unsafe=("http://s3.corp-4711.example",)),
    "S3_ADDRESSING_STYLE": Variable(good=("path",), malformed=("auto-4711",)),
    "S3_ACCESS_KEY_ID": Variable(unsafe=("only-one-half-4711",)),
    "S3_SECRET_ACCESS_KEY": Variable(unsafe=("only-one-half-4711",)),
    "S3_ENCRYPTION": Variable(good=("AES256", "aws:kms"), malformed=("rot13-4711",)),
    "S3_KMS_KEY_ID": Variable(unsafe=("without-its-kind-4711",)),
    "LINEUP_FILE_TYPES": Variable(good=("pdf,png", ".PDF"), malformed=("pdf,nonsense4711",), unsafe=("exe4711", "html4711")),
    "LINEUP_FILE_MB": Variable(good=("1",), malformed=("ten-4711", "-471147"), unsafe=("0",)),
    "LINEUP_FILES_PER_TICKET": Variable(good=("1",), malformed=("ten-4711", "-471147"), unsafe=("0",)),
    "LINEUP_UPLOAD_SECONDS": LINK,
    "LINEUP_DOWNLOAD_SECONDS": LINK,
    "LINEUP_BACKUP_KEY": Variable(free="only the backup reads it, and refuses a wrong one itself"),
    "LINEUP_SCANNER": Variable(good=("clamav:3310", "unix:/run/clamd.sock"), malformed=("clamav-4711", "clamav:port4711")),
}  # fmt: skip

BESIDE = {
    "LINEUP_MAIL_PROVIDER": {"EMAIL_HOST": "mail.corp.example"},
    "SENDGRID_API_KEY": {"LINEUP_MAIL_PROVIDER": "sendgrid"},
    "EMAIL_HOST_PASSWORD": {"EMAIL_HOST_USER": "lineup", "EMAIL_USE_TLS": "on"},
}
"""What has to be set as well for the value to be judged by itself."""

MISSING = [row[0].strip("`") for row in documents.rows(CONFIGURATION, "Environment") if row[1] == "production"]
MISSING_WITH = {
    "EMAIL_HOST": {"LINEUP_MAIL_PROVIDER": "smtp"},
    "SENDGRID_API_KEY": {"LINEUP_MAIL_PROVIDER": "sendgrid"},
}


def wrong_values() -> list[object]:
    return [
        pytest.param(name, value, id=f"{name}-{kind}-{place}")
        for name, variable in VARIABLES.items()
        for kind in ("malformed", "unsafe")
        for place, value in enumerate(getattr(variable, kind))
    ]


def test_every_documented_variable_is_tried_and_no_other():
    documented = first_words(documents.rows(CONFIGURATION, "Environment"))

    assert documented - VARIABLES.keys() == set()
    assert VARIABLES.keys() - documented - documents.environment_variables() == set()
    assert [name for name, one in VARIABLES.items() if not (one.malformed or one.unsafe or one.free)] == []


def test_the_example_starts():
    assert refusal() == ""


@pytest.mark.parametrize("name", MISSING)
@pytest.mark.parametrize("given", [None, "", "   "], ids=["not set", "empty", "blank"])
def test_a_required_variable_that_is_missing_is_named(name, given):
    assert f"  - {name} is required and not set." in refusal(**{name: given}).splitlines()


@pytest.mark.parametrize("name", sorted(MISSING_WITH))
def test_what_a_mail_provider_needs_is_named(name):
    assert f"{name} is required and not set." in refusal(**{**MISSING_WITH[name], name: None})


def test_all_that_is_missing_is_named_at_once():
    said = refusal(**dict.fromkeys(MISSING))

    assert [name for name in MISSING if name not in said] == []


@pytest.mark.parametrize(("name", "value"), wrong_values())
def test_a_value_that_is_wrong_is_refused_by_its_name_and_never_repeated(name, value):
    said = refusal(**{**BESIDE.get(name, {}), name: value})

    assert name in said
    assert said.count(".") >= 1
    assert "4711" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=f"{name}-{place}")
        for name, one in VARIABLES.items()
        for place, value in enumerate(one.good)
    ],
)
def test_a_good_value_starts(name, value):
    with_it = {
        "LINEUP_BASE_URL": {"LINEUP_ALLOWED_HOSTS": "lineup.corp.example"},
        "SENDGRID_API_KEY": {"LINEUP_MAIL_PROVIDER": "sendgrid"},
    }

    assert refusal(**{**with_it.get(name, {}), name: value}) == ""


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"EMAIL_HOST_USER": "lineup"}, "EMAIL_HOST_PASSWORD"),
        ({"EMAIL_HOST_USER": "lineup", "EMAIL_HOST_PASSWORD": "s3cr3t-4711"}, "EMAIL_USE_TLS"),
        ({"S3_ACCESS_KEY_ID": "AK4711"}, "S3_SECRET_ACCESS_KEY"),
        ({"LINEUP_ALLOWED_HOSTS": "other.corp.example"}, "LINEUP_BASE_URL"),
        ({"S3_KMS_KEY_ID": "k-4711", "S3_ENCRYPTION": "AES256"}, "S3_KMS_KEY_ID"),
    ],
    ids=["half of a mail account", "a password in the clear", "half of a key", "another host", "a key of another kind"],
)
def test_two_variables_at_odds_are_named(changed, named):
    said = refusal(**changed)

    assert named in said
    assert "4711" not in said


def test_cookies_and_transport_of_production():
    settings = production()

    assert settings.SESSION_COOKIE_NAME == "__Host-session"
    assert settings.CSRF_COOKIE_NAME == "__Host-csrf"
    assert all((settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY))
    assert (settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE) == ("Lax", "Lax")
    assert all(not hasattr(settings, f"{kind}_COOKIE_DOMAIN") for kind in ("SESSION", "CSRF"))
    assert settings.SECURE_SSL_REDIRECT
    assert settings.SECURE_HSTS_SECONDS >= 365 * 24 * 60 * 60
    assert settings.DEBUG is False


@pytest.mark.django_db
def test_the_cookies_of_production_as_a_browser_gets_them(settings):
    for name, value in vars(production()).items():
        if "_COOKIE_" in name:
            setattr(settings, name, value)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.remembering"]

    cookies = Client().get("/sign-in/", secure=True).cookies

    assert set(cookies) == {"__Host-session", "__Host-csrf"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax")
    assert cookies["__Host-session"]["httponly"] is True


def remembering(get_response):
    """A middleware that puts something into the session, so that its cookie is sent."""

    def answer(request):
        request.session["seen"] = True
        return get_response(request)

    return answer


def test_who_came_by_https_is_believed_only_behind_a_proxy_of_ours():
    assert production(LINEUP_PROXIES="1").SECURE_PROXY_SSL_HEADER == ("HTTP_X_FORWARDED_PROTO", "https")
    assert production(LINEUP_PROXIES="0").SECURE_PROXY_SSL_HEADER is None
    assert production(LINEUP_PROXIES=None).SECURE_PROXY_SSL_HEADER is None


def test_sessions_last_a_working_day_and_half_an_hour_without_a_request():
    settings = production()

    assert (settings.SESSION_COOKIE_AGE, settings.LINEUP_SESSION_IDLE_MINUTES) == (8 * 3600, 30)


def test_a_process_that_does_not_start_says_why_and_nothing_it_should_not():
    environment = {
        **EXAMPLE,
        "ENTRA_CLIENT_SECRET": "",
        "DATABASE_URL": "mysql://u:pw-4711@db/x",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # fmt: skip

    assert done.returncode != 0
    assert "ENTRA_CLIENT_SECRET is required and not set." in done.stderr
    assert "DATABASE_URL must be an address like postgresql://" in done.stderr
    assert "4711" not in done.stderr + done.stdout
