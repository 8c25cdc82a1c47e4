"""More time: asked for once, decided by two people, told to everybody; a rejected one, and one the escalation closes."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

REPORTER, ENGINEER = "Yuki Tanaka", "Chloe Martin"
SM1, SM2, BOTH = "Tomasz Nowak", "Henrik Lund", "Daniel Reyes"
TITLE = "Cost centres are missing from the year-end report"
COMMENT = "The archive of last year has to be read back first."
MINUTE = timedelta(minutes=1)


def test_more_time_is_agreed_by_two_people(desk: Desk, visit: Visit) -> None:
    reporter, engineer = visit(REPORTER), visit(ENGINEER)
    case_id, due = _promised(desk, visit(SM1), reporter, engineer, TITLE)
    _ask(engineer, desk, case_id, due)
    _everybody_is_asked(desk, case_id)

    _approve_on_the_list(visit(SM1), desk, case_id)
    both = visit(BOTH)
    _decide_under(both, desk, case_id, "Triage (SM1)", refused="SM1 has decided on the request")
    _approve_on_the_page(visit(SM2), desk, case_id)

    new_due = _due_has_moved(engineer, reporter, desk, case_id, due)
    _both_are_told(desk, case_id, new_due)


def test_a_person_with_both_roles_votes_once_and_a_rejection_is_told(desk: Desk, visit: Visit) -> None:
    reporter, engineer = visit(REPORTER), visit(ENGINEER)
    case_id, due = _promised(desk, visit(SM1), reporter, engineer, "Letters carry the old address")
    _ask(engineer, desk, case_id, due)
    both = visit(BOTH)

    _decide_under(both, desk, case_id, "Triage (SM2)", button="Reject", comment="Please ask Omar to help.")
    _decide_under(both, desk, case_id, "Triage (SM1)", refused="the other level needs another person")
    acts.open_ticket(both, desk, case_id)
    expect(both.get_by_role("region", name="Extension")).to_contain_text("SM1 has still to decide")
    master = visit(SM1)
    acts.open_ticket(master, desk, case_id)
    _press(acts.press(master, "Decide on the extension"), "Approve")

    told = desk.mails_to({desk.people[ENGINEER].email}, about=case_id, saying="No more time")
    acts.hold_all(told.values(), desk, case_id, BOTH, "30 min", "Please ask Omar to help.")
    acts.open_ticket(engineer, desk, case_id)
    expect(engineer.get_by_role("region", name="Extension")).to_contain_text("rejected")
    assert acts.moment(acts.fact(engineer, "Due")) == due
    expect(engineer.get_by_role("button", name="Ask for an extension")).to_have_count(0)


def test_the_escalation_closes_a_request_nobody_decided(desk: Desk, visit: Visit) -> None:
    reporter, engineer = visit(REPORTER), visit(ENGINEER)
    case_id, due = _promised(desk, visit(SM1), reporter, engineer, "The calendar shows last year's holidays")
    _ask(engineer, desk, case_id, due)

    desk.move_to(due + 2 * MINUTE)

    told = desk.mails_to({desk.people[ENGINEER].email}, about=case_id, saying="No more time", within=120)
    acts.hold_all(told.values(), desk, case_id, "30 min", "The promise passed before both levels had decided.")
    master = visit(SM2)
    acts.open_ticket(master, desk, case_id)
    asked = master.get_by_role("region", name="Extension")
    expect(asked).to_contain_text("Closed by the system")
    expect(asked).to_contain_text("SM1 did not decide")
    expect(master.get_by_role("button", name="Decide on the extension")).to_have_count(0)
    master.goto(f"{desk.url}/desk/extensions/?show=decided")
    expect(_card(master, case_id)).to_contain_text("Closed by the system")


def _promised(desk: Desk, master: Page, reporter: Page, engineer: Page, title: str) -> tuple[str, datetime]:
    """A ticket in the engineer's hands, promised three hours from its planned start; its case id and due time."""
    case_id = acts.raise_ticket(reporter, desk, title)
    acts.open_ticket(master, desk, case_id)
    assign = acts.press(master, "Assign")
    acts.choose(assign, ENGINEER)
    anyway = assign.get_by_role("button", name="Assign anyway")
    expect(anyway.or_(master.get_by_text(f"{case_id} is assigned to"))).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    acts.closed(master)
    acts.open_ticket(engineer, desk, case_id)
    engineer.get_by_role("button", name="Commit", exact=True).click()
    commit = acts.dialog(engineer, "Commit to a resolution time")
    commit.get_by_label("Hours", exact=True).fill("3")
    commit.get_by_role("button", name="Commit", exact=True).click()
    acts.closed(engineer)
    acts.open_ticket(engineer, desk, case_id)
    return case_id, acts.moment(acts.fact(engineer, "Due"))


def _ask(page: Page, desk: Desk, case_id: str, due: datetime) -> None:
    """The dialog says that it is the only one, and what the time typed would come to."""
    ask = acts.press(page, "Ask for an extension")
    expect(ask).to_contain_text("It is the only extension in this ticket's life")
    ask.get_by_role("button", name="30 min", exact=True).click()
    expect(ask).to_contain_text("Due if approved")
    assert acts.moment(_beside(ask, "Due if approved")) == due + 30 * MINUTE
    ask.get_by_label("What it is for").fill(COMMENT)
    ask.get_by_role("button", name="Ask for it").click()
    acts.closed(page)
    expect(page.get_by_role("region", name="Extension")).to_contain_text(COMMENT)
    expect(page.get_by_role("region", name="Extension")).to_contain_text("SM2 has still to decide")
    assert acts.moment(acts.fact(page, "Due")) == due


def _everybody_is_asked(desk: Desk, case_id: str) -> None:
    told = desk.mails_to(desk.emails("sm1", "sm2"), about=case_id, saying="asks for 30 min more")
    acts.hold_all(told.values(), desk, case_id, TITLE, ENGINEER, COMMENT, "Due if approved")


def _approve_on_the_list(page: Page, desk: Desk, case_id: str) -> None:
    page.goto(f"{desk.url}/desk/")
    page.get_by_role("link", name=re.compile("Extensions")).first.click()
    request = _card(page, case_id)
    expect(request).to_contain_text(COMMENT)
    expect(request).to_contain_text("Due if approved")
    request.get_by_role("button", name="Approve or reject").click()
    _press(acts.dialog(page, "Decide on the extension"), "Approve", "The report is worth it.")
    expect(page.get_by_text(f"Your decision on {case_id} is kept")).to_be_visible()
    expect(_card(page, case_id)).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Waiting for others")).click()
    expect(_card(page, case_id)).to_contain_text(f"approved by {SM1}")


def _decide_under(
    page: Page, desk: Desk, case_id: str, tab: str, *, refused: str = "", button: str = "", comment: str = ""
) -> None:
    """Somebody with both roles opens a tab and decides, or reads why they may not."""
    page.goto(f"{desk.url}/desk/")
    page.get_by_role("button", name=tab).click()
    page.goto(f"{desk.url}/desk/extensions/?show={'others' if refused else 'mine'}")
    if refused:
        expect(_card(page, case_id)).to_contain_text(refused)
        expect(_card(page, case_id).get_by_role("button")).to_have_count(0)
        return
    _card(page, case_id).get_by_role("button", name="Approve or reject").click()
    _press(acts.dialog(page, "Decide on the extension"), button, comment)
    expect(_card(page, case_id)).to_have_count(0)


def _approve_on_the_page(page: Page, desk: Desk, case_id: str) -> None:
    acts.open_ticket(page, desk, case_id)
    decide = acts.press(page, "Decide on the extension")
    expect(decide).to_contain_text(f"approved by {SM1}")
    expect(decide).to_contain_text("The report is worth it.")
    _press(decide, "Approve")
    expect(page.get_by_text(f"The extension of {case_id} is approved")).to_be_visible()


def _due_has_moved(engineer: Page, reporter: Page, desk: Desk, case_id: str, due: datetime) -> datetime:
    """On the pages of both; and why, for the engineer."""
    acts.open_ticket(engineer, desk, case_id)
    moved = acts.moment(acts.fact(engineer, "Due"))
    assert moved == due + 30 * MINUTE
    engineer.get_by_text("Why this time", exact=True).click()
    expect(engineer.get_by_role("list").filter(has_text="agreed to 30 min more")).to_contain_text(f"{SM1} and {SM2}")
    acts.open_ticket(reporter, desk, case_id)
    assert acts.moment(acts.fact(reporter, "Promised for")) == moved
    expect(reporter.get_by_role("region", name="Facts")).to_contain_text("30 min more was agreed to")
    return moved


def _both_are_told(desk: Desk, case_id: str, due: datetime) -> None:
    """The new due time and the approvers to both; the comments and the chain to the engineer only (X3, B06)."""
    people = {desk.people[REPORTER].email, desk.people[ENGINEER].email}
    told = desk.mails_to(people, about=case_id, saying="More time, now due")
    acts.hold_all(told.values(), desk, case_id, TITLE, f"{SM1}, {SM2}")
    for mail in told.values():
        assert acts.says_moment(mail.words, due)
    assert "Why" in told[desk.people[ENGINEER].email].words
    for form in (told[desk.people[REPORTER].email].words, acts.words_of(told[desk.people[REPORTER].email].html)):
        assert "The report is worth it." not in form
        assert "is due then" not in form


def _press(decide: Locator, button: str, comment: str = "") -> None:
    if comment:
        decide.get_by_label("Comment").fill(comment)
    decide.get_by_role("button", name=button, exact=True).click()
    expect(decide).to_have_count(0)


def _card(page: Page, case_id: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("link", name=case_id, exact=True))


def _beside(place: Locator, name: str) -> Locator:
    term = place.page.get_by_role("term").filter(has_text=name)
    return place.locator("div").filter(has=term).get_by_role("definition").last
