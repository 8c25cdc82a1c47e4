"""Where a sign-in leads to: a page of ours, whatever address somebody hides in the link (T9)."""

from urllib.parse import urljoin, urlsplit

import pytest

from helpdesk.services import break_glass
from helpdesk.sso.addresses import local_path
from helpdesk.tests.sso.glass import code_now
from tests.clock import NOON
from tests.factories import ReporterFactory
from tests.provider import begin, choose, sign_in

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"
PAYLOADS = [
    "https://evil.example/",
    "http://evil.example",
    "HTTPS://evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "//evil.example\\@testserver/",
    "//testserver@evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "http://testserver:80@evil.example/",
    "//evil.example/http://testserver/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "evil.example",
    "?next=//evil.example",
    "http:\\\\evil.example",
    "//[::1]/",
    "//evil。example",
    "/..//evil.example",
]


def leads_to(location: str) -> str:
    """The host a browser would go to: it drops tabs and newlines and takes a backslash for a slash."""
    as_browser = "".join(one for one in location if one not in "\t\n\r").strip().replace("\\", "/")
    return urlsplit(urljoin("http://testserver/auth/", as_browser)).netloc


def test_there_are_enough_of_them():
    assert len(set(PAYLOADS)) >= 30


@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
def test_no_link_leads_elsewhere(client, entra, settings, payload):
    settings.LINEUP_BREAK_GLASS = True
    for page in (client.get("/sign-in/", {"next": payload}), client.get("/sign-in/local/", {"next": payload})):
        assert leads_to(page.context["next"]) == "testserver"

    answer = sign_in(client, ASHA, payload)

    assert answer.status_code == 302
    assert leads_to(answer["Location"]) == "testserver"
    assert answer["Location"].startswith("/")
    for address in ("/sign-in/", "/sign-in/local/"):
        assert leads_to(client.get(address, {"next": payload})["Location"]) == "testserver"


@pytest.mark.parametrize("payload", PAYLOADS[:12], ids=repr)
def test_nor_does_one_added_on_the_way_back(client, entra, payload):
    back = choose(begin(client), ASHA)

    answer = client.get(back, {**dict(one.split("=", 1) for one in urlsplit(back).query.split("&")), "next": payload})

    assert leads_to(answer["Location"]) == "testserver"


@pytest.mark.parametrize("payload", PAYLOADS[:12], ids=repr)
def test_nor_one_sent_with_the_break_glass_form(client, settings, payload):
    settings.LINEUP_BREAK_GLASS = True
    account = break_glass.make_account(username="glass", renew=False, now=NOON)

    answer = client.post(
        "/sign-in/local/",
        {"username": "glass", "password": account.password, "code": code_now(), "next": payload},
    )

    assert answer["Location"] == "/" or leads_to(answer["Location"]) == "testserver"
    assert answer["Location"].startswith("/")


@pytest.mark.parametrize("page", ["/", "/my/new/?from=mail", "/desk/helpdesk/ticket/?q=a%2Fb", "/tickets/N-EXP-1001/"])
def test_pages_of_ours_are_led_to(client, page):
    assert local_path(page) == page
    client.force_login(ReporterFactory())
    assert client.get("/sign-in/", {"next": page})["Location"] == page
