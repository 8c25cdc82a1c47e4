"""The dialogs about people and the mapping: one service call each, refusals in words where they were asked."""

import html
import json

import pytest
from django.urls import reverse

from helpdesk.models import AuditEvent, RoleMapping, UserRole
from helpdesk.selectors.people import granted_roles
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_people.desk import choices, dialog
from tests.factories import AdminFactory, EngineerFactory, RAFactory, SM1Factory, UserFactory, an_assignment
from workflow.roles import Role

pytestmark = pytest.mark.django_db

HX = {"headers": {"HX-Request": "true"}}


def said(answer: object) -> str:
    return html.unescape(answer.content.decode())


def test_roles_are_given_withdrawn_and_left_to_entra_in_one_dialog():
    admin, person = AdminFactory(), EngineerFactory()
    client = browser(admin, **HX)

    answer = client.post(dialog("edit_roles", person), choices(sm1="given", engineer="withdrawn"))

    assert "HX-Redirect" in answer.headers
    assert granted_roles(person.pk) == {Role.SM1}
    assert set(AuditEvent.objects.values_list("act", "reason")) == {
        ("role_given", "Asked for"),
        ("role_withdrawn", "Asked for"),
    }
    seen = json.dumps({"sm1": "given", "engineer": "withdrawn"})
    client.post(dialog("edit_roles", person), choices(seen=seen))
    assert granted_roles(person.pk) == {Role.ENGINEER}


def test_the_record_carries_the_id_of_the_request_that_did_it():
    client = browser(AdminFactory(), headers={"HX-Request": "true", "X-Request-ID": "abc-12345678"})

    client.post(dialog("edit_roles", UserFactory()), choices(sm1="given"))

    assert AuditEvent.objects.get().request_id == "abc-12345678"


def test_the_dialog_shows_what_entra_claims_and_what_was_decided():
    person = EngineerFactory()
    UserRole.objects.create(user=person, role_id="sm1", decision="given")

    page = said(browser(AdminFactory()).get(dialog("edit_roles", person)))

    assert "claims it" in page
    assert "by an admin" in page
    assert '"sm1": "given"' in page


def test_roles_need_a_reason_and_what_was_chosen_stays():
    admin, person = AdminFactory(), UserFactory()

    page = said(browser(admin).post(dialog("edit_roles", person), choices(reason=" ", sm1="given")))

    assert "Please give a reason" in page
    assert 'value="given" id="id_sm1_1" checked' in page.replace("required ", "").replace("  ", " ")
    assert not AuditEvent.objects.exists()


def test_a_dialog_in_which_nothing_was_changed_says_so():
    page = said(browser(AdminFactory()).post(dialog("edit_roles", UserFactory()), choices()))

    assert "Nothing is changed yet" in page


@pytest.mark.parametrize("seen", ["", "[]", "nonsense", '"x"'])
def test_an_odd_dialog_is_asked_for_again(seen):
    answer = browser(AdminFactory()).post(dialog("edit_roles", UserFactory()), choices(seen=seen, sm1="given"))

    assert answer.status_code == 200
    assert not AuditEvent.objects.exists()


def test_another_admins_decision_is_not_overwritten_silently():
    person = UserFactory()
    UserRole.objects.create(user=person, role_id="sm1", decision="withdrawn")

    page = said(browser(AdminFactory()).post(dialog("edit_roles", person), choices(sm1="given")))

    assert "Another admin changed the roles" in page
    assert granted_roles(person.pk) == frozenset()


def test_the_last_admin_is_refused_in_words_in_place():
    admin = AdminFactory(name="Ada")

    by_role = said(browser(admin).post(dialog("edit_roles", admin), choices(admin="withdrawn")))
    by_state = said(browser(admin).post(dialog("deactivate", admin), {"_form_submitted": "on", "reason": "Leaving"}))

    for page in (by_role, by_state):
        assert "Ada is the last active admin" in page
    assert "Leaving" in by_state
    assert granted_roles(admin.pk) == {Role.ADMIN}


def test_the_reporting_authority_is_chosen_among_those_who_may_be_one():
    admin, engineer, lead = AdminFactory(), EngineerFactory(), RAFactory(name="Rhea")
    RAFactory(name="Gone", is_active=False)
    client = browser(admin, **HX)

    page = said(client.get(dialog("set_authority", engineer)))
    client.post(dialog("set_authority", engineer), {"_form_submitted": "on", "authority": lead.pk, "reason": "March"})

    assert "Rhea" in page
    assert "Gone" not in page
    engineer.refresh_from_db()
    assert engineer.reporting_authority == lead


def test_wrong_authorities_are_refused_in_words_in_place():
    admin, both = AdminFactory(), UserFactory(name="Bo", roles=["engineer", "ra"])
    without, client = SM1Factory(name="Sam"), browser(admin)

    def send(authority: object) -> str:
        sent = {"_form_submitted": "on", "authority": authority, "reason": "March"}
        return said(client.post(dialog("set_authority", both), sent))

    assert "Bo cannot be their own reporting authority" in send(both.pk)
    assert "Sam does not hold the role Reporting authority" in send(without.pk)
    assert "There is no such person" in send(0)
    assert "Enter a whole number" in send("abc")
    assert not AuditEvent.objects.exists()


def test_deactivating_shows_what_they_hold_and_lead_and_activating_lets_them_in():
    admin, person = AdminFactory(), UserFactory(name="Bo", roles=["engineer", "ra"])
    EngineerFactory(name="Led", reporting_authority=person)
    ticket, client = an_assignment(engineer=person).ticket, browser(admin, **HX)

    page = said(client.get(dialog("deactivate", person)))
    assert ticket.case_id in page
    assert "Bo holds 1 open ticket." in page
    assert "reporting authority of Led" in page

    for name, active in (("deactivate", False), ("activate", True)):
        answer = client.post(dialog(name, person), {"_form_submitted": "on", "reason": "x"})
        person.refresh_from_db()
        assert ("HX-Redirect" in answer.headers, person.is_active) == (True, active)


def test_the_page_offers_what_makes_sense():
    client = browser(AdminFactory())
    active, inactive = UserFactory(), UserFactory(is_active=False)

    def offered(person: object) -> set[str]:
        page = said(client.get(reverse("admin:helpdesk_user_change", args=(person.pk,))))
        return {name for name in ("activate", "deactivate", "sessions") if f"/{name}/" in page}

    assert offered(active) == {"deactivate", "sessions"}
    assert offered(inactive) == {"activate", "sessions"}


def test_sessions_are_ended_by_dialog():
    person = SM1Factory()
    theirs = browser(person)

    browser(AdminFactory(), **HX).post(dialog("end_sessions", person), {"_form_submitted": "on", "reason": "Lost"})

    assert theirs.get("/desk/helpdesk/ticket/?bucket=open").status_code == 302


@pytest.mark.parametrize("name", ["edit_roles", "set_authority", "deactivate", "activate", "end_sessions"])
def test_dialogs_need_the_token_of_a_page(name):
    person = EngineerFactory()

    answer = browser(AdminFactory(), enforce_csrf_checks=True).post(dialog(name, person), choices(sm1="given"))

    assert answer.status_code == 403
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("field", ["is_active", "is_superuser", "is_staff", "azure_ad_id", "name", "user_permissions"])
def test_what_a_dialog_does_not_ask_for_is_never_taken(field):
    person = UserFactory()
    before = (person.is_active, person.is_superuser, person.azure_ad_id, person.name)

    browser(AdminFactory(), **HX).post(dialog("edit_roles", person), choices(sm1="given", **{field: "1"}))

    person.refresh_from_db()
    assert (person.is_active, person.is_superuser, person.azure_ad_id, person.name) == before


def test_the_mapping_is_edited_in_dialogs():
    client = browser(AdminFactory(), **HX)
    sent = {"_form_submitted": "on", "claim": "roles", "value": "Lineup.Boss", "role": "ra", "reason": "New app role"}

    client.post(reverse("admin:helpdesk_rolemapping_add_mapping"), sent)
    row = RoleMapping.objects.get(value="Lineup.Boss")
    client.post(reverse("admin:helpdesk_rolemapping_edit_mapping", args=(row.pk,)), {**sent, "role": "sm2"})
    row.refresh_from_db()
    assert row.role_id == "sm2"
    client.post(
        reverse("admin:helpdesk_rolemapping_delete_mapping", args=(row.pk,)),
        {"_form_submitted": "on", "reason": "Over"},
    )

    assert not RoleMapping.objects.filter(value="Lineup.Boss").exists()
    assert AuditEvent.objects.count() == 3


def test_a_wrong_mapping_is_refused_at_its_field_with_what_was_typed():
    sent = {"_form_submitted": "on", "claim": "groups", "value": "Engineers", "role": "engineer", "reason": "x"}

    page = said(browser(AdminFactory()).post(reverse("admin:helpdesk_rolemapping_add_mapping"), sent))

    assert "A group is named by its object id" in page
    assert 'value="Engineers"' in page
