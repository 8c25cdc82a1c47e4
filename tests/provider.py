"""The embedded sign-in provider for tests: the sample people, tokens with one fault each, and a whole sign-in as a browser does it."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.http import HttpResponse
from django.test import Client

from helpdesk.sso import keys
from project.demo.entra import EntraServer
from project.demo.entra_flow import OAuthError, Registration
from project.demo.entra_people import Person
from project.demo.entra_tokens import SigningKey
from tests.factories import TENANT

__all__ = [
    "API_AUDIENCE",
    "CLIENT_ID",
    "EntraServer",
    "OAuthError",
    "Person",
    "SigningKey",
    "begin",
    "choose",
    "entra",
    "entra_server",
    "sign_in",
]

CLIENT_ID = "33333333-2222-3333-4444-555555555555"
CLIENT_SECRET = "test"
API_AUDIENCE = "22222222-2222-3333-4444-555555555555"


@pytest.fixture(scope="session")
def entra_server() -> Iterator[EntraServer]:
    registration = Registration(
        tenant=TENANT,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        api_audience=API_AUDIENCE,
        redirect_uris=["http://testserver/auth/complete/entra/"],
        logout_uris=["http://testserver/sign-in/"],
    )
    with EntraServer(registration) as server:
        yield server


@pytest.fixture
def entra(entra_server: EntraServer, settings: object) -> Iterator[EntraServer]:
    """The provider, with the settings of the desk pointing to it and no key remembered."""
    settings.ENTRA_AUTHORITY = entra_server.authority  # type: ignore[attr-defined]
    signing = list(entra_server.tokens.keys)
    keys.forget()
    yield entra_server
    entra_server.fault = ""
    entra_server.tokens.keys = signing
    keys.forget()


def begin(client: Client, next_page: str = "") -> str:
    """Press the button; the address of the provider the browser is sent to."""
    answer = client.post("/auth/login/entra/", {"next": next_page})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def choose(address: str, email: str) -> str:
    """Choose somebody at the provider; the address of ours the browser comes back to."""
    request = dict(parse_qsl(urlsplit(address).query))
    answer = requests.post(
        address.partition("?")[0], data=request | {"person": email}, allow_redirects=False, timeout=5
    )
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def sign_in(client: Client, email: str, next_page: str = "") -> HttpResponse:
    """A whole sign-in; the answer to the return from the provider."""
    return client.get(choose(begin(client, next_page), email))
