"""The workspaces: tabs by role, one open at a time, remembered (P7)."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from helpdesk.admin.navigation import landing_of, level_of, workspace_of
from helpdesk.models import User
from helpdesk.tests.admin.desk import browser, escalated, list_of, page_of
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    SM1Factory,
    UserFactory,
    a_ticket,
    an_assignment,
)
from workflow.roles import Workspace
from workflow.states import Level

pytestmark = pytest.mark.django_db

DASHBOARD = "/desk/dashboard/"


def switch(client, workspace: str, back: str = "") -> object:
    return client.post(reverse("admin:workspace", args=(workspace,)), {"next": back})


def request_of(user: User, workspace: str = "") -> object:
    request = RequestFactory().get("/desk/")
    request.user, request.session = user, {"workspace": workspace} if workspace else {}
    return request


def test_tabs_are_those_the_roles_open_with_the_portal_first():
    person = UserFactory(roles=["engineer", "sm1", "sm2"])

    tabs = browser(person).get(list_of("open")).context_data["desk_tabs"]

    assert [tab.title for tab in tabs] == ["My tickets", "Triage (SM1)", "Triage (SM2)", "My work"]
    assert [tab.title for tab in tabs if tab.is_open] == ["Triage (SM1)"]


def test_switching_opens_the_workspace_and_remembers_it_for_next_time():
    person = UserFactory(roles=["engineer", "sm1"])

    answer = switch(browser(person), "my_work")

    assert answer.url == reverse("admin:my-work")
    person.refresh_from_db()
    assert person.last_workspace == "my_work"
    assert browser(person).get("/desk/").url == reverse("admin:my-work")


def test_switching_keeps_a_tickets_page_and_a_list_of_the_other_triage():
    person, ticket = UserFactory(roles=["engineer", "sm1", "sm2"]), a_ticket()
    client = browser(person)

    assert switch(client, "triage_sm2", list_of("resolved")).url == list_of("resolved")
    assert switch(client, "my_work", page_of(ticket)).url == page_of(ticket)
    assert switch(client, "triage_sm1", list_of("resolved")).url == DASHBOARD


@pytest.mark.parametrize("back", ["https://elsewhere.example/change/", "//elsewhere.example/change/", "/my/change/"])
def test_switching_never_leads_away_from_the_desk(back):
    assert switch(browser(SM1Factory()), "triage_sm1", back).url == DASHBOARD


def test_switching_is_a_post_with_a_token_to_a_workspace_one_holds():
    master = SM1Factory()

    assert browser(master).get(reverse("admin:workspace", args=("triage_sm1",))).status_code == 405
    assert switch(browser(master, enforce_csrf_checks=True), "triage_sm1").status_code == 403
    assert switch(browser(master), "administration").status_code == 403
    assert switch(browser(master), "nonsense").status_code == 403
    master.refresh_from_db()
    assert master.last_workspace == ""


@pytest.mark.parametrize(
    ("workspace", "level"),
    [("triage_sm1", Level.SM1), ("triage_sm2", Level.SM2), ("my_work", None), ("nonsense", Level.SM1)],
)
def test_the_level_follows_the_open_tab(workspace, level):
    person = UserFactory(roles=["engineer", "sm1", "sm2"])

    assert level_of(request_of(person, workspace)) is level


def test_a_workspace_whose_role_was_withdrawn_is_no_longer_open():
    person = UserFactory(roles=["engineer"], last_workspace="administration")

    assert workspace_of(request_of(person, "triage_sm2")) is Workspace.MY_WORK


@pytest.mark.parametrize(
    ("factory", "landing"),
    [
        (SM1Factory, DASHBOARD),
        (EngineerFactory, "/desk/my-work/"),
        (RAFactory, DASHBOARD),
        (AdminFactory, DASHBOARD),
    ],
)
def test_the_desk_begins_where_a_person_works(factory, landing):
    assert browser(factory()).get("/desk/").url == landing


def test_nobody_lands_in_a_workspace_that_is_not_there():
    assert landing_of(None) == reverse("home")


def badges(user: User, workspace: str) -> dict[str, str]:
    address = "/desk/my-work/" if workspace == "my_work" else list_of("escalated")
    answer = browser(user, workspace=workspace).get(address)
    groups = answer.context_data["sidebar_navigation"]
    return {item["title"]: item["badge"] for group in groups for item in group["items"] if "badge" in item}


def test_the_sidebar_counts_what_its_lists_begin_with():
    manager = RAFactory()
    both = UserFactory(roles=["engineer", "sm1"], reporting_authority=manager)
    escalated(engineer=both)
    escalated(engineer=EngineerFactory())
    a_ticket()
    an_assignment(engineer=both)

    assert badges(both, "triage_sm1") == {"Unassigned": "1", "All open": "4", "Escalations": "2", "Extensions": "0"}
    assert badges(both, "my_work") == {"My work": "2", "My escalations": "1"}
    assert badges(manager, "escalations") == {"Escalations": "1"}
    assert badges(AdminFactory(), "administration") == {"Unassigned": "1", "All open": "4", "Escalations": "2"}
