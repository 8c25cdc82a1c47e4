"""The board of queues: dragged, moved by keyboard, given away, refused, in conflict, and put in the suggested order."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

ENGINEER = "Sofia Rossi"
OTHER = "Chloe Martin"


@pytest.fixture
def lined_up(desk: Desk) -> tuple[str, ...]:
    """Three tickets, one behind the other at the end of an engineer's line, as SM1 gave them."""
    return tuple(given(desk, "Tomasz Nowak") for _ in range(3))


def given(desk: Desk, master: str) -> str:
    """A new ticket that a scrum master gave to the engineer."""
    case_id = desk.raised("Laura Jensen", f"Board {uuid4().hex[:8]}")
    engineer = desk.read(ENGINEER, "me/")["id"]
    desk.call(master, f"tickets/{case_id}/assign/", assignee_id=engineer, assign_override=True)
    return case_id


def open_board(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/desk/queues/?sort=name")
    expect(column(page, ENGINEER)).to_be_visible()


def column(page: Page, engineer: str) -> Locator:
    return page.get_by_role("region", name=engineer, exact=True)


def card(page: Page, case_id: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=case_id, exact=True))


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog")


def stand(page: Page, engineer: str, *cases: str) -> None:
    """These cases come to stand in this order in this engineer's line; a column is drawn anew a moment after an answer."""
    links = column(page, engineer).get_by_role("link").filter(has_text=re.compile("|".join(cases)))
    expect(links).to_have_text(list(cases))


def save(page: Page) -> None:
    panel(page).get_by_role("button", name="Save").click()
    expect(panel(page)).to_have_count(0)


def test_a_card_is_dragged_to_another_place_and_the_effects_are_seen_before_it_is_saved(
    desk: Desk, visit: Visit, lined_up: tuple[str, ...]
) -> None:
    first, second, third = lined_up
    page = visit("Maya Fernandes")
    open_board(page, desk)
    card(page, third).scroll_into_view_if_needed()

    card(page, third).drag_to(card(page, first), target_position={"x": 40, "y": 4})

    shown = panel(page)
    expect(shown.get_by_role("heading", name=re.compile(f"{third} .* in {ENGINEER}'s line"))).to_be_visible()
    for case_id in lined_up:
        expect(shown.get_by_role("listitem").filter(has_text=case_id)).to_contain_text("expected")
    stand(page, ENGINEER, first, second, third)
    save(page)
    expect(page.get_by_text(re.compile("The new order is saved; 3 due times moved")).first).to_be_visible()
    stand(page, ENGINEER, third, first, second)
    page.reload()
    stand(page, ENGINEER, third, first, second)


def test_a_card_is_lifted_moved_and_dropped_by_keyboard_and_escape_leaves_it(
    desk: Desk, visit: Visit, lined_up: tuple[str, ...]
) -> None:
    first, second, third = lined_up
    page = visit("Maya Fernandes")
    open_board(page, desk)
    said = page.locator("[data-said]")

    card(page, second).focus()
    page.keyboard.press("Space")
    expect(said).to_contain_text(f"{second} is lifted")
    page.keyboard.press("ArrowUp")
    expect(said).to_contain_text(f"{second}, place")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Nothing was changed")
    stand(page, ENGINEER, first, second, third)

    expect(card(page, second)).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(panel(page)).to_contain_text(f"{second} last in {ENGINEER}'s line")
    save(page)
    stand(page, ENGINEER, first, third, second)
    expect(card(page, second)).to_be_focused()


def test_a_card_goes_to_another_engineer_with_a_comment_and_both_are_told(
    desk: Desk, visit: Visit, lined_up: tuple[str, ...]
) -> None:
    moved = lined_up[1]
    page = visit("Maya Fernandes")
    open_board(page, desk)

    card(page, moved).get_by_role("button", name=f"Move {moved}").click()
    page.get_by_role("menuitem", name="Move to engineer").click()
    panel(page).get_by_label("Search").fill(OTHER[:5])
    panel(page).get_by_role("button", name=re.compile(OTHER)).click()
    expect(panel(page)).to_contain_text("A reassignment says why")
    panel(page).get_by_role("button", name="Save").click()
    expect(panel(page)).to_be_visible()
    panel(page).get_by_label("Comment").fill("Chloe knows this report.")
    save(page)

    expect(column(page, OTHER)).to_contain_text(moved)
    expect(column(page, ENGINEER)).not_to_contain_text(moved)
    told = desk.mails_to({desk.people[OTHER].email}, about=moved, saying=f"Assigned to you, before with {ENGINEER}")
    left = desk.mails_to({desk.people[ENGINEER].email}, about=moved, saying=f"Now with {OTHER}")
    acts.hold_all([*told.values(), *left.values()], desk, moved, "Chloe knows this report.")


def test_the_second_of_two_on_the_board_hears_what_changed_and_loses_nothing_typed(
    desk: Desk, visit: Visit, lined_up: tuple[str, ...]
) -> None:
    first, second, third = lined_up
    maya, grace = visit("Maya Fernandes", refusals=(409,)), visit("Grace Okafor")
    open_board(maya, desk)
    open_board(grace, desk)
    _up(maya, third)
    panel(maya).get_by_label("Comment").fill("The auditors wait for it.")

    _up(grace, second)
    save(grace)
    panel(maya).get_by_role("button", name="Save").click()

    expect(panel(maya).get_by_role("alert").first).to_contain_text("changed since you loaded it")
    expect(panel(maya).get_by_role("alert").first).to_contain_text("Grace Okafor")
    expect(panel(maya).get_by_label("Comment")).to_have_value("The auditors wait for it.")
    stand(maya, ENGINEER, second, first, third)
    save(maya)
    stand(maya, ENGINEER, second, third, first)
    grace.evaluate("window.dispatchEvent(new Event('focus'))")
    column(grace, ENGINEER).get_by_role("button", name="Show").click()
    expect(column(grace, ENGINEER).get_by_text("Changed since you loaded it.")).to_be_hidden()
    stand(grace, ENGINEER, second, third, first)


def test_what_sm2_assigned_is_not_moved_by_sm1_and_says_so(desk: Desk, visit: Visit) -> None:
    case_id = given(desk, "Henrik Lund")
    page = visit("Maya Fernandes")
    open_board(page, desk)
    words = "assigned by SM2 Henrik Lund; only SM2 can change it"
    expect(card(page, case_id)).to_contain_text(words)

    card(page, case_id).focus()
    page.keyboard.press("Space")

    expect(page.get_by_text(f"{case_id}: {words}.").first).to_be_visible()
    card(page, case_id).get_by_role("button", name=f"Move {case_id}").click()
    expect(page.get_by_role("menuitem", name="Move to engineer")).to_be_disabled()
    page.keyboard.press("Escape")
    card(page, case_id).scroll_into_view_if_needed()
    card(page, case_id).hover(position={"x": 60, "y": 40})
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(*_beside(card(page, case_id), step))
    page.mouse.up()
    expect(panel(page)).to_have_count(0)
    expect(column(page, ENGINEER)).to_contain_text(case_id)


def test_the_suggested_order_is_looked_at_and_taken(desk: Desk, visit: Visit, lined_up: tuple[str, ...]) -> None:
    desk.move(timedelta(minutes=3))
    page = visit("Henrik Lund")
    open_board(page, desk)

    column(page, ENGINEER).get_by_role("button", name="Suggest order").click()
    expect(panel(page).get_by_role("heading", name=f"Suggested order for {ENGINEER}")).to_be_visible()
    wanted = [found for row in panel(page).get_by_role("row").all_inner_texts() for found in acts.CASE_ID.findall(row)]
    comment = panel(page).get_by_label("Comment")
    comment.fill("Fewer are late like this.")
    panel(page).get_by_role("button", name="Take this order").click()

    expect(panel(page)).to_have_count(0)
    stand(page, ENGINEER, *wanted)
    assert set(lined_up) <= set(wanted)


def _beside(dragged: Locator, step: int) -> tuple[float, float]:
    """Points on the way to the card above."""
    box = dragged.bounding_box()
    assert box
    return box["x"] + 60, box["y"] + 40 - step * 20


def _up(page: Page, case_id: str) -> None:
    """Ask for one place ahead by the card's menu."""
    card(page, case_id).get_by_role("button", name=f"Move {case_id}").click()
    page.get_by_role("menuitem", name="Move up").click()
    expect(panel(page).get_by_role("button", name="Save")).to_be_visible()
