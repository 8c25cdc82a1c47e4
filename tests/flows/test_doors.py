"""The doors: where each sample person lands, which tabs they have, and what is closed to whom."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from project.demo.entra_people import sample_people
from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

TABS = {
    "sm1": "Triage (SM1)",
    "sm2": "Triage (SM2)",
    "engineer": "My work",
    "ra": "Escalations",
    "admin": "Administration",
}
PORTAL = "/my/"
DASHBOARD = "/desk/dashboard/"
LANDINGS = {
    "sm1": DASHBOARD,
    "sm2": DASHBOARD,
    "engineer": "/desk/my-work/",
    "ra": DASHBOARD,
    "admin": DASHBOARD,
}
TICKETS = ("Unassigned", "All open", "Escalations", "Resolved", "Resolved after escalation", "Withdrawn")
TRIAGE = ("Dashboard", *TICKETS[:2], "Queues", "Extensions", *TICKETS[2:])
PEOPLE = ("People", "Role mapping", "Applications", "Working hours", "Desk settings", "Reports")
LOGS = ("History", "Notifications", "Mails to admins", "Mail previews", "Background work")
SIDEBARS = {
    "sm1": TRIAGE,
    "sm2": TRIAGE,
    "engineer": ("My work", "My escalations", "Resolved", "Resolved after escalation"),
    "ra": ("Dashboard", "Escalations", "Resolved after escalation"),
    "admin": ("Dashboard", *PEOPLE, *LOGS, *TICKETS),
}
NOW_AND_THEN = "Engineer inactive"
"""Stands there only while there is something in it (P8)."""
WITH_ROLES = [person.name for person in sample_people() if person.roles]
NOBODY = "Alex Morgan"
REFUSED = ("/my/", "/my/new/", "/desk/", "/desk/my-work/", "/desk/helpdesk/ticket/", "/tickets/N-EXP-1001/")


@pytest.mark.parametrize("name", WITH_ROLES)
def test_everybody_lands_where_they_work_and_has_their_tabs_and_sidebars(desk: Desk, enter: Visit, name: str) -> None:
    page = enter(name)

    roles = [role for role in TABS if role in desk.people[name].roles]
    assert page.url == desk.url + (LANDINGS[roles[0]] if roles else PORTAL)
    assert _tabs(page, on_desk=bool(roles)) == (["My tickets", *(TABS[role] for role in roles)] if roles else [])
    for role in roles:
        _opens_its_own_sidebar(page, role)
    page.goto(f"{desk.url}{PORTAL}")
    assert _tabs(page, on_desk=False) == (["My tickets", *(TABS[role] for role in roles)] if roles else [])


def test_nobody_signed_in_is_led_to_the_sign_in_page_and_then_to_where_they_wanted(desk: Desk, come: Visit) -> None:
    page = come(NOBODY)
    for path in ("/", "/my/new/", "/desk/my-work/"):
        page.goto(f"{desk.url}{path}")
        expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()
    page.goto(f"{desk.url}/my/new/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("button", name="Laura Jensen").click()
    expect(page.get_by_role("heading", name="Raise a ticket")).to_be_visible()
    assert page.url == f"{desk.url}/my/new/"


def test_somebody_with_two_levels_switches_between_them_in_one_session(desk: Desk, enter: Visit) -> None:
    page = enter("Daniel Reyes")
    page.goto(f"{desk.url}/desk/helpdesk/ticket/?bucket=open")
    page.get_by_role("button", name="Triage (SM2)").click()
    expect(page.get_by_role("button", name="Triage (SM2)")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("heading", level=1)).to_have_text("All open")
    page.goto(desk.url)
    expect(page.get_by_role("button", name="Triage (SM2)")).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Triage (SM1)").click()
    expect(page.get_by_role("button", name="Triage (SM1)")).to_have_attribute("aria-current", "true")


def test_somebody_without_a_role_sees_one_page_and_is_refused_everywhere_else(desk: Desk, enter: Visit) -> None:
    page = enter(NOBODY, refusals=(403,))

    expect(page.get_by_role("heading", name="Role not assigned")).to_be_visible()
    expect(page.get_by_role("link", name="ines.almeida@corp.example")).to_be_visible()
    for path in REFUSED:
        answer = page.goto(f"{desk.url}{path}")
        assert answer is not None
        assert (path, answer.status) == (path, 403)
    assert page.request.get(f"{desk.api_url}/me/").status == 403
    page.goto(f"{desk.url}/my/")
    expect(page.get_by_role("heading", name="Role not assigned")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    _is_signed_out(page, desk)


@pytest.mark.parametrize(("name", "menu"), [("Yuki Tanaka", "summary"), ("Viktor Novak", "button")])
def test_signing_out_ends_the_session(desk: Desk, enter: Visit, name: str, menu: str) -> None:
    page = enter(name)
    page.locator(menu).filter(has_text=name).click()
    page.get_by_role("button", name="Sign out").click()
    _is_signed_out(page, desk)


def test_the_api_knows_the_session_and_the_bearer_and_nobody_else(desk: Desk, enter: Visit) -> None:
    leila = desk.people["Leila Haddad"]
    page = enter(leila.name)

    by_session = page.request.get(f"{desk.api_url}/me/")
    by_token = _me(desk, desk.token(leila.name))

    assert (by_session.status, by_token.status_code) == (200, 200)
    assert by_session.json() == by_token.json()
    me = by_token.json()
    assert (me["name"], me["email"], set(me["roles"])) == (leila.name, leila.email, set(leila.roles))
    expired = _me(desk, desk.manage("demo_token", leila.email, "--expired").strip())
    nobodys = _me(desk, desk.token(NOBODY))
    anonymous = requests.get(f"{desk.api_url}/me/", timeout=10)
    assert (expired.status_code, anonymous.status_code, nobodys.status_code) == (401, 401, 403)
    for refused in (expired, anonymous, nobodys):
        assert refused.headers["Content-Type"].startswith("application/problem+json")
        assert {"type", "title", "status", "detail", "code"} <= set(refused.json())


def _me(desk: Desk, token: str) -> requests.Response:
    return requests.get(f"{desk.api_url}/me/", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def _tabs(page: Page, *, on_desk: bool) -> list[str]:
    bar = page.get_by_role("form" if on_desk else "navigation", name="Workspaces")
    tabs = bar.get_by_role("link").or_(bar.get_by_role("button"))
    return [text.strip() for text in tabs.all_inner_texts()]


def _opens_its_own_sidebar(page: Page, role: str) -> None:
    """The workspace of the role shows its own entries and nothing else."""
    tab = page.get_by_role("form", name="Workspaces").get_by_role("button", name=TABS[role], exact=True)
    tab.click()
    expect(tab).to_have_attribute("aria-current", "true")
    entries = page.locator("#nav-sidebar-apps a")
    shown = [entry.locator("span").nth(1).inner_text().strip() for entry in entries.all()]
    assert tuple(one for one in shown if one != NOW_AND_THEN) == SIDEBARS[role]


def _is_signed_out(page: Page, desk: Desk) -> None:
    expect(page).not_to_have_url(re.compile(r"/(my|desk)/"))
    page.goto(f"{desk.url}/my/")
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()
    page.goto(f"{desk.url}/desk/")
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()
