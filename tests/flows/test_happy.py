"""The happy path: raised, assigned to a free engineer, promised, talked about, resolved in time."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

TITLE = "Journal is printed without its last page"


def test_a_ticket_is_raised_promised_and_resolved_in_time(desk: Desk, visit: Visit) -> None:
    reporter = visit("Hannah Weiss")
    case_id = acts.raise_ticket(reporter, desk, TITLE)
    desk.mails_to(desk.emails("sm1", "sm2"), about=case_id, saying="New ticket")

    engineer = _assign_to_somebody_free(visit("Maya Fernandes"), desk, case_id)
    told = desk.mails_to({desk.people[engineer].email}, about=case_id, saying="Assigned to you")
    acts.hold_all(told.values(), desk, case_id, TITLE, acts.DESCRIPTION, "High", "Exponentia", "Maya Fernandes")

    at_work = visit(engineer)
    _promise_and_start(at_work, case_id)
    _talk(reporter, at_work, desk, case_id, engineer)
    _resolve(at_work, case_id)

    everybody = desk.emails("sm1", "sm2") | {desk.people["Hannah Weiss"].email}
    acts.hold_all(
        desk.mails_to(everybody, about=case_id, saying="Resolved").values(),
        desk,
        case_id,
        TITLE,
        "The tray was set to A5.",
    )
    _is_resolved_in_time(reporter, visit("Grace Okafor"), desk, case_id)


def _assign_to_somebody_free(page: Page, desk: Desk, case_id: str) -> str:
    acts.open_list(page, desk, "unassigned")
    acts.row(page, case_id).get_by_role("button", name="Assign").click()
    assign = acts.dialog(page, "Assign")
    free = acts.engineers(assign, busy=False)
    assert len(free) >= 2
    acts.choose(assign, free[0])
    acts.closed(page)
    acts.open_ticket(page, desk, case_id)
    expect(acts.fact(page, "Engineer")).to_contain_text(free[0])
    return free[0]


def _promise_and_start(page: Page, case_id: str) -> None:
    """Commit and start in one go; the due time shown while typing is the one that stands afterwards."""
    work = acts.piece_of_work(page, case_id)
    expect(work).to_contain_text("until you give your own time")
    work.get_by_label("Hours", exact=True).fill("3")
    work.get_by_label("Minutes", exact=True).fill("20")
    shown = work.get_by_role("status")
    expect(shown).to_contain_text("Due")
    promised = acts.clock_words(shown)
    work.get_by_role("button", name="Commit and start").click()

    expect(acts.piece_of_work(page, case_id).get_by_role("button", name="Resolve")).to_be_visible()
    assert acts.clock_words(acts.piece_of_work(page, case_id).get_by_text(re.compile(r"^\s*due "))) == promised
    page.get_by_role("link", name=case_id, exact=True).click()
    assert acts.clock_words(acts.fact(page, "Due")) == promised
    expect(acts.fact(page, "Resolution time")).to_have_text("3 h 20 min")


def _talk(reporter: Page, at_work: Page, desk: Desk, case_id: str, engineer: str) -> None:
    acts.open_ticket(reporter, desk, case_id)
    reporter.get_by_label("Add a comment").fill("It is the printer on the second floor.")
    reporter.get_by_role("button", name="Send").click()
    expect(reporter.get_by_role("region", name="Conversation")).to_contain_text(
        "It is the printer on the second floor."
    )
    asked = desk.mails_to({desk.people[engineer].email}, about=case_id, saying="Comment by Hannah Weiss")
    acts.hold_all(asked.values(), desk, case_id, TITLE, "It is the printer on the second floor.")

    acts.open_ticket(at_work, desk, case_id)
    expect(at_work.get_by_role("region", name="Conversation")).to_contain_text("It is the printer on the second floor.")
    at_work.get_by_label("Add a comment").fill("Thank you, I am on my way.")
    at_work.get_by_role("button", name="Add comment").click()
    expect(at_work.get_by_role("region", name="Conversation")).to_contain_text("Thank you, I am on my way.")
    answered = desk.mails_to({desk.people["Hannah Weiss"].email}, about=case_id, saying=f"Comment by {engineer}")
    acts.hold_all(answered.values(), desk, case_id, TITLE, "Thank you, I am on my way.")


def _resolve(page: Page, case_id: str) -> None:
    page.goto(page.url)
    acts.press(page, "Resolve").get_by_label("Resolution note").fill("The tray was set to A5.")
    acts.dialog(page, "Resolve").get_by_role("button", name="Resolve").click()
    acts.closed(page)


def _is_resolved_in_time(reporter: Page, scrum_master: Page, desk: Desk, case_id: str) -> None:
    acts.open_ticket(reporter, desk, case_id)
    expect(reporter.get_by_role("main")).to_contain_text("The tray was set to A5.")
    expect(reporter.get_by_role("list", name="Where the ticket stands").get_by_role("listitem").last).to_contain_text(
        "Resolved"
    )
    reporter.goto(f"{desk.url}/my/?show=resolved")
    expect(acts.row(reporter, case_id)).to_contain_text("resolved")

    acts.open_list(scrum_master, desk, "resolved")
    expect(acts.row(scrum_master, case_id)).to_be_visible()
    acts.open_list(scrum_master, desk, "escalation_resolved")
    expect(acts.row(scrum_master, case_id)).to_have_count(0)
