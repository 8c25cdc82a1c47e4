"""Import and export of people: looked through first, then as a whole or not at all, every row through the services."""

import html
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.admin import sheets
from helpdesk.models import AuditEvent, ImportDraft, User
from helpdesk.selectors.people import granted_roles
from helpdesk.services import people
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_people.desk import COLUMNS, CONFIRM, EXPORT, SHEET, confirm, person_row, send, sheet_of
from tests.clock import NOON, held
from tests.factories import AdminFactory, EngineerFactory, RAFactory, UserFactory
from workflow.roles import Role

pytestmark = pytest.mark.django_db


def said(answer: object) -> str:
    return html.unescape(answer.content.decode())


def exported(client: object, kind: str = "xlsx") -> bytes:
    answer = client.post(reverse(EXPORT), {"kind": kind})
    assert answer.status_code == 200
    return answer.content


def test_a_sheet_shows_what_would_change_and_changes_nobody_until_it_is_confirmed():
    admin, lead, engineer = AdminFactory(), RAFactory(name="Rhea"), EngineerFactory(name="Asha")
    client = browser(admin)
    rows = [
        person_row(engineer, given="SM1", withdrawn="Assignee", authority=lead.azure_ad_id),
        person_row(Name="Nina", given="engineer; ra", authority=engineer.azure_ad_id),
    ]
    rows[1]["Reporting authority id"] = lead.azure_ad_id

    preview = send(client, sheet_of(rows))

    page = said(preview)
    for line in ("SM1 given", "Assignee withdrawn", "Reporting authority: Rhea", "New person", "Nina"):
        assert line in page
    assert not AuditEvent.objects.exists()
    assert User.objects.count() == 3

    answer = confirm(client, preview)

    assert answer.url == reverse("admin:helpdesk_user_changelist")
    engineer.refresh_from_db()
    nina = User.objects.get(name="Nina")
    assert (engineer.reporting_authority, nina.reporting_authority) == (lead, lead)
    assert (granted_roles(engineer.pk), granted_roles(nina.pk)) == ({Role.SM1}, {Role.ENGINEER, Role.RA})
    assert not nina.has_usable_password()
    assert not ImportDraft.objects.exists()


def test_every_imported_change_is_recorded_by_itself_with_the_reason():
    """P4."""
    admin, engineer = AdminFactory(), EngineerFactory()
    client = browser(admin)

    confirm(client, send(client, sheet_of([person_row(engineer, given="SM1, SM2"), person_row(Name="Nina")])))

    events = AuditEvent.objects.order_by("pk")
    assert sorted(event.act for event in events) == ["people_imported", "person_added", "role_given", "role_given"]
    assert {(event.actor, event.reason) for event in events} == {(admin, "March")}
    summary = events.get(act="people_imported")
    assert (summary.subject_label, summary.after) == ("people.xlsx", {"added": 1, "changed": 1, "unchanged": 0})


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_goes_out_comes_in_without_a_change(kind):
    admin = AdminFactory(name="=1+1")
    person = EngineerFactory(name="'t Hooft", reporting_authority=RAFactory(name="-x"))
    people.decide_roles(
        actor=admin, user=person, decisions={Role.SM1: "given", Role.RA: "withdrawn"}, reason="x", now=NOON
    )
    client = browser(admin)

    answer = send(client, exported(client, kind), f"people.{kind}")

    assert "Nothing would change: all 3 people" in said(answer)
    assert not ImportDraft.objects.exists()


def test_the_export_is_recorded_and_leaves_out_local_accounts():
    admin = AdminFactory()
    UserFactory(name="Glass", azure_ad_id="", tenant_id="", username="glass")

    dataset = sheets.read("people.csv", exported(browser(admin), "csv"))

    assert dataset["Name"] == [admin.name]
    event = AuditEvent.objects.get()
    assert (event.act, event.actor, event.after) == ("people_exported", admin, {"people": 1, "as": "csv"})


def test_an_export_takes_few_statements_however_many_people(django_assert_max_num_queries):
    for _ in range(30):
        EngineerFactory(reporting_authority=RAFactory())
    client = browser(AdminFactory())

    with django_assert_max_num_queries(16):
        exported(client)


def test_five_thousand_rows_of_which_three_are_wrong_import_nothing_and_name_the_rows():
    client = browser(AdminFactory())
    rows = [person_row(Name=f"Person {n}", given="Assignee") for n in range(sheets.MAX_ROWS)]
    rows[10]["Roles given"] = "Boss"
    rows[2499]["Entra object id"] = "12"
    rows[4999]["Reporting authority id"] = str(uuid4())

    answer = send(client, sheet_of(rows))

    assert answer.status_code == 422
    outcome = answer.context_data["outcome"]
    assert [one.row.number for one in outcome["wrong"]] == [12, 2501, 5001]
    page = said(answer)
    assert "3 of 5,000 rows" in page
    assert "Unknown role: Boss" in page
    assert '"12" is not an object id' in page
    assert (User.objects.count(), AuditEvent.objects.count(), ImportDraft.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("rows", [500, pytest.param(sheets.MAX_ROWS, marks=pytest.mark.load)])
def test_a_sheet_is_imported_as_a_whole_in_few_statements(rows):
    lead, client = RAFactory(), browser(AdminFactory())
    content = sheet_of(
        [person_row(Name=f"Person {n}", given="Assignee", authority=lead.azure_ad_id) for n in range(rows)]
    )
    preview = send(client, content)

    with CaptureQueriesContext(connection) as statements:
        confirm(client, preview)

    assert User.objects.holding(Role.ENGINEER).filter(reporting_authority=lead).count() == rows
    assert AuditEvent.objects.count() == 3 * rows + 1
    assert len(statements) < 120


def test_a_sheet_that_leaves_no_admin_is_refused_in_words():
    admin = AdminFactory(name="Ada")

    answer = send(browser(admin), sheet_of([person_row(admin, withdrawn="Admin")]))

    assert "Ada is the last active admin" in said(answer)
    assert granted_roles(admin.pk) == {Role.ADMIN}


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ((*COLUMNS, "Salary"), "Unknown column: Salary."),
        (COLUMNS[1:], "people are known by it alone"),
        ((*COLUMNS[:4], COLUMNS[5]), "belong together"),
    ],
    ids=["unknown", "without ids", "half of the roles"],
)
def test_a_sheet_with_other_columns_is_refused(columns, reason):
    row = {**person_row(Name="Nina"), "Salary": "1"}

    answer = send(browser(AdminFactory()), sheet_of([row], columns=columns))

    assert answer.status_code == 422
    assert reason in said(answer)


@pytest.mark.parametrize(
    ("name", "content", "reason", "sentence"),
    [
        ("people.xlsx", b"x", "March", "This is not an Excel file"),
        ("people.csv", b"", "March", "The file is empty."),
        ("people.csv", b"a" * (sheets.MAX_BYTES + 1), "March", "larger than 2 MB"),
        ("people.csv", b"Name\nNina", "", "Please give a reason"),
        ("people.csv", b"Entra object id\nx", " \u200b", "Please give a reason"),
    ],
    ids=["no excel", "empty", "too large", "no reason", "a reason nobody sees"],
)
def test_what_is_wrong_with_the_file_or_the_reason_is_said_at_its_field(name, content, reason, sentence):
    answer = send(browser(AdminFactory()), content, name, reason)

    assert answer.status_code == 422
    assert sentence in said(answer)
    assert not ImportDraft.objects.exists()


def test_a_preview_is_its_owners_lives_an_hour_and_is_used_once():
    admin, other, engineer = AdminFactory(), AdminFactory(), EngineerFactory()
    client = browser(admin)
    preview = send(client, sheet_of([person_row(engineer, given="SM1")]))

    assert confirm(browser(other), preview).url == reverse(SHEET)
    held.set(NOON + timedelta(minutes=61))
    assert confirm(client, preview).url == reverse(SHEET)
    assert granted_roles(engineer.pk) == {Role.ENGINEER}
    held.set(NOON)
    for _ in range(2):
        confirm(client, preview)
    assert AuditEvent.objects.filter(act="role_given").count() == 1


@pytest.mark.parametrize("draft", ["", "x", "00000000-0000-4000-8000-000000000001", "' OR 1=1"])
def test_a_draft_that_is_none_imports_nothing(draft):
    answer = browser(AdminFactory()).post(reverse(CONFIRM), {"draft": draft})

    assert answer.url == reverse(SHEET)


def test_what_changed_since_the_preview_is_judged_again():
    admin, lead, engineer = AdminFactory(), RAFactory(), EngineerFactory()
    client = browser(admin)
    preview = send(client, sheet_of([person_row(engineer, given="SM1", authority=lead.azure_ad_id)]))
    people.decide_roles(actor=admin, user=lead, decisions={Role.RA: "withdrawn"}, reason="x", now=NOON)

    answer = confirm(client, preview)

    assert "does not hold the role" in said(answer)
    assert granted_roles(engineer.pk) == {Role.ENGINEER}
    engineer.refresh_from_db()
    assert engineer.reporting_authority is None


def test_hostile_cells_are_text_on_the_preview():
    odd = '<script>alert(1)</script>"><img src=x>'

    page = send(browser(AdminFactory()), sheet_of([person_row(Name=odd, given="SM1")])).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_sending_and_confirming_need_the_token_of_a_page():
    client = browser(AdminFactory(), enforce_csrf_checks=True)
    file = SimpleUploadedFile("people.csv", b"x")

    assert client.post(reverse(SHEET), {"file": file, "reason": "x"}).status_code == 403
    assert client.post(reverse(CONFIRM), {"draft": str(uuid4())}).status_code == 403
    assert client.post(reverse(EXPORT), {"kind": "csv"}).status_code == 403


@pytest.mark.parametrize("kind", ["", "ods", "json", "../x"])
def test_people_go_out_as_excel_or_csv_only(kind):
    answer = browser(AdminFactory()).post(reverse(EXPORT), {"kind": kind})

    assert answer.url == reverse(SHEET)
    assert not AuditEvent.objects.exists()
