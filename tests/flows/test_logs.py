"""The logs an admin trusts: a mail that died is found, understood and sent again; the history is narrowed; work is run again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk, eventually

pytestmark = pytest.mark.flow

ADMIN, REPORTER = "Ines Almeida", "Laura Jensen"
MAILS, HISTORY, WORK = "/desk/helpdesk/notification/", "/desk/history/", "/desk/helpdesk/heartbeat/"
RECEIPT = "We have your ticket"


def raised_while_refused(desk: Desk, visit: Visit, title: str) -> str:
    """A ticket whose mails the mail server refused for good."""
    desk.smtp("refusing")
    try:
        case_id = acts.raise_ticket(visit(REPORTER), desk, title)
        admin = visit(ADMIN)
        eventually(lambda: given_up(admin, desk, case_id) >= 2, what=f"the mails about {case_id} are given up", pause=1)
        assert desk.mails(about=case_id) == []
    finally:
        desk.smtp("up")
    return case_id


def given_up(page: Page, desk: Desk, case_id: str) -> int:
    page.goto(f"{desk.url}{MAILS}?state=dead&ticket={case_id}")
    return page.get_by_role("row").filter(has_text="given up").count()


def test_a_dead_mail_is_found_with_its_reason_sent_again_and_arrives(desk: Desk, visit: Visit) -> None:
    case_id = raised_while_refused(desk, visit, "Meal receipts are counted twice")
    page = visit(ADMIN)
    page.goto(f"{desk.url}{MAILS}")
    page.get_by_label("Ticket", exact=True).fill(case_id)
    page.get_by_label("State", exact=True).select_option(label="Given up")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(f"state=dead.*ticket={case_id}"))

    page.get_by_role("link", name="Receipt").click()
    for words in ("given up", "550", "Why this person got it", "Raised", REPORTER):
        expect(page.get_by_text(words).first).to_be_visible()
    frame = page.frame_locator("iframe >> nth=0")
    expect(frame.get_by_text(case_id).first).to_be_visible()
    acts.press(page, "Send again").get_by_role("button", name="Send again").click()

    expect(page.get_by_text("The mail is tried again.")).to_be_visible()
    desk.mails_to({desk.people[REPORTER].email}, about=case_id, saying=RECEIPT)
    page.reload()
    expect(page.get_by_text("sent", exact=True).first).to_be_visible()
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)


def test_several_dead_mails_are_chosen_and_sent_again_each_once(desk: Desk, visit: Visit) -> None:
    case_id = raised_while_refused(desk, visit, "Night trains have no class to choose")
    page = visit(ADMIN)
    page.goto(f"{desk.url}{MAILS}?state=dead&ticket={case_id}")
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Send again", exact=True).click()
    asked = acts.dialog(page, "Send again")
    expect(asked.get_by_text("mails are tried again at once")).to_be_visible()

    asked.get_by_role("button", name="Send again").dblclick()

    expect(page.get_by_text("mails are tried again.")).to_be_visible()
    desk.mails_to({desk.people[REPORTER].email}, about=case_id, saying=RECEIPT)
    desk.mails_to(desk.emails("sm1", "sm2"), about=case_id, saying="New ticket")
    assert given_up(page, desk, case_id) == 0
    page.goto(f"{desk.url}{HISTORY}?ticket={case_id}&act=mail_sent_again")
    expect(page.get_by_role("row").filter(has_text=ADMIN)).to_have_count(1 + len(desk.emails("sm1", "sm2")))


def test_the_history_is_narrowed_step_by_step_and_what_cannot_be_asked_stays_typed(desk: Desk, visit: Visit) -> None:
    case_id = acts.raise_ticket(visit(REPORTER), desk, "Taxi receipts are cut off")
    page = visit(ADMIN, refusals=(400,))
    page.goto(f"{desk.url}{HISTORY}")
    page.get_by_label("Ticket", exact=True).fill(case_id.lower())
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Raised")).to_have_count(1)

    page.get_by_role("link", name="Sign-ins and refusals").click()
    expect(page.get_by_text("Nothing like that ever happened.")).to_be_visible()
    page.get_by_role("link", name=f"Ticket: {case_id.lower()}").click()
    expect(page.get_by_role("row").filter(has_text="Signed in").first).to_be_visible()

    page.get_by_label("Person").fill("nobody at all")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("Nobody is called “nobody at all”.")).to_be_visible()
    expect(page.get_by_label("Person")).to_have_value("nobody at all")

    page.get_by_role("link", name="Clear").click()
    first = page.get_by_role("row").nth(1).inner_text()
    page.get_by_role("link", name="Older").click()
    expect(page).to_have_url(re.compile("older="))
    page.get_by_role("link", name="Newest").click()
    assert page.get_by_role("row").nth(1).inner_text() == first


def test_background_work_is_seen_running_and_is_run_by_hand(desk: Desk, visit: Visit) -> None:
    page = visit(ADMIN)
    page.goto(f"{desk.url}{WORK}")
    for words in ("on time", "Last sweep", "alive"):
        expect(page.get_by_text(words).first).to_be_visible()

    page.get_by_role("row").filter(has_text="Counts compared").get_by_role("button", name="Run now").click()
    asked = acts.dialog(page, "Run now")
    expect(asked.get_by_text("“Counts compared” is run as soon as a worker is free")).to_be_visible()
    asked.get_by_role("button", name="Run now").click()

    expect(page.get_by_text("“Counts compared” is run as soon as a worker is free.")).to_be_visible()
    page.goto(f"{desk.url}{HISTORY}?act=job_run_again")
    expect(page.get_by_role("row").filter(has_text="Counts compared").first).to_be_visible()


def test_nobody_else_finds_these_pages(desk: Desk, visit: Visit) -> None:
    page = visit("Maya Fernandes", refusals=(403,))
    for address in (MAILS, HISTORY, WORK, "/desk/mail-previews/"):
        answer = page.goto(f"{desk.url}{address}")
        assert answer is not None
        assert answer.status == 403
        expect(page.get_by_role("link", name="Background work")).to_have_count(0)
