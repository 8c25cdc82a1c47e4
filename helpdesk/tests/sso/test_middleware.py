"""Who gets past the door: strangers, people without a role, deactivated people (P6, P8)."""

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from helpdesk.models import User
from helpdesk.sso.middleware import SignedInMiddleware
from helpdesk.sso.public import PUBLIC_ROUTES
from tests.factories import AdminFactory, ReporterFactory, UserFactory

pytestmark = pytest.mark.django_db


def _routes(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += _routes(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        else:
            found.append((f"{prefix}{one.name}", one))
    return found


def test_only_the_declared_routes_are_open_to_strangers(rf: RequestFactory):
    """Asks the middleware about every route there is; whatever is added later is closed unless it is declared."""
    middleware = SignedInMiddleware(lambda request: HttpResponse())
    let_through = set()
    for name, route in _routes(get_resolver()):
        request = rf.get("/somewhere/")
        request.user, request.resolver_match = _Stranger(), _Match(name)
        if middleware.process_view(request, route.callback, (), {}) is None:
            let_through.add(name)

    api = {
        name for name, route in _routes(get_resolver()) if issubclass(getattr(route.callback, "cls", object), APIView)
    }
    assert let_through - api == PUBLIC_ROUTES


def test_the_icon_every_browser_asks_for_is_there_for_strangers_too(client):
    answer = client.get("/favicon.ico")

    assert answer.status_code == 302
    assert finders.find(answer["Location"].removeprefix(settings.STATIC_URL))


def test_a_plain_view_among_the_api_addresses_is_not_open(client):
    assert client.get("/api/docs/")["Location"] == "/sign-in/?next=%2Fapi%2Fdocs%2F"


@pytest.mark.parametrize("address", ["/", "/my/", "/my/new/", "/my/N-EXP-1001/", "/tickets/N-EXP-1001/", "/desk/"])
def test_a_stranger_is_led_to_the_sign_in_page_and_back(client, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("header", ["referer", "hx-current-url"])
def test_a_stranger_who_names_no_readable_page_is_led_to_the_sign_in_page(client, header):
    answer = client.post("/my/N-EXP-1001/comment/", {"comment": "x"}, headers={header: "http://[::1"})

    assert answer["Location"] == "/sign-in/"


def test_what_a_stranger_sends_leads_back_to_the_page_it_was_sent_from(client):
    answer = client.post(
        "/my/N-EXP-1001/comment/", {"comment": "x"}, headers={"referer": "http://testserver/my/N-EXP-1001/"}
    )

    assert answer["Location"] == "/sign-in/?next=%2Fmy%2FN-EXP-1001%2F"


def test_what_a_stranger_sends_from_elsewhere_leads_nowhere_else(client):
    answer = client.post("/my/new/", headers={"referer": "https://evil.example/my/"})

    assert answer["Location"] == "/sign-in/"


def test_a_dialog_whose_session_ended_leads_the_whole_page_to_the_sign_in(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/my-work/?x=1"}

    answer = client.get("/my/new/", headers=headers)

    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fdesk%2Fmy-work%2F%3Fx%3D1"


def test_a_person_without_a_role_sees_one_page_everywhere(client, settings):
    settings.LINEUP_ADMIN_CONTACT = "ines@corp.example"
    client.force_login(UserFactory(name="Alex Morgan"))

    for address in ("/", "/my/", "/my/new/", "/desk/", "/api/docs/", "/tickets/N-EXP-1001/", "/role-not-assigned/"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert b"Role not assigned" in answer.content
        assert b"mailto:ines@corp.example" in answer.content
        assert b"Alex Morgan" in answer.content


def test_a_person_without_a_role_can_sign_out(client):
    client.force_login(UserFactory())

    assert client.post("/sign-out/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_person_with_a_role_is_sent_on_from_the_page_for_those_without(client):
    client.force_login(ReporterFactory())

    assert client.get("/role-not-assigned/")["Location"] == "/"


def test_a_deactivated_person_is_signed_out_at_once(client):
    person = AdminFactory()
    client.force_login(person)
    assert client.get("/my/").status_code == 200

    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/my/")["Location"] == "/sign-in/?next=%2Fmy%2F"
    assert "_auth_user_id" not in client.session


def test_a_role_taken_away_counts_with_the_next_request(client):
    person = ReporterFactory()
    client.force_login(person)
    assert client.get("/my/").status_code == 200

    person.user_roles.all().delete()

    assert client.get("/my/").status_code == 403


class _Stranger:
    is_authenticated = False


class _Match:
    def __init__(self, name: str) -> None:
        self.view_name = name
