"""Assigning with its consequences in view: first in line, several at once, by keyboard alone, and against SM2's authority."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

PROMPT = "Selected member is already engaged in another task"


def test_first_in_line_shows_whose_promise_moves_and_moves_it_with_the_comment(desk: Desk, visit: Visit) -> None:
    case_id = desk.raised("Hannah Weiss", _unique("Auditors cannot open the ledger"), "high")
    page = visit("Grace Okafor")
    acts.open_ticket(page, desk, case_id)
    assign = acts.press(page, "Assign")
    row = assign.get_by_role("row").filter(has_text="if first in line").first
    row.get_by_role("radio").check()
    named = acts.CASE_ID.search(row.get_by_text("if first in line").inner_text())
    assert named, "the sample has a promise that waits"
    assign.get_by_role("button", name="Assign", exact=True).click()

    expect(assign.get_by_role("heading", name=PROMPT)).to_be_focused()
    expect(assign.get_by_role("radio", name="At the end of the line")).to_be_checked()
    move = assign.get_by_role("listitem").filter(has_text=named[0]).filter(has_text="promise moves later")
    first = assign.locator(".assign-place").filter(has=page.get_by_role("radio", name="First in line"))
    told = first.get_by_role("definition").last.locator("time").get_attribute("datetime")
    later = move.locator("time").last.get_attribute("datetime")
    expect(assign.get_by_label("Comment", exact=True)).to_be_hidden()
    assign.get_by_role("radio", name="First in line").check()
    assign.get_by_role("button", name="Assign anyway").click()
    expect(assign.get_by_role("alert")).to_contain_text("Please give a comment")

    expect(assign.get_by_role("radio", name="First in line")).to_be_checked()
    assign.get_by_label("Comment", exact=True).fill("The auditors are in the house.")
    assign.get_by_role("button", name="Assign anyway").click()
    acts.closed(page)
    expect(acts.fact(page, "Place in line")).to_contain_text("1 of")
    assert _is_about(acts.fact(page, "Due"), told)
    acts.open_ticket(page, desk, named[0])
    assert _is_about(acts.fact(page, "Due"), later)
    expect(page.get_by_text("The auditors are in the house.").filter(visible=True).first).to_be_visible()


def test_three_tickets_go_to_one_engineer_in_the_chosen_order_by_keyboard_alone(desk: Desk, visit: Visit) -> None:
    word = uuid4().hex[:8]
    cases = [desk.raised("Samuel Mensah", f"Label {number} is blank {word}") for number in "123"]
    page = visit("Maya Fernandes")
    page.goto(f"{desk.url}/desk/helpdesk/ticket/?bucket=unassigned&q={word}")
    dialog = _open_by_keyboard(page, cases)

    order = [cases[0], cases[2], cases[1]]
    _press(dialog.get_by_role("button", name=f"Move {cases[2]} up"), "Enter")
    _stand(dialog, order)
    engineer = acts.engineers(dialog, busy=True)[0]
    _press(dialog.get_by_label("Find an engineer"), *engineer[:4])
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name=engineer)).to_be_focused()
    expect(dialog.get_by_role("listitem").filter(has_text="expected by")).to_have_count(3)
    _stand(dialog, order)
    shown = [one.get_by_text("expected by").inner_text() for one in dialog.get_by_role("listitem").all()]

    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name=PROMPT)).to_be_focused()
    _tab_to(page, dialog.get_by_role("button", name="Assign anyway"))
    page.keyboard.press("Enter")
    acts.closed(page)
    expect(page.get_by_text(f"3 tickets are assigned to {engineer}")).to_be_visible()
    for case_id, told in zip(order, shown, strict=True):
        acts.open_ticket(page, desk, case_id)
        expect(acts.fact(page, "Engineer")).to_contain_text(engineer)
        assert acts.clock_words(acts.fact(page, "Due")) in told


def test_a_double_click_on_several_assigns_them_once(desk: Desk, visit: Visit) -> None:
    word = uuid4().hex[:8]
    cases = [desk.raised("Samuel Mensah", f"Pallet {number} is lost {word}") for number in "12"]
    page = visit("Maya Fernandes")
    page.goto(f"{desk.url}/desk/helpdesk/ticket/?bucket=unassigned&q={word}")
    page.get_by_label("Choose all on this page").check()
    expect(page.get_by_role("status").filter(has_text="2 chosen")).to_be_visible()
    page.get_by_role("button", name="Assign to one engineer").click()
    dialog = acts.dialog(page, "Assign 2 tickets")
    engineer = acts.engineers(dialog, busy=True)[0]
    dialog.get_by_role("radio", name=engineer).check()
    dialog.get_by_role("button", name="Assign 2 tickets").click()
    dialog.get_by_role("button", name="Assign anyway").dblclick()

    acts.closed(page)
    mails = {case: desk.mails_to({desk.people[engineer].email}, about=case, saying="Assigned to you") for case in cases}
    assert {case: len(found) for case, found in mails.items()} == dict.fromkeys(cases, 1)


def test_what_sm2_took_over_is_refused_to_sm1_with_the_rule_and_the_person(desk: Desk, visit: Visit) -> None:
    case_id = desk.raised("Yuki Tanaka", _unique("Leave days are counted twice"))
    sm1, sm2 = visit("Maya Fernandes"), visit("Grace Okafor")
    acts.open_ticket(sm1, desk, case_id)
    assign = acts.press(sm1, "Assign")
    names = acts.engineers(assign, busy=False) + acts.engineers(assign, busy=True)
    _assign(sm1, assign, names[0], "Assign")
    acts.open_ticket(sm1, desk, case_id)
    stale = acts.press(sm1, "Reassign")

    acts.open_ticket(sm2, desk, case_id)
    taken = acts.press(sm2, "Reassign")
    taken.get_by_label("Comment", exact=True).fill("She knows the rules of leave.")
    _assign(sm2, taken, names[1], "Reassign")

    stale.get_by_label("Comment", exact=True).fill("He is on duty today.")
    acts.choose(stale, names[2], "Reassign")
    expect(stale.get_by_role("alert")).to_contain_text(f"Grace Okafor reassigned it to {names[1]}")
    stale.get_by_role("button", name="Reload").click()
    rule = f"{case_id} was assigned by SM2 Grace Okafor; only SM2 can change it."
    expect(acts.dialog(sm1, "Reassign")).to_contain_text(rule)
    expect(stale.get_by_role("radio")).to_have_count(0)
    acts.open_ticket(sm1, desk, case_id)
    expect(sm1.get_by_role("button", name="Reassign", exact=True)).to_be_disabled()
    expect(sm1.get_by_text(rule).first).to_be_visible()
    expect(acts.fact(sm1, "Engineer")).to_contain_text(names[1])


def _unique(words: str) -> str:
    return f"{words} {uuid4().hex[:8]}"


def _assign(page: Page, assign: Locator, engineer: str, button: str) -> None:
    """To somebody, busy or not."""
    acts.choose(assign, engineer, button)
    anyway = assign.get_by_role("button", name="Assign anyway")
    expect(anyway.or_(page.get_by_text("is assigned to"))).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    acts.closed(page)


def _open_by_keyboard(page: Page, cases: list[str]) -> Locator:
    """Choose the tickets with space and the arrows and open the dialog with Enter."""
    page.get_by_role("checkbox", name=f"Choose {cases[0]}").focus()
    for place, case_id in enumerate(cases):
        expect(page.get_by_role("checkbox", name=f"Choose {case_id}")).to_be_focused()
        page.keyboard.press("Space")
        if place < len(cases) - 1:
            page.keyboard.press("ArrowDown")
    expect(page.get_by_role("status").filter(has_text="3 chosen")).to_be_visible()
    page.keyboard.press("Enter")
    return acts.dialog(page, "Assign 3 tickets")


def _press(element: Locator, *keys: str) -> None:
    element.focus()
    for key in keys:
        element.page.keyboard.press(key)


def _tab_to(page: Page, element: Locator) -> None:
    """With the key alone, as somebody without a mouse."""
    for _ in range(40):
        if element.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the button cannot be reached with the Tab key")


def _stand(dialog: Locator, cases: list[str]) -> None:
    """The chosen tickets in this order."""
    expect(
        dialog.get_by_role("list", name="Tickets in the order they are given").get_by_role("listitem")
    ).to_contain_text([re.compile(case_id) for case_id in cases])


def _is_about(fact: Locator, told: str | None) -> bool:
    """Whether a time on the page is the one told before, but for the while between: what is late already starts at the act."""
    assert told
    return abs(acts.moment(fact) - datetime.fromisoformat(told)) < timedelta(minutes=5)
