"""The pages of the Administration: what they show, in how few statements, and to whom."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import AuditEvent, RoleMapping, User, UserRole
from helpdesk.services import audit, people
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_people.desk import CONFIRM, EXPORT, SHEET, dialog, page_of
from tests.clock import NOON, held
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    an_assignment,
)
from workflow.roles import Role

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:helpdesk_user_changelist")
AUDIT = reverse("admin:helpdesk_auditevent_changelist")
MAPPING = reverse("admin:helpdesk_rolemapping_changelist")
DIALOGS = ("edit_roles", "set_authority", "deactivate", "activate", "end_sessions")


def found(client: Client, address: str) -> list[str]:
    """The names of a list, in its order."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [person.name for person in answer.context_data["cl"].result_list]


def decide(admin: User, person: User, role: Role, decision: str | None) -> None:
    people.decide_roles(actor=admin, user=person, decisions={role: decision}, reason="Asked for", now=held.moment)


def test_people_are_listed_with_roles_and_where_they_come_from():
    admin, engineer = AdminFactory(), EngineerFactory(name="Asha", reporting_authority=RAFactory(name="Rhea"))
    decide(admin, engineer, Role.SM1, "given")
    decide(admin, engineer, Role.ENGINEER, "withdrawn")

    page = browser(admin).get(f"{PEOPLE}?q=Asha").content.decode()

    chips = re.findall(r'people-role[^>]*>(?:<s>)?([^<]+)(?:</s>)?<span class="people-source">([^<]+)', page)
    assert chips == [("SM1", "admin"), ("Assignee", "withdrawn")]
    assert "Rhea" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("role=engineer", ["Asha", "Ben"]),
        ("role=none", ["Nora"]),
        ("state=inactive", ["Ben"]),
        ("authority=missing", ["Ben"]),
        ("authority=lost", ["Asha"]),
        ("role=nonsense&state=nonsense&authority=nonsense", ["Ada", "Asha", "Ben", "Nora", "Rhea"]),
        ("q=BEN@corp", ["Ben"]),
        ("q=%27%22%25_", []),
        ("q=%00", ["Ada", "Asha", "Ben", "Nora", "Rhea"]),
    ],
)
def test_people_are_found_by_role_state_authority_and_words(query, names):
    admin = AdminFactory(name="Ada", email="ada@corp.example")
    lost = RAFactory(name="Rhea", email="rhea@corp.example")
    EngineerFactory(name="Asha", email="asha@corp.example", reporting_authority=lost)
    EngineerFactory(name="Ben", email="ben@corp.example", is_active=False)
    UserFactory(name="Nora", email="nora@corp.example")
    decide(admin, lost, Role.RA, "withdrawn")
    decide(admin, lost, Role.REPORTER, "given")

    assert found(browser(admin), f"{PEOPLE}?{query}") == names


@pytest.mark.parametrize("count", [1, 40])
def test_lists_take_the_same_few_statements_however_long(count, django_assert_max_num_queries):
    admin, lead = AdminFactory(), RAFactory()
    for _ in range(count):
        person = EngineerFactory(reporting_authority=lead)
        decide(admin, person, Role.SM1, "given")
    client = browser(admin)
    client.get(PEOPLE)

    for address in (PEOPLE, f"{PEOPLE}?q=engineer&role=engineer", AUDIT, f"{AUDIT}?act=role_given&person=Eng", MAPPING):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_a_list_shows_twenty_five_rows():
    for _ in range(30):
        UserFactory()

    assert len(found(browser(AdminFactory()), PEOPLE)) == 25


def test_the_page_of_a_person_tells_roles_holdings_and_history(django_assert_max_num_queries):
    admin, lead, engineer = AdminFactory(), RAFactory(name="Rhea"), EngineerFactory(name="Asha")
    decide(admin, engineer, Role.ENGINEER, "withdrawn")
    decide(admin, engineer, Role.ENGINEER, None)
    ticket = an_assignment(engineer=engineer).ticket
    people.set_reporting_authority(actor=admin, engineer=engineer, authority=lead, reason="March", now=NOON)
    client = browser(admin)

    with django_assert_max_num_queries(12):
        page = client.get(page_of(engineer)).content.decode()

    for said in (ticket.case_id, "Rhea", "Reporting authority set", "Role withdrawn", "none → Rhea", "March"):
        assert said in page
    assert "held (Entra ID) → not held (admin)" in page
    assert "Asha" in client.get(page_of(lead)).content.decode()


def test_a_person_who_cannot_work_is_marked_with_the_way_forward():
    admin, engineer = AdminFactory(), EngineerFactory()
    an_assignment(engineer=engineer)
    decide(admin, engineer, Role.ENGINEER, "withdrawn")

    page = browser(admin).get(page_of(engineer)).content.decode()

    assert "the way forward is to reassign them" in page


def test_hostile_names_are_text_everywhere():
    admin = AdminFactory(name='<script>alert("a")</script>')
    odd = EngineerFactory(name='"><img src=x onerror=alert(1)>{{ 7 }}', email="")
    people.set_reporting_authority(
        actor=admin, engineer=odd, authority=RAFactory(name="<b>RA</b>"), reason="<i>", now=NOON
    )
    client = browser(admin)

    for address in (PEOPLE, AUDIT, page_of(odd), dialog("edit_roles", odd), dialog("set_authority", odd)):
        page = client.get(address).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<b>RA" not in page


def test_the_audit_trail_says_who_did_what_about_whom_from_what_to_what_and_why():
    admin, person = AdminFactory(name="Ada"), EngineerFactory(name="Asha")
    decide(admin, person, Role.SM2, "given")
    audit.note(
        act="mapping_deleted",
        actor=None,
        subject_label="group id 1",
        before={"claim": "groups", "value": "1", "role": "sm1"},
        now=NOON,
    )

    page = browser(admin).get(AUDIT).content.decode()

    for said in ("Ada", "Asha", "Role given", "SM2: not held (Entra ID) → held (admin)", "Asked for"):
        assert said in page
    assert "group id 1 gives SM1 → deleted" in page
    assert "the system" in page


@pytest.mark.parametrize(
    ("query", "acts"),
    [
        ("act=role_given", ["role_given"]),
        ("act=nonsense", ["person_deactivated", "role_given"]),
        ("person=Asha", ["role_given"]),
        ("person=ada", ["person_deactivated", "role_given"]),
        ("person=ben@corp.example", ["person_deactivated"]),
        ("person=%00", ["person_deactivated", "role_given"]),
        ("timestamp_from=2026-03-05", ["person_deactivated"]),
        ("timestamp_to=2026-03-04", ["role_given"]),
        ("timestamp_from=2026-03-04&timestamp_to=2026-03-05", ["person_deactivated", "role_given"]),
        ("timestamp_from=nonsense", ["person_deactivated", "role_given"]),
        ("q=left", ["person_deactivated"]),
    ],
)
def test_the_audit_trail_is_narrowed_by_act_person_day_and_words(query, acts):
    admin = AdminFactory(name="Ada")
    decide(admin, EngineerFactory(name="Asha"), Role.SM2, "given")
    held.forward(hours=24)
    ben = EngineerFactory(name="Ben", email="ben@corp.example")
    people.set_active(actor=admin, user=ben, is_active=False, reason="Left", now=held.moment)

    answer = browser(admin).get(f"{AUDIT}?{query}")

    assert [event.act for event in answer.context_data["cl"].result_list] == acts


def every_address(person: User, mapping: RoleMapping) -> list[str]:
    return [
        PEOPLE, AUDIT, MAPPING, page_of(person), reverse(SHEET),
        *(dialog(name, person) for name in DIALOGS),
        reverse("admin:helpdesk_rolemapping_add_mapping"),
        reverse("admin:helpdesk_rolemapping_edit_mapping", args=(mapping.pk,)),
        reverse("admin:helpdesk_rolemapping_delete_mapping", args=(mapping.pk,)),
    ]  # fmt: skip


def test_looking_at_every_page_and_dialog_changes_nothing():
    person, mapping, client = EngineerFactory(), RoleMapping.objects.first(), browser(AdminFactory())
    before = (AuditEvent.objects.count(), RoleMapping.objects.count(), list(UserRole.objects.values_list()))

    for address in every_address(person, mapping):
        sent = {} if address in {PEOPLE, AUDIT, MAPPING} else {"_form_submitted": "on", "reason": "x", "sm1": "given"}
        assert client.get(address, sent).status_code == 200, address

    assert before == (AuditEvent.objects.count(), RoleMapping.objects.count(), list(UserRole.objects.values_list()))
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.parametrize(
    "roles", [["reporter"], ["sm1"], ["sm2"], ["engineer"], ["ra"], ["reporter", "sm1", "sm2", "engineer", "ra"]]
)
def test_all_of_it_is_for_admins_only(roles):
    person, mapping, client = EngineerFactory(), RoleMapping.objects.first(), browser(UserFactory(roles=roles))
    sent = {"_form_submitted": "on", "reason": "x", "seen": "{}", "kind": "csv"}

    for address in every_address(person, mapping):
        assert client.get(address).status_code == 403, address
        assert client.post(address, sent).status_code == 403, address
    for name in (CONFIRM, EXPORT):
        assert client.post(reverse(name), sent).status_code == 403
    assert not AuditEvent.objects.exists()


def test_missing_people_and_rows_answer_404():
    client = browser(AdminFactory())

    for reference in ("0", "abc", "9" * 25):
        assert client.get(f"/desk/helpdesk/user/{reference}/change/").status_code == 404
        assert client.get(f"/desk/helpdesk/user/{reference}/roles/").status_code == 404
        assert client.get(f"/desk/helpdesk/rolemapping/{reference}/edit/").status_code == 404
    assert client.get(f"/desk/helpdesk/rolemapping/{RoleMapping.objects.first().pk}/change/").status_code == 404
    audit.note(act="settings_saved", actor=None, now=NOON)
    assert client.get(f"/desk/helpdesk/auditevent/{AuditEvent.objects.get().pk}/change/").status_code == 404


def test_administration_opens_with_people():
    assert browser(AdminFactory()).get("/desk/").url == PEOPLE


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_export_and_confirmation_are_posts(method):
    client = browser(AdminFactory())

    for name in (CONFIRM, EXPORT):
        assert getattr(client, method)(reverse(name)).status_code == 405


def test_scrum_masters_find_the_tickets_of_somebody_who_left():
    """P8."""
    master, engineer = SM1Factory(), EngineerFactory()
    ticket = an_assignment(engineer=engineer).ticket
    client = browser(master, workspace="triage_sm1")
    address = "/desk/helpdesk/ticket/?bucket=engineer_inactive"

    def sidebar() -> dict[str, str]:
        groups = client.get("/desk/helpdesk/ticket/?bucket=open").context_data["sidebar_navigation"]
        return {item["title"]: item.get("badge", "") for group in groups for item in group["items"]}

    assert "Engineer inactive" not in sidebar()
    people.set_active(actor=AdminFactory(), user=engineer, is_active=False, reason="Left", now=NOON)

    assert sidebar()["Engineer inactive"] == "1"
    assert ticket.case_id in client.get(address).content.decode()


def test_a_deactivated_person_is_refused_at_their_next_click_and_call(client):
    """P8, P6: by page and by API, with a session that was open."""
    person, admin = ReporterFactory(), AdminFactory()
    client.force_login(person)
    assert client.get("/my/").status_code == 200
    assert client.get("/api/me/").status_code == 200

    people.set_active(actor=admin, user=person, is_active=False, reason="Left", now=NOON)

    assert client.get("/my/").status_code == 302
    assert client.get("/api/me/").status_code == 401
    people.set_active(actor=admin, user=person, is_active=True, reason="Back", now=NOON)
    assert client.get("/my/").status_code == 302


def test_a_withdrawn_role_counts_from_the_next_click(client):
    person, admin = SM1Factory(), AdminFactory()
    client.force_login(person)
    assert client.get("/desk/helpdesk/ticket/?bucket=unassigned").status_code == 200

    decide(admin, person, Role.SM1, "withdrawn")

    assert client.get("/desk/helpdesk/ticket/?bucket=unassigned").status_code == 403
    assert client.get("/api/me/").status_code == 403


def test_ended_sessions_are_over_in_every_browser_and_one_may_sign_in_again():
    person, admin = SM1Factory(), AdminFactory()
    first, second = browser(person), browser(person)

    people.end_sessions(actor=admin, user=person, reason="Lost a laptop", now=NOON)

    for client in (first, second):
        assert client.get("/desk/helpdesk/ticket/?bucket=unassigned").status_code == 302
    again = browser(User.objects.get(pk=person.pk))
    assert again.get("/desk/helpdesk/ticket/?bucket=unassigned").status_code == 200
