import re
import uuid

import pytest
from django.test import Client

from helpdesk.models import Ticket
from helpdesk.portal.forms import RaiseForm
from tests.entering import enter
from tests.factories import ApplicationFactory, EngineerFactory, ReporterFactory
from workflow.errors import ApplicationMissing, ApplicationRetired, FieldInvalid, RoleNotAssigned
from workflow.texts import DESCRIPTION_MAX, TITLE_MAX

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\" onmouseover='x' {{ 7|add:7 }}"


@pytest.fixture
def reporter(client):
    person = ReporterFactory(name="Hannah Weiss")
    enter(client, person)
    return person


@pytest.fixture
def told():
    ApplicationFactory(name="Exponentia", code="EXP")
    return {
        "application": "EXP",
        "title": "The export stops",
        "description": "First line\r\n\r\nThird line",
        "priority": "high",
        "request_key": str(uuid.uuid4()),
    }


def test_raising_a_ticket_leads_to_its_case_id(client, reporter, told):
    answer = client.post("/my/new/", told)

    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/my/{ticket.case_id}/raised/"
    assert (ticket.case_id, ticket.reporter, ticket.priority) == ("N-EXP-1001", reporter, "high")
    assert ticket.description == "First line\n\nThird line"
    page = client.get(answer["Location"]).content.decode()
    assert 'data-copy="N-EXP-1001"' in page
    assert 'data-clear-draft="raise"' in page
    assert "within" in page
    assert "30 min" in page


def test_the_same_form_sent_again_raises_one_ticket(client, reporter, told):
    first = client.post("/my/new/", told)

    again = client.post("/my/new/", told)

    assert first["Location"] == again["Location"]
    assert Ticket.objects.count() == 1


def test_each_new_form_has_its_own_key(client, reporter, told):
    def key():
        return re.search(r'name="request_key" value="([^"]+)"', client.get("/my/new/").content.decode()).group(1)

    assert key() != key()


@pytest.mark.parametrize("key", ["", "no key", "1"])
def test_a_damaged_key_does_not_stop_a_ticket(client, reporter, told, key):
    assert client.post("/my/new/", told | {"request_key": key}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("application", "", "Please choose the application."),
        ("application", "NOPE", "This application takes no tickets here."),
        ("application", "EXP' OR 1=1", "This application takes no tickets here."),
        ("application", "E\x00P", "Null characters are not allowed."),
        ("title", "", "Please say in one line what is wrong."),
        ("title", " \r\n\t ", "Please say in one line what is wrong."),
        ("title", "\u200b\u200b", "must not be empty"),
        ("title", "x" * (TITLE_MAX + 1), f"has {TITLE_MAX + 1} characters; at most {TITLE_MAX}"),
        ("description", "", "Please describe what happens."),
        ("description", "\x00", "Please describe what happens."),
        ("description", "x" * (DESCRIPTION_MAX + 1), f"at most {DESCRIPTION_MAX}"),
        ("priority", "", "Please choose a priority."),
        ("priority", "urgent", "Please choose high, medium or low."),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client, reporter, told, field, value, sentence):
    answer = client.post("/my/new/", told | {field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "not raised yet" in page
    assert 'aria-invalid="true"' in page or field == "priority"
    for name in {"title", "description"} - {field}:
        assert told[name].replace("\r\n", "\n") in page.replace("\r\n", "\n")
    assert not Ticket.objects.exists()


def test_all_that_is_wrong_is_said_at_once(client, reporter):
    page = client.post("/my/new/", {}).content.decode()

    for sentence in (
        "Please choose the application.",
        "Please say in one line",
        "Please describe",
        "Please choose a priority.",
    ):
        assert sentence in page


def test_a_retired_application_is_not_offered_and_not_taken(client, reporter, told):
    ApplicationFactory(name="Old Ledger", code="OLD", is_retired=True)

    assert "Old Ledger" not in client.get("/my/new/").content.decode()
    answer = client.post("/my/new/", told | {"application": "OLD"})
    assert answer.status_code == 422
    assert "This application takes no tickets here." in answer.content.decode()


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        (ApplicationRetired(application="Exponentia"), "application"),
        (ApplicationMissing(), "application"),
        (FieldInvalid({"title": ["Title must not be empty."]}), "title"),
        (FieldInvalid({"files_announced": ["A ticket takes up to 20 files."]}), "files_announced"),
        (RoleNotAssigned(), "__all__"),
    ],
    ids=lambda value: getattr(value, "code", value),
)
def test_a_services_refusal_lands_where_it_belongs(told, refusal, field):
    """What changed between the form's own check and the service's: retired, renamed, role taken away."""
    form = RaiseForm(told)
    assert form.is_valid()

    form.refuse(refusal)

    assert list(form.errors) == [field]


def test_hostile_text_is_kept_and_shown_as_text(client, reporter, told):
    client.post("/my/new/", told | {"title": HOSTILE + "\r\nBcc: x@y.z\u202e", "description": HOSTILE + "\x00\x07"})

    ticket = Ticket.objects.get()
    assert ticket.title == HOSTILE + " Bcc: x@y.z"
    assert ticket.description == HOSTILE
    for address in (f"/my/{ticket.case_id}/raised/", f"/my/{ticket.case_id}/", "/my/"):
        page = client.get(address).content.decode()
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "onmouseover='x'" not in page
        assert "{{ 7|add:7 }}" in page


def test_hostile_text_in_a_refused_form_is_shown_as_text(client, reporter, told):
    page = client.post("/my/new/", told | {"title": HOSTILE, "description": "</textarea>" + HOSTILE, "priority": ""})

    assert "<script>alert" not in page.content.decode()
    assert "</textarea><script>" not in page.content.decode()


def test_a_body_larger_than_the_desk_accepts_is_refused_in_words(client, reporter, told):
    answer = client.post("/my/new/", told | {"description": "x" * 1_200_000})

    assert answer.status_code == 400
    assert b"This could not be read" in answer.content
    assert not Ticket.objects.exists()


def test_sending_needs_csrf(told):
    strict = Client(enforce_csrf_checks=True)
    enter(strict, ReporterFactory())

    assert strict.post("/my/new/", told).status_code == 403
    assert not Ticket.objects.exists()


def test_a_form_of_somebody_else_is_raised_in_ones_own_name(client, reporter, told):
    client.post("/my/new/", told | {"reporter": EngineerFactory().pk, "status": "resolved", "case_id": "N-EXP-1"})

    ticket = Ticket.objects.get()
    assert (ticket.reporter, ticket.status, ticket.case_id) == (reporter, "unassigned", "N-EXP-1001")


def test_everybody_with_a_role_may_raise(client, told):
    enter(client, EngineerFactory())

    assert client.post("/my/new/", told).status_code == 302


def test_raising_takes_few_statements(client, reporter, told, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        client.post("/my/new/", told)
    with django_assert_max_num_queries(12):
        client.get("/my/new/")
