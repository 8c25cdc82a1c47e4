"""The pages of the Administration: what they show, in how few statements."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.admin.audit_words import change_of
from helpdesk.models import AuditEvent, User
from helpdesk.services import people
from helpdesk.tests.admin.desk import browser
from helpdesk.tests.admin_people.desk import dialog, page_of
from tests.clock import NOON, held
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    UserFactory,
    an_assignment,
)
from workflow.roles import Role

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:helpdesk_user_changelist")
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

    history = reverse("admin:history")
    for address in (PEOPLE, f"{PEOPLE}?q=engineer&role=engineer", history, f"{history}?act=role_given", MAPPING):
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

    client.get("/desk/helpdesk/user/")  # the session notes that its person is at work, once a minute
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

    for address in (
        PEOPLE,
        reverse("admin:history"),
        page_of(odd),
        dialog("edit_roles", odd),
        dialog("set_authority", odd),
    ):
        page = client.get(address).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<b>RA" not in page


@pytest.mark.parametrize(("roles", "said"), [([], "Roles: none"), (["engineer", "sm1"], "Roles: Assignee, SM1")])
def test_roles_of_a_sign_in_are_said_in_words(roles, said):
    assert change_of(AuditEvent(act="signed_in", after={"roles": roles})) == said


@pytest.mark.parametrize(
    ("shown", "said"), [(True, "page.png (file 6), shown in the page"), (False, "page.png (file 6), downloaded")]
)
def test_a_file_that_was_fetched_is_said_by_its_name_and_how(shown, said):
    kept = {"attachment": 6, "filename": "page.png", "ticket": 63, "shown_in_page": shown}

    assert change_of(AuditEvent(act="file_download", after=kept)) == said
