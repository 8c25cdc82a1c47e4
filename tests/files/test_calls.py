"""The calls about files (api.md): shapes, refusals with their status, statements, and what never is shown (F2-F6)."""

import json

import pytest
import requests
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Attachment, User
from project.demo.s3_faults import Fault
from tests.entering import enter
from tests.factories import ReporterFactory, SM1Factory, a_ticket
from tests.files.sending import PICTURE, announced, digest, put, sent

pytestmark = pytest.mark.django_db

STATEMENTS = 15


def browser(user: User) -> Client:
    client = Client()
    enter(client, user)
    return client


def post(user: User, address: str, **body: object):
    return browser(user).post(f"/api/{address}/", json.dumps(body), content_type="application/json")


def body_of(ticket_case: str, **changed: object) -> dict[str, object]:
    told = {"case_id": ticket_case, "filename": "page.png", "size": len(PICTURE), "sha256": digest(PICTURE)}
    return {name: value for name, value in {**told, **changed}.items() if value is not None}


def test_the_whole_way_by_calls_alone(s3):
    ticket = a_ticket()

    link = post(ticket.reporter, "presign-upload", **body_of(ticket.case_id)).json()
    answer = requests.request(link["method"], link["url"], data=PICTURE, headers=link["headers"], timeout=10)
    confirmed = post(ticket.reporter, f"attachments/{link['id']}/confirm").json()
    fetched = post(ticket.reporter, "presign-download", attachment_id=link["id"]).json()

    assert answer.status_code == 200
    assert sorted(link) == ["expires_at", "fields", "headers", "id", "key", "method", "url"]
    assert link["fields"] == {}
    assert confirmed == {
        "id": link["id"],
        "filename": "page.png",
        "size": len(PICTURE),
        "content_type": "image/png",
        "state": "confirmed",
        "internal": False,
        "uploaded_by": {"id": ticket.reporter.pk, "name": ticket.reporter.name},
        "uploaded_at": "2026-03-04T12:00:00Z",
    }
    assert requests.get(fetched["url"], timeout=10).content == PICTURE


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"filename": "page.html"}, 415, "file_type_not_allowed"),
        ({"content_type": "text/html"}, 415, "file_type_not_allowed"),
        ({"size": 26 * 1024 * 1024}, 413, "file_too_large"),
        ({"size": 0}, 422, "file_refused"),
        ({"sha256": "abc"}, 422, "file_refused"),
        ({"sha256": None}, 422, "field_invalid"),
        ({"size": None}, 422, "field_invalid"),
        ({"size": "x" * 5000}, 400, "invalid"),
        ({"size": 10**30}, 400, "invalid"),
        ({"size": True}, 422, "file_refused"),
        ({"filename": {"a": 1}}, 400, "invalid"),
        ({"key": "2025/11/11/N-EXP-1001/mine.png"}, 400, "invalid"),
        ({"case_id": "N-EXP-999999"}, 404, "ticket_missing"),
        ({"client_key": "nonsense"}, 400, "invalid"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_refused_announcement_names_what_is_wrong_and_changes_nothing(changed, status, code):
    ticket = a_ticket()

    answer = post(ticket.reporter, "presign-upload", **body_of(ticket.case_id, **changed))

    if changed != {"size": True}:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert Attachment.objects.count() == 0


def test_a_strangers_ticket_and_file_answer_like_missing_ones(s3):
    ticket, stranger = a_ticket(), ReporterFactory()
    row = sent(ticket.reporter, ticket)

    assert post(stranger, "presign-upload", **body_of(ticket.case_id)).status_code == 404
    for number in (row.pk, 987654321):
        told = post(stranger, "presign-download", attachment_id=number)
        assert (told.status_code, told.json()["code"]) == (404, "file_missing")
        assert browser(stranger).get(f"/files/{number}/").status_code == 404


def test_s3_away_is_503_in_words_and_the_ticket_unharmed(s3):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)
    s3.faults.set(Fault.BUSY)

    answer = post(ticket.reporter, f"attachments/{row.pk}/confirm")

    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert "Nothing is lost" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["/files/{}/", "/files/{}/preview/"])
def test_the_address_of_a_file_leads_to_s3_and_is_kept_by_no_cache(address, s3):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket)

    answer = browser(ticket.reporter).get(address.format(row.pk))

    assert answer.status_code == 302
    assert answer["Cache-Control"] == "no-store"
    assert requests.get(answer["Location"], timeout=10).content == PICTURE


def test_a_file_that_cannot_be_had_says_why_on_a_page(s3):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket)
    Attachment.objects.filter(pk=row.pk).update(scan="waiting")

    answer = browser(ticket.reporter).get(f"/files/{row.pk}/")

    assert answer.status_code == 409
    assert "virus scanner has not looked at it yet" in answer.content.decode()


def test_announcing_and_confirming_take_few_statements(s3):
    ticket, master = a_ticket(), SM1Factory()
    client = browser(master)
    taken = {}

    def ask(name: str, address: str, body: dict[str, object]) -> dict:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(f"/api/{address}/", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        taken[name] = len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])
        return answer.json()

    link = ask("announce", "presign-upload", body_of(ticket.case_id))
    requests.put(link["url"], data=PICTURE, headers=link["headers"], timeout=10)
    ask("confirm", f"attachments/{link['id']}/confirm", {})
    ask("fetch", "presign-download", {"attachment_id": link["id"]})

    assert {name: count for name, count in taken.items() if count > STATEMENTS} == {}, taken
