"""The headers of every answer, route by route from the URL conf: what browsers may do with it, and that nobody keeps it (W1)."""

from collections.abc import Mapping

import pytest
from django.http import HttpResponse
from django.test import Client

from helpdesk.admin.mail_frame import POLICY as IN_A_MAIL
from helpdesk.portal.file_doors import IN_OUR_FRAME
from tests.access.addresses import addresses
from tests.access.routes import Route, every_route
from tests.access.table import TABLE
from tests.access.world import PEOPLE, World

pytestmark = pytest.mark.django_db

ROUTES = every_route()

S3 = "http://127.0.0.1:9"
PROVIDER = "http://127.0.0.1:9"
END = f"base-uri 'self'; form-action 'self' {PROVIDER}; frame-ancestors 'none'"
FILES = f"img-src 'self' data: {S3}; connect-src 'self' {S3}; frame-src 'self' {S3}; object-src 'none'"
STRICT = f"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; {FILES}; {END}"
DESK = f"default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; {FILES}; {END}"
TO_US = "; report-uri /csp-report/"

EVERYWHERE = {
    "Content-Security-Policy": STRICT + TO_US,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
IN_THE_DESK = {"Content-Security-Policy": DESK + TO_US}
FRAMED = {"X-Frame-Options": "SAMEORIGIN"}
EXCEPT: dict[str, Mapping[str, str]] = {
    "file-preview": {"Content-Security-Policy": IN_OUR_FRAME + TO_US, **FRAMED},
    "admin:helpdesk_notification_mail": {"Content-Security-Policy": IN_A_MAIL + TO_US, **FRAMED},
}
"""What the view itself answers otherwise; refusals on the way to it carry the usual headers."""
BY_DJANGO = "max-age=0, no-cache, no-store, must-revalidate, private"
"""What Django's own pages say instead of our shorter word: the same, and more of it."""
TOLD = ("Server", "X-Powered-By")


@pytest.mark.parametrize("key", sorted(ROUTES))
def test_w1_every_answer_carries_the_headers_of_its_part(key, world):
    wrong = [
        f"{person}: {name} is {got!r} and not {wanted!r}"
        for person in ("anonymous", *someone_of_each_kind(key))
        for answer in answers_of(key, person, world)
        for name, wanted in expected(key, person, answer).items()
        if (got := said(answer, name)) != wanted
    ]

    assert not wrong, f"{key}\n" + "\n".join(sorted(set(wrong)))


def someone_of_each_kind(key: str) -> tuple[str, ...]:
    """Somebody who is let in and somebody who is not."""
    let_in = TABLE[key].let_in - {"anonymous"}
    return (min(let_in), min(set(PEOPLE) - let_in - {"anonymous"}, default=min(let_in)))


def answers_of(key: str, person: str, world: World) -> list[HttpResponse]:
    address = next(iter(addresses(ROUTES[key], world).values()))
    return [world.clients[person].get(address), world.clients[person].options(address)]


def expected(key: str, person: str, answer: HttpResponse) -> dict[str, str]:
    is_desk = ROUTES[key].pattern.startswith("desk/")
    usual = EVERYWHERE | (IN_THE_DESK if is_desk else {})
    is_the_views = person in TABLE[key].let_in and answer.request["REQUEST_METHOD"] == "GET"
    is_the_views = is_the_views and answer.status_code in {200, 302}
    return usual | EXCEPT[key] if key in EXCEPT and is_the_views else usual


def said(answer: HttpResponse, name: str) -> str:
    value = answer.get(name, "nothing")
    return "no-store" if name == "Cache-Control" and value == BY_DJANGO else value


def test_w1_no_answer_names_the_software_behind_it(world):
    answers = [
        answer for key in ("home", "healthz", "api:me", "admin:index") for answer in answers_of(key, "sm1", world)
    ]

    assert [name for answer in answers for name in TOLD if name in answer] == []


@pytest.mark.parametrize("path", ["/nowhere/", "/desk/nowhere/", "/api/nowhere/", "/my/nowhere/"])
def test_w1_what_is_not_there_carries_them_too(path, world):
    for person in ("anonymous", "sm1", "reporter"):
        answer = world.clients[person].get(path)
        usual = EVERYWHERE | (IN_THE_DESK if path.startswith("/desk/") else {})
        assert {name: said(answer, name) for name in usual} == usual


def test_w1_a_host_that_is_none_of_ours_and_an_error_carry_them_too(world, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["testserver"]
    monkeypatch.setattr("helpdesk.portal.views.render", lambda *_, **__: 1 / 0)
    broken = Client(raise_request_exception=False)
    broken.force_login(world.users["reporter"])

    strange, error = Client().get("/", headers={"host": "evil.example"}), broken.get("/my/new/")

    assert (strange.status_code, error.status_code) == (400, 500)
    for answer in (strange, error):
        assert {name: said(answer, name) for name in EVERYWHERE} == EVERYWHERE


def test_w1_static_files_may_be_kept_and_carry_the_rest(settings):
    settings.WHITENOISE_USE_FINDERS = True
    answer = Client().head("/static/helpdesk/mark.svg")

    assert answer.status_code == 200
    assert "no-store" not in answer["Cache-Control"]
    rest = {name: value for name, value in EVERYWHERE.items() if name != "Cache-Control"}
    assert {name: answer.get(name) for name in rest} == rest


def test_w1_to_https_with_the_headers_on_it(world, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    plain, secure = Client().get("/my/"), Client().get("/sign-in/", secure=True)

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/my/")
    assert plain["Content-Security-Policy"] == EVERYWHERE["Content-Security-Policy"]
    assert secure["Strict-Transport-Security"].startswith("max-age=60")


def test_w2_only_the_desk_has_exceptions_and_only_the_two_of_its_theme(world):
    unsafe = {
        (route.pattern.startswith("desk/"), rule.split()[0])
        for key, route in ROUTES.items()
        for rule in policy_of(route, world).split("; ")
        if "unsafe" in rule and key not in EXCEPT
    }

    assert unsafe == {(True, "script-src"), (True, "style-src")}


def policy_of(route: Route, world: World) -> str:
    answer = world.clients["admin"].get(next(iter(addresses(route, world).values())))
    return str(answer["Content-Security-Policy"])
