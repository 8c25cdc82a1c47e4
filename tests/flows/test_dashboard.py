"""The dashboard in a browser: filter, read a number, follow it to its list, come back; a manager's own; and nothing left (rules 8)."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

SCRUM_MASTER, MANAGER, ENGINEER = "Maya Fernandes", "Priya Raman", "Asha Nair"
NUMBERS = ("Open", "Breached", "Resolved on time", "Escalated", "Resolved after escalation")


def test_a_number_leads_to_as_many_tickets_and_back_to_the_same_filters(desk: Desk, visit: Visit) -> None:
    page = visit(SCRUM_MASTER)
    assert page.url == f"{desk.url}/desk/dashboard/"
    everything = _number(page, "Open")

    page.get_by_role("checkbox", name="High").check()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="All tickets")).to_contain_text("priorities: High")
    address = page.url
    assert "priority=high" in address

    for name in NUMBERS:
        many = _number(page, name)
        assert many <= everything or name != "Open"
        _tile(page, name).click()
        expect(page.get_by_role("list", name="Active filters")).to_contain_text("Priority: High")
        assert _listed(page) == many, name
        page.go_back()
        expect(page).to_have_url(address)
        expect(page.get_by_role("checkbox", name="High")).to_be_checked()

    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(f"{desk.url}/desk/dashboard/")
    assert _number(page, "Open") == everything


def test_what_needs_somebody_now_leads_to_its_tickets(visit: Visit) -> None:
    page = visit(SCRUM_MASTER)
    for words in ("Unassigned past their target", "At risk", "Escalated"):
        call = page.get_by_role("region", name="What needs somebody now").get_by_role("link", name=words)
        many = int(re.findall(r"\d+", call.inner_text())[0])
        call.click()
        assert _listed(page) == many, words
        page.go_back()


def test_a_manager_sees_the_tickets_of_their_engineers_alone(desk: Desk, visit: Visit) -> None:
    of_all, page = visit(SCRUM_MASTER), visit(MANAGER)

    assert page.url == f"{desk.url}/desk/dashboard/"
    expect(page.get_by_role("heading", name="Tickets of your engineers")).to_be_visible()
    assert [_number(page, name) <= _number(of_all, name) for name in NUMBERS] == [True] * len(NUMBERS)
    assert sum(_number(page, name) for name in NUMBERS) < sum(_number(of_all, name) for name in NUMBERS)
    for name in NUMBERS:
        many = _number(page, name)
        _tile(page, name).click()
        assert _listed(page) == many, name
        page.go_back()


def test_filters_that_leave_nothing_and_wrong_ones_are_answered_in_words(desk: Desk, visit: Visit) -> None:
    page = visit(SCRUM_MASTER)
    page.get_by_label("Reported to").fill("2001-01-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("No ticket is as chosen.")).to_be_visible()
    page.get_by_label("Reported from").fill("2001-02-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("The last day is before the first; please exchange them.")).to_be_visible()
    expect(page.get_by_label("Reported from")).to_have_value("2001-02-01")
    page.goto(f"{desk.url}/desk/dashboard/?reporter__password=x")
    expect(page.get_by_role("alert")).to_contain_text("There is no filter “reporter__password”.")
    page.get_by_role("link", name="Show all tickets").click()
    assert _number(page, "Open") > 0


def test_who_is_told_no_numbers_has_no_dashboard(desk: Desk, visit: Visit) -> None:
    page = visit(ENGINEER, refusals=(403,))

    answer = page.goto(f"{desk.url}/desk/dashboard/")
    assert answer is not None
    assert answer.status == 403


def test_the_charts_are_tables_too_and_are_read_by_keyboard(visit: Visit) -> None:
    page = visit(SCRUM_MASTER)
    table = page.get_by_role("figure", name="Raised and resolved per day").get_by_role("table")
    expect(table).to_be_hidden()
    summary = page.get_by_role("figure", name="Raised and resolved per day").get_by_text("As a table")
    summary.focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    expect(table.get_by_role("columnheader")).to_have_text(["Day", "Raised", "Resolved"])


def _tile(page: Page, name: str) -> Locator:
    words = re.compile(rf"^\s*{name}\s+[\d,]+\b")
    return page.locator(".dash-tile").filter(has_text=words)


def _number(page: Page, name: str) -> int:
    found = re.search(r"[\d,]+", _tile(page, name).inner_text().replace(name, ""))
    assert found
    return int(found[0].replace(",", ""))


def _listed(page: Page) -> int:
    """How many tickets the open list says it has."""
    count = page.get_by_text(re.compile(r"^\s*[\d,]+ tickets?\s*$")).last
    expect(count).to_be_attached()
    return int(re.sub(r"\D", "", count.inner_text()))


def test_a_list_is_filtered_by_the_keyboard_alone(visit: Visit) -> None:
    page = visit(SCRUM_MASTER)
    _tile(page, "Open").click()
    opener, first = page.get_by_role("button", name="Filters", exact=True), page.locator("#id_reported_from")

    page.get_by_role("searchbox").or_(page.locator("[name=q]")).first.focus()
    _tab_to(page, opener)
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#changelist-filter :focus")).to_be_visible()

    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(first).to_be_hidden()

    page.keyboard.press("Space")
    _tab_to(page, first)
    page.keyboard.type("01012999")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("reported_from="))


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until it is there, as somebody without a mouse does."""
    for _ in range(40):
        if target.evaluate("field => field === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("no key leads there")
