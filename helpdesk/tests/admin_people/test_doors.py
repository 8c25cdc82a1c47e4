"""Who gets into the Administration, what a look changes (nothing), and what a decision means at the next click (P6, P8)."""

import pytest
from django.urls import reverse

from helpdesk.models import AuditEvent, RoleMapping, User, UserRole
from helpdesk.services import people
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_people.desk import CONFIRM, EXPORT, SHEET, dialog, page_of
from tests.clock import NOON, held
from tests.entering import enter
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    an_assignment,
)
from workflow.roles import Role

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:helpdesk_user_changelist")
HISTORY = reverse("admin:history")
MAPPING = reverse("admin:helpdesk_rolemapping_changelist")
DIALOGS = ("edit_roles", "set_authority", "deactivate", "activate", "end_sessions")


def decide(admin: User, person: User, role: Role, decision: str | None) -> None:
    people.decide_roles(actor=admin, user=person, decisions={role: decision}, reason="Asked for", now=held.moment)


def every_address(person: User, mapping: RoleMapping) -> list[str]:
    return [
        PEOPLE, HISTORY, MAPPING, page_of(person), reverse(SHEET),
        *(dialog(name, person) for name in DIALOGS),
        reverse("admin:helpdesk_rolemapping_add_mapping"),
        reverse("admin:helpdesk_rolemapping_edit_mapping", args=(mapping.pk,)),
        reverse("admin:helpdesk_rolemapping_delete_mapping", args=(mapping.pk,)),
    ]  # fmt: skip


def test_looking_at_every_page_and_dialog_changes_nothing():
    person, mapping, client = EngineerFactory(), RoleMapping.objects.first(), browser(AdminFactory())
    before = (AuditEvent.objects.count(), RoleMapping.objects.count(), list(UserRole.objects.values_list()))

    for address in every_address(person, mapping):
        sent = {} if address in {PEOPLE, HISTORY, MAPPING} else {"_form_submitted": "on", "reason": "x", "sm1": "given"}
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
    assert client.get("/desk/helpdesk/auditevent/").status_code == 404


def test_administration_opens_with_the_dashboard():
    assert browser(AdminFactory()).get("/desk/").url == "/desk/dashboard/"


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
    enter(client, person)
    assert client.get("/my/").status_code == 200
    assert client.get("/api/me/").status_code == 200

    people.set_active(actor=admin, user=person, is_active=False, reason="Left", now=NOON)

    assert client.get("/my/").status_code == 302
    assert client.get("/api/me/").status_code == 401
    people.set_active(actor=admin, user=person, is_active=True, reason="Back", now=NOON)
    assert client.get("/my/").status_code == 302


def test_a_withdrawn_role_counts_from_the_next_click(client):
    person, admin = SM1Factory(), AdminFactory()
    enter(client, person)
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
