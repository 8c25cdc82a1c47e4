"""What a row of a sheet means and what is wrong with one: people by object id, decisions, reporting lines (P1, P3, P5)."""

import html

import pytest

from helpdesk.models import AuditEvent, User, UserRole
from helpdesk.selectors.people import granted_roles
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_people.desk import confirm, person_row, send, sheet_of
from tests.factories import AdminFactory, EngineerFactory, RAFactory, UserFactory
from workflow.roles import Role

pytestmark = pytest.mark.django_db


def said(answer: object) -> str:
    return html.unescape(answer.content.decode())


OTHER = "11111111-1111-4111-8111-111111111111"
WRONG_ROWS = {
    "an object id is missing": ({"Entra object id": ""}, "Entra object id is empty."),
    "an object id is none": ({"Entra object id": "asha@corp.example"}, "is not an object id"),
    "a new person without a name": ({"Entra object id": OTHER, "Name": ""}, "a new person needs a name"),
    "an unknown role": ({"Roles given": "Boss"}, "Unknown role: Boss"),
    "given and withdrawn": ({"Roles given": "SM1", "Roles withdrawn": "sm1"}, "SM1: given and withdrawn at once."),
    "their own authority": ({"Reporting authority id": "SELF"}, "Nobody is their own reporting authority."),
    "an unknown authority": ({"Reporting authority id": OTHER}, "neither on the desk nor in this sheet"),
    "an authority by e-mail": ({"Reporting authority id": "rhea@corp.example"}, "is not an object id"),
    "an authority without the role": ({"Reporting authority id": "ADMIN"}, "does not hold the role"),
    "an e-mail that is none": ({"E-mail": "nobody"}, "is not an address"),
    "a name too long": ({"Name": "x" * 201}, "more than 200 characters"),
}


@pytest.mark.parametrize("case", WRONG_ROWS)
def test_a_wrong_row_is_named_with_its_reason_and_nothing_is_imported(case):
    cells, reason = WRONG_ROWS[case]
    admin, engineer = AdminFactory(), EngineerFactory()
    row = {**person_row(engineer), **cells}
    row = {
        name: {"SELF": engineer.azure_ad_id, "ADMIN": admin.azure_ad_id}.get(cell, cell) for name, cell in row.items()
    }

    answer = send(browser(admin), sheet_of([row, person_row(Name="Fine", given="SM1")]))

    assert answer.status_code == 422
    assert [one.row.number for one in answer.context_data["outcome"]["wrong"]] == [2]
    assert reason in said(answer)
    assert not AuditEvent.objects.exists()


def test_the_same_person_twice_is_wrong_in_both_rows():
    engineer = EngineerFactory()

    answer = send(browser(AdminFactory()), sheet_of([person_row(engineer), person_row(engineer, given="SM1")]))

    assert [one.row.number for one in answer.context_data["outcome"]["wrong"]] == [2, 3]


def test_people_are_known_by_object_id_and_never_by_e_mail_or_name():
    """P1."""
    client, engineer = browser(AdminFactory()), EngineerFactory(name="Asha", email="asha@corp.example")
    row = person_row(Name="Asha", given="SM1", **{"E-mail": "asha@corp.example"})

    confirm(client, send(client, sheet_of([row])))

    assert granted_roles(engineer.pk) == {Role.ENGINEER}
    assert User.objects.filter(name="Asha").count() == 2


def test_somebody_of_another_tenant_with_the_same_object_id_is_somebody_else():
    client, other = browser(AdminFactory()), EngineerFactory(tenant_id="other", username="elsewhere")

    confirm(client, send(client, sheet_of([person_row(other, given="SM1")])))

    assert granted_roles(other.pk) == {Role.ENGINEER}


def test_names_and_addresses_of_known_people_stay_entra_ids():
    client, engineer = browser(AdminFactory()), EngineerFactory(name="Asha")
    row = person_row(engineer, given="SM1", Name="Renamed", **{"E-mail": "new@corp.example"})

    confirm(client, send(client, sheet_of([row])))

    engineer.refresh_from_db()
    assert (engineer.name, engineer.email) == ("Asha", "asha@corp.example")


def test_columns_that_are_left_out_change_nothing():
    client, lead = browser(AdminFactory()), RAFactory()
    engineer = EngineerFactory(reporting_authority=lead)
    UserRole.objects.create(user=engineer, role_id="sm2", decision="given")

    answer = send(client, sheet_of([person_row(engineer)], columns=("Entra object id", "Name")))

    assert "Nothing would change" in said(answer)


def test_an_authority_may_get_the_role_in_the_same_sheet():
    client, lead, engineer = browser(AdminFactory()), UserFactory(name="Rhea"), EngineerFactory()
    rows = [person_row(engineer, authority=lead.azure_ad_id), person_row(lead, given="Reporting authority")]

    confirm(client, send(client, sheet_of(rows)))

    engineer.refresh_from_db()
    assert engineer.reporting_authority == lead


def test_an_authority_who_loses_the_role_in_the_same_sheet_is_refused():
    lead, engineer = RAFactory(), EngineerFactory()
    rows = [person_row(engineer, authority=lead.azure_ad_id), person_row(lead, withdrawn="ra")]

    assert "does not hold the role" in said(send(browser(AdminFactory()), sheet_of(rows)))
