"""Who may be here changes while they are here: roles withdrawn, people shut out, what Entra ID claims and what an admin decides."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

ADMIN = "Ines Almeida"
NOT_YOURS = "This is not yours to do, or the page is too old. Nothing was changed; please reload the page."
BACK = "What you typed before signing in again is back."
WAYS = {
    "added": ("roles", "engineer", "sm2"),
    "removed": ("roles", "engineer"),
    "none": ("none",),
    "absent": ("absent",),
    "overage": ("overage",),
}


def test_a_role_withdrawn_counts_from_the_next_click_and_costs_no_word(
    desk: Desk, visit: Visit, restored: Callable[[str], None]
) -> None:
    restored("Maya Fernandes")
    case_id = desk.raised("Yuki Tanaka", _unique("Rota is printed twice"))
    admin, maya = visit(ADMIN), visit("Maya Fernandes", refusals=(403,))
    acts.open_ticket(maya, desk, case_id)
    typed = "It was printed on purpose."
    withdraw = acts.press(maya, "Withdraw")
    withdraw.get_by_label("Reason").fill(typed)

    _decide(admin, desk, "Maya Fernandes", "SM1", "Withdrawn")
    withdraw.get_by_role("button", name="Withdraw").click()
    expect(withdraw.get_by_role("alert")).to_have_text(NOT_YOURS)
    expect(withdraw.get_by_label("Reason")).to_have_value(typed)

    maya.goto(f"{desk.url}/desk/helpdesk/ticket/?bucket=unassigned")
    expect(maya.get_by_role("heading", name="Role not assigned")).to_be_visible()
    expect(maya.get_by_role("link", name="ines.almeida@corp.example")).to_be_visible()
    acts.open_list(admin, desk, "unassigned")
    expect(acts.row(admin, case_id)).to_have_count(1)
    _is_on_record(admin, desk, "Role withdrawn", "Maya Fernandes")

    _decide(admin, desk, "Maya Fernandes", "SM1", "Entra ID decides")
    acts.open_ticket(maya, desk, case_id)
    expect(maya.get_by_role("button", name="Assign", exact=True)).to_be_visible()


def test_who_keeps_another_role_is_told_what_is_not_theirs_any_more(
    desk: Desk, visit: Visit, restored: Callable[[str], None]
) -> None:
    restored("Leila Haddad")
    admin, leila = visit(ADMIN), visit("Leila Haddad", refusals=(403,))
    acts.open_list(leila, desk, "unassigned")

    _decide(admin, desk, "Leila Haddad", "SM1", "Withdrawn")
    leila.get_by_role("button", name="Triage (SM1)").click()

    expect(leila.get_by_role("heading", name="This is not yours to open")).to_be_visible()
    leila.get_by_role("link", name="To my work").click()
    assert leila.url == f"{desk.url}/desk/my-work/"
    tabs = leila.get_by_role("form", name="Workspaces")
    expect(tabs.get_by_role("button", name="My work")).to_be_visible()
    expect(tabs.get_by_role("button", name="Triage (SM1)")).to_have_count(0)


def test_somebody_shut_out_signs_in_anew_once_they_are_back_and_finds_what_they_typed(
    desk: Desk, visit: Visit, restored: Callable[[str], None]
) -> None:
    restored("Tomasz Nowak")
    case_id = desk.raised("Laura Jensen", _unique("Stamp is upside down"))
    admin, tomasz = visit(ADMIN), visit("Tomasz Nowak", refusals=(403,))
    typed = "Stamps are meant to be upside down."
    acts.open_ticket(tomasz, desk, case_id)
    withdraw = acts.press(tomasz, "Withdraw")
    withdraw.get_by_label("Reason").fill(typed)

    _press_on_person(admin, desk, "Tomasz Nowak", "Deactivate")
    withdraw.get_by_role("button", name="Withdraw").click()
    _choose_at_provider(tomasz, "Tomasz Nowak")
    expect(tomasz.get_by_role("heading", name="Your account is not active here")).to_be_visible()
    _press_on_person(admin, desk, "Tomasz Nowak", "Activate")

    tomasz.goto(f"{desk.url}/tickets/{case_id}/")
    _choose_at_provider(tomasz, "Tomasz Nowak")
    again = acts.press(tomasz, "Withdraw")
    expect(again.get_by_label("Reason")).to_have_value(typed)
    expect(again.get_by_role("status")).to_have_text(BACK)
    again.get_by_role("button", name="Cancel").click()


def test_a_time_typed_on_my_work_outlives_its_session(desk: Desk, visit: Visit) -> None:
    case_id = desk.raised("Samuel Mensah", _unique("Scales show pounds"))
    master = visit("Henrik Lund")
    acts.open_ticket(master, desk, case_id)
    assign = acts.press(master, "Assign")
    free = acts.engineers(assign, busy=False)[0]
    acts.choose(assign, free)
    acts.closed(master)
    page = visit(free)
    page.goto(f"{desk.url}/desk/my-work/")
    page.get_by_label("Hours", exact=True).fill("3")
    page.get_by_label("Minutes", exact=True).fill("20")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Commit and start").click()
    _choose_at_provider(page, free)
    expect(page.get_by_role("status").filter(has_text=BACK)).to_be_visible()
    expect(page.get_by_label("Hours", exact=True)).to_have_value("3")
    expect(page.get_by_label("Minutes", exact=True)).to_have_value("20")
    expect(acts.piece_of_work(page, case_id)).to_contain_text("Due ")
    page.get_by_role("button", name="Commit and start").click()
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text(BACK)).to_have_count(0)
    resolve = acts.dialog(page, "Resolve")
    resolve.get_by_label("Resolution note").fill("They show kilograms.")
    resolve.get_by_role("button", name="Resolve", exact=True).click()
    acts.closed(page)


@pytest.mark.parametrize("way", WAYS)
def test_what_an_admin_decided_survives_every_sign_in(
    desk: Desk, visit: Visit, enter: Visit, restored: Callable[[str], None], claims: Callable[..., None], way: str
) -> None:
    """Sofia is claimed an engineer; an admin gave her SM1 and withdrew that (P3)."""
    restored("Sofia Rossi")
    admin, sofia = visit(ADMIN), "Sofia Rossi"
    _decide(admin, desk, sofia, "SM1", "Given")
    _decide(admin, desk, sofia, "Assignee", "Withdrawn")
    claims(sofia, *WAYS[way])

    page = enter(sofia)

    expected = ["Triage (SM1)", "Triage (SM2)"] if way == "added" else ["Triage (SM1)"]
    _has_tabs(page, expected)


@pytest.mark.parametrize(
    ("way", "tabs"),
    [("added", ["Triage (SM2)", "My work"]), ("removed", ["My work"]), ("none", []), ("overage", ["My work"])],
)
def test_without_a_decision_the_claims_decide_and_an_overage_takes_nothing(
    enter: Visit, claims: Callable[..., None], way: str, tabs: list[str]
) -> None:
    name = "Mateo Silva"
    claims(name, "usual")
    enter(name)
    claims(name, *WAYS[way])

    page = enter(name, refusals=(403,))

    if not tabs:
        expect(page.get_by_role("heading", name="Role not assigned")).to_be_visible()
    else:
        _has_tabs(page, tabs)


def test_what_entra_claims_is_changed_by_a_command_too(desk: Desk) -> None:
    email = desk.people["Mateo Silva"].email

    changed = desk.manage("demo_claims", email, "--roles", "engineer", "sm2")

    assert "Mateo Silva signs in with engineer, sm2." in changed
    assert "Mateo Silva signs in as usual." in desk.manage("demo_claims", email, "--usual")


def test_the_last_admin_cannot_withdraw_their_own_role(desk: Desk, visit: Visit) -> None:
    page = visit(ADMIN)
    roles = _open_roles(page, desk, ADMIN)
    _choose_role(roles, "Admin", "Withdrawn")
    roles.get_by_label("Reason").fill("On holiday")
    roles.get_by_role("button", name="Save").click()

    expect(roles.get_by_role("alert")).to_contain_text(f"{ADMIN} is the last active admin.")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(ADMIN)


def test_the_break_glass_door_is_closed(desk: Desk, come: Visit) -> None:
    page = come("Nobody", refusals=(404,))
    page.goto(f"{desk.url}/sign-in/")
    expect(page.get_by_role("button")).to_have_count(1)

    answer = page.goto(f"{desk.url}/sign-in/local/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_label("Password")).to_have_count(0)


@pytest.fixture
def claims(desk: Desk, enter: Visit) -> Iterator[Callable[..., None]]:
    """Change what Entra ID says of somebody for one story; their sign-in after it brings back what it took."""
    changed: set[str] = set()

    def change(name: str, *way: str) -> None:
        changed.add(name)
        desk.claim(name, *way)

    yield change
    for name in changed:
        desk.claim(name, "usual")
        enter(name)


@pytest.fixture
def restored(desk: Desk, visit: Visit) -> Iterator[Callable[[str], None]]:
    """Whatever an admin decides of the people named in a story is left to Entra ID again after it, however it ends."""
    named: list[str] = []
    yield named.append
    admin = visit(ADMIN)
    for name in named:
        _leave_to_entra(admin, desk, name)
        _open_person(admin, desk, name)
        if admin.get_by_role("button", name="Activate", exact=True).count():
            _press_on_person(admin, desk, name, "Activate")


def _unique(words: str) -> str:
    return f"{words} {uuid4().hex[:8]}"


def _has_tabs(page: Page, expected: list[str]) -> None:
    """The workspaces of the desk in the bar, in their order."""
    expect(page.get_by_role("form", name="Workspaces").get_by_role("button")).to_have_text(expected)


def _choose_at_provider(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("button", name=name).click()


def _open_person(admin: Page, desk: Desk, name: str) -> None:
    admin.goto(f"{desk.url}/desk/helpdesk/user/?q={name}")
    admin.get_by_role("link", name=name).first.click()
    expect(admin.get_by_role("heading", level=1)).to_have_text(name)


def _open_roles(admin: Page, desk: Desk, name: str) -> Locator:
    _open_person(admin, desk, name)
    admin.get_by_role("button", name="Give or withdraw roles").click()
    return acts.dialog(admin, f"Roles of {name}")


def _choose_role(roles: Locator, role: str, choice: str) -> None:
    roles.get_by_role("radio", name=f"{role}: {choice}").check()


def _decide(admin: Page, desk: Desk, name: str, role: str, choice: str) -> None:
    roles = _open_roles(admin, desk, name)
    _choose_role(roles, role, choice)
    _send(admin, roles, "Save")


def _leave_to_entra(admin: Page, desk: Desk, name: str) -> None:
    """Every role of somebody, where an admin decided any."""
    roles = _open_roles(admin, desk, name)
    rings = roles.get_by_role("radio", name="Entra ID decides")
    decided = [ring for ring in rings.all() if not ring.is_checked()]
    for ring in decided:
        ring.check()
    if decided:
        _send(admin, roles, "Save")


def _press_on_person(admin: Page, desk: Desk, name: str, act: str) -> None:
    _open_person(admin, desk, name)
    admin.get_by_role("button", name=act, exact=True).click()
    _send(admin, acts.dialog(admin, f"{act} {name}"), act)


def _send(admin: Page, dialog: Locator, button: str) -> None:
    dialog.get_by_label("Reason").fill("Asked for by her lead")
    dialog.get_by_role("button", name=button, exact=True).click()
    acts.closed(admin)


def _is_on_record(admin: Page, desk: Desk, act: str, name: str) -> None:
    admin.goto(f"{desk.url}/desk/history/")
    row = admin.get_by_role("row").filter(has_text=act).filter(has_text=name).first
    expect(row).to_contain_text("Asked for by her lead")
