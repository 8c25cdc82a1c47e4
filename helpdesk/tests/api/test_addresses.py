"""Addresses, cursors and keys that somebody bent: told so in the one shape, and never more than the caller may have."""

import base64
import json

import pytest

from helpdesk.models import Ticket, UserRole
from helpdesk.tests.api.calling import Caller, refusal
from tests.factories import ApplicationFactory, ReporterFactory, SM1Factory, a_ticket

pytestmark = pytest.mark.django_db

TOLD = {"application": "EXP", "title": "Empty", "description": "The export is empty.", "priority": "low"}


@pytest.fixture
def reporter() -> Caller:
    ApplicationFactory(code="EXP")
    return Caller(ReporterFactory())


@pytest.mark.parametrize("address", ["/api/tickets", "/api/TICKETS/", "/api//tickets/", "/api/tickets/../me/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_almost_one_is_none_and_redirects_nowhere(reporter, address, method):
    answer = getattr(reporter.client, method)(address)

    assert refusal(answer) == (404, "not_found")


def test_a_method_in_a_header_is_not_taken(reporter):
    answer = reporter.client.post("/api/me/", {}, "application/json", headers={"X-HTTP-Method-Override": "GET"})

    assert refusal(answer) == (405, "method_not_allowed")


def test_a_cursor_leads_nobody_to_rows_they_do_not_see(reporter):
    for _ in range(3):
        a_ticket(reporter=reporter.user)
    foreign = a_ticket()
    first = Caller(SM1Factory()).get("tickets/", page_size=1).json()

    answer = reporter.client.get(first["next"])

    assert answer.status_code == 200
    assert {row["reporter"]["id"] for row in answer.json()["results"]} == {reporter.user.pk}
    assert foreign.case_id.encode() not in answer.content


@pytest.mark.parametrize("other", [{"ordering": "due_at"}, {"bucket": "mine"}], ids=["order", "bucket"])
def test_a_cursor_of_another_order_is_refused(reporter, other):
    for _ in range(2):
        a_ticket(reporter=reporter.user)
    cursor = reporter.get("tickets/", page_size=1).json()["next"].partition("cursor=")[2].partition("&")[0]

    assert refusal(reporter.get("tickets/", cursor=cursor, **other)) == (400, "invalid")


@pytest.mark.parametrize(
    "inside",
    ["[1e400,1]", '["\\u0000",1]', '["9999-12-31T23:59:59+23:59",99999999999999999999999]', "[[[[[", "null", '{"a":1}'],
    ids=["no number", "nul", "beyond", "deep", "nothing", "an object"],
)
def test_a_cursor_of_ones_own_making_is_refused(reporter, inside):
    made = base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=")

    assert refusal(reporter.get("tickets/", cursor=made)) == (400, "invalid")


def test_an_answer_is_not_kept_for_somebody_whose_roles_are_gone(reporter):
    """The same request again, after the person lost what they could do."""
    key = {"Idempotency-Key": "raise-1"}
    assert reporter.post("tickets/", TOLD, **key).status_code == 201
    UserRole.objects.filter(user=reporter.user).delete()

    assert refusal(reporter.post("tickets/", TOLD, **key)) == (403, "role_not_assigned")
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xef\xbb\xbf" + json.dumps(TOLD).encode(), "application/json"),
        (json.dumps(TOLD).encode("utf-16"), "application/json; charset=utf-16"),
        (json.dumps(TOLD | {"title": "ü"}, ensure_ascii=False).encode("latin-1"), "application/json; charset=latin-1"),
    ],
    ids=["with a mark", "utf-16", "latin-1"],
)
def test_a_body_is_utf_8_and_nothing_else(reporter, body, kind):
    answer = reporter.client.generic("POST", "/api/tickets/", body, content_type=kind)

    assert refusal(answer) == (400, "parse_error")
    assert not Ticket.objects.exists()
