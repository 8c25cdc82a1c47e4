"""Whatever goes wrong, a call answers with one shape, the id of its request, and a code its operation names."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client
from rest_framework.views import APIView

from helpdesk.api.errors import STATUS_OF_KIND, TITLES
from helpdesk.api.guard import Guarded
from helpdesk.api.refusals import OWN, RULES, listed_refusals, refusals_of, refuses
from helpdesk.models import Ticket
from helpdesk.selectors.queues import queue_version
from helpdesk.services.assignment import assign_ticket
from helpdesk.sso import sessions
from helpdesk.tests.api.calling import Caller, refusal
from tests.access.routes import every_route
from tests.entering import enter
from tests.factories import EngineerFactory, ReporterFactory, SM1Factory, UserFactory, a_ticket

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"
TRACE = {"X-Request-ID": "trace-0815"}


def api_views() -> dict[str, type[APIView]]:
    """Every view of the API by the name of its route."""
    return {
        key: route.view.cls
        for key, route in every_route().items()
        if route.pattern.startswith("api/") and hasattr(route.view, "cls")
    }


def test_no_call_of_the_api_goes_past_the_guard():
    assert [key for key, view in api_views().items() if not issubclass(view, Guarded)] == []
    assert {"api:me", "api:tickets", "api:schema", "api:nothing-here"} <= set(api_views())


def test_every_act_of_a_call_names_its_refusals():
    silent = [
        f"{key} {method}"
        for key, view in api_views().items()
        for method in ("post", "put")
        if hasattr(view, method) and not refusals_of(getattr(view, method)).codes
    ]

    assert silent == []


def test_codes_of_http_and_of_rules_are_apart_and_every_status_has_a_title():
    assert set(OWN) & set(RULES) == set()
    assert {*OWN.values(), *map(int, STATUS_OF_KIND.values()), 412} <= set(TITLES)


def test_a_refusal_that_does_not_exist_cannot_be_named():
    with pytest.raises(ValueError, match="no_such_code"):
        refuses("ticket_missing", "no_such_code")
    with pytest.raises(ValueError, match="perhaps"):
        refuses("ticket_missing", if_match="perhaps")


@pytest.mark.parametrize(
    ("if_match", "statuses"), [("", [409]), ("optional", [409, 412]), ("required", [412])], ids=["none", "may", "must"]
)
def test_what_is_stale_is_listed_with_the_status_it_gets(if_match, statuses):
    @refuses("queue_changed", if_match=if_match)
    def handler():
        """An operation."""

    listed = listed_refusals("PUT", handler)

    assert [status for status, codes in listed.items() if "queue_changed" in codes] == statuses
    assert ("if_match_required" in listed.get(428, [])) is (if_match == "required")


def test_the_document_lists_for_each_operation_what_it_may_refuse(client):
    enter(client, ReporterFactory())
    document = client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    assign = document["paths"]["/api/tickets/{ticket}/assign/"]["post"]

    assert {"wrong_status", "engineer_busy", "request_in_progress"} <= set(assign["responses"]["409"]["x-codes"])
    assert "changed_since_loaded" in assign["responses"]["412"]["x-codes"]
    assert {one["name"] for one in assign["parameters"]} >= {"Idempotency-Key", "If-Match"}
    assert "Retry-After" in assign["responses"]["429"]["headers"]
    for path in document["paths"].values():
        for operation in path.values():
            assert {"401", "403", "429", "503"} <= set(operation["responses"])
            assert "default" not in operation["responses"]


def test_404_is_the_same_for_what_is_foreign_and_what_is_not_there():
    foreign, caller = a_ticket(), Caller(ReporterFactory())

    answers = [caller.get(f"tickets/{one}/") for one in (foreign.pk, foreign.case_id, 987654321, "N-EXP-9", "nothing")]

    assert {refusal(one) for one in answers} == {(404, "ticket_missing")}
    assert len({one.content for one in answers}) == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_is_not_there_is_405(method):
    caller = Caller(ReporterFactory())

    answer = getattr(caller.client, method)("/api/tickets/", headers=TRACE)

    assert refusal(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert answer["X-Request-ID"] == "trace-0815"


@pytest.mark.parametrize("address", ["tickets/", "me/", "nothing/here/"])
def test_a_format_we_do_not_speak_is_406(address):
    caller = Caller(ReporterFactory())

    answer = caller.client.get(f"/api/{address}", headers={"Accept": "text/csv"})

    assert refusal(answer)[0] == 406


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense"])
def test_a_body_in_another_format_is_415(kind):
    caller = Caller(ReporterFactory())

    answer = caller.client.generic("POST", "/api/tickets/", b"a=b", content_type=kind)

    assert refusal(answer) == (415, "unsupported_media_type")


def test_a_version_that_is_stale_is_412_and_changes_nothing():
    ticket, engineer = a_ticket(), EngineerFactory()
    master = Caller(SM1Factory())
    read = master.get(f"tickets/{ticket.pk}/")["ETag"]
    assign_ticket(actor=SM1Factory(), ticket_id=ticket.pk, engineer_id=engineer.pk)

    stale = master.post(f"tickets/{ticket.pk}/priority/", {"priority": "low", "reason": "x"}, **{"If-Match": read})

    assert refusal(stale) == (412, "changed_since_loaded")
    assert stale.json()["data"]["did"]
    assert Ticket.objects.get(pk=ticket.pk).priority == ticket.priority


def test_an_order_without_the_version_it_was_made_for_is_428_and_with_an_old_one_412():
    engineer, master = EngineerFactory(), Caller(SM1Factory())
    assert queue_version(engineer.pk)

    def put(**headers):
        return master.client.put(
            f"/api/engineers/{engineer.pk}/queue/", {"order": []}, "application/json", headers=headers
        )

    assert refusal(put()) == (428, "if_match_required")
    assert refusal(put(**{"If-Match": '"old"'})) == (412, "queue_changed")


def test_a_token_that_runs_out_between_two_calls_is_401_with_the_way_to_a_new_one(client, entra):
    UserFactory(azure_ad_id=entra.person(ASHA).oid, roles=["reporter"])
    fresh, old = entra.api_token(ASHA), entra.api_token(ASHA, fault="expired")

    assert client.get("/api/me/", headers={"Authorization": f"Bearer {fresh}"}).status_code == 200
    answer = client.get("/api/me/", headers={"Authorization": f"Bearer {old}"} | TRACE)

    assert refusal(answer) == (401, "token_invalid")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["X-Request-ID"] == "trace-0815"


@pytest.mark.parametrize("clock", [sessions.BEGAN, sessions.SEEN])
def test_a_session_that_ends_between_two_calls_is_401_and_no_page(clock):
    caller = Caller(ReporterFactory())
    assert caller.get("me/").status_code == 200
    session = caller.client.session
    session[clock] -= 24 * 60 * 60
    session.save()

    answer = caller.get("me/")

    assert refusal(answer) == (401, "not_authenticated")
    assert refusal(caller.post("tickets/", {})) == (401, "not_authenticated")


def test_an_unforeseen_error_in_a_call_is_500_without_details(monkeypatch, caplog):
    caller = Caller(ReporterFactory())
    monkeypatch.setattr("helpdesk.api.views.tickets.raise_ticket", _broken)
    sent = {"application": "EXP", "title": "a", "description": "b", "priority": "low"}

    answer = caller.post("tickets/", sent, **TRACE)

    assert refusal(answer) == (500, "error")
    assert b"secret" not in answer.content
    assert answer["X-Request-ID"] == "trace-0815"


def _broken(*_args, **_kw):
    raise OperationalError("the secret of the database")


def test_where_no_view_came_to_answer_it_is_the_same_shape(monkeypatch):
    strange = Client(raise_request_exception=False)
    caller = Caller(ReporterFactory())
    caller.client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "load", _broken)

    answer = caller.get("me/")
    page = caller.client.get("/my/")

    assert refusal(answer) == (500, "error")
    assert b"secret" not in answer.content
    assert answer["X-Request-ID"]
    assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")
    monkeypatch.undo()
    assert strange.get("/api/me/").status_code == 401


def test_a_host_that_is_not_ours_is_told_so_in_the_same_shape(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]

    answer = client.get("/api/me/", headers={"Host": "evil.example"})
    page = client.get("/", headers={"Host": "evil.example"})

    assert refusal(answer) == (400, "parse_error")
    assert page["Content-Type"].startswith("text/html")
