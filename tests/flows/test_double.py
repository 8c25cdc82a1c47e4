"""What people do twice, at the same time, too late or with bad intent: nothing is doubled, overwritten, lost or run."""

from uuid import uuid4

import pytest
import requests
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import JSON, Desk

pytestmark = pytest.mark.flow

HOSTILE = "<img src=x onerror=window.__xss=1>"
RIGHT_TO_LEFT = "\u202etxt.exe"
ATTACKER = "attacker@evil.example"


def unique(words: str) -> str:
    """A title that no other ticket has."""
    return f"{words} {uuid4().hex[:8]}"


def test_a_double_click_raises_one_ticket_and_reload_and_back_raise_none(desk: Desk, visit: Visit) -> None:
    page = visit("Laura Jensen", refusals=(422,))
    title = unique("Hotel list is empty")
    acts.fill_in_ticket(page, desk, title)
    page.get_by_role("button", name="Raise ticket").dblclick()
    case_id = acts.raised_case(page)

    page.reload()
    assert acts.raised_case(page) == case_id
    page.go_back()
    page.get_by_role("button", name="Raise ticket").click()
    page.wait_for_load_state()

    page.goto(f"{desk.url}/my/?q={title.rpartition(' ')[2]}")
    expect(page.get_by_role("link", name=title)).to_have_count(1)
    assert len(desk.mails(about=title, saying="We have your ticket")) <= 1


def test_the_same_form_sent_twice_raises_one_ticket(desk: Desk, visit: Visit) -> None:
    page = visit("Laura Jensen")
    title = unique("Rail card is not offered")
    acts.fill_in_ticket(page, desk, title)
    form = _fields(page)

    cases = {_send(page.context, desk, form) for _ in range(3)}

    assert len(cases) == 1
    page.goto(f"{desk.url}/my/?q={title.rpartition(' ')[2]}")
    expect(page.get_by_role("link", name=title)).to_have_count(1)


def test_the_second_of_two_scrum_masters_hears_who_was_first_and_nothing_is_overwritten(
    desk: Desk, visit: Visit
) -> None:
    case_id = desk.raised("Yuki Tanaka", unique("Pay slips are shown twice"))
    first, second = visit("Maya Fernandes"), visit("Grace Okafor")
    for page in (first, second):
        acts.open_ticket(page, desk, case_id)
    winning, losing = acts.press(first, "Assign"), acts.press(second, "Assign")
    names = acts.engineers(winning, busy=False) + acts.engineers(winning, busy=True)
    _assign(first, winning, names[0])

    acts.choose(losing, names[1])
    _is_overtaken(losing, f"{case_id} changed since you opened this: Maya Fernandes assigned it to {names[0]}")
    losing.get_by_role("button", name="Reload").click()
    expect(acts.dialog(second, "Reassign").get_by_role("radio", name=names[1])).to_be_checked()
    _is_with(second, desk, case_id, names[0])

    _a_typed_comment_comes_along(first, second, desk, case_id, names)


def _a_typed_comment_comes_along(first: Page, second: Page, desk: Desk, case_id: str, names: list[str]) -> None:
    """Both reassign it: the second is refused, finds the comment in the dialog loaded anew, and can then do it."""
    for page in (first, second):
        acts.open_ticket(page, desk, case_id)
    winning, losing = acts.press(first, "Reassign"), acts.press(second, "Reassign")
    winning.get_by_label("Comment", exact=True).fill("She knows the pay slips.")
    _assign(first, winning, names[1], "Reassign")

    losing.get_by_label("Comment", exact=True).fill("He is on duty today.")
    acts.choose(losing, names[2], "Reassign")
    _is_overtaken(losing, f"Maya Fernandes reassigned it to {names[1]}")
    losing.get_by_role("button", name="Reload").click()
    expect(losing.get_by_role("alert")).to_have_count(0)
    expect(losing.get_by_label("Comment", exact=True)).to_have_value("He is on duty today.")
    expect(losing.get_by_role("radio", name=names[2])).to_be_checked()
    _assign(second, losing, names[2], "Reassign")
    _is_with(second, desk, case_id, names[2])


def _is_overtaken(losing: Locator, sentence: str) -> None:
    """The dialog says who was first, saved nothing, and offers only a fresh look."""
    expect(losing.get_by_role("alert")).to_contain_text(sentence)
    expect(losing.get_by_role("alert")).to_contain_text("Nothing of yours was saved.")
    expect(losing.get_by_role("button", name="ssign")).to_have_count(0)


def test_what_was_typed_in_a_dialog_survives_its_session_and_is_the_persons_own(desk: Desk, visit: Visit) -> None:
    case_id = desk.raised("Yuki Tanaka", unique("Birthday list is sorted wrongly"))
    page = visit("Tomasz Nowak")
    typed = "It was sorted by the wrong column on purpose."
    acts.open_ticket(page, desk, case_id)
    withdraw = acts.press(page, "Withdraw")
    withdraw.get_by_label("Reason").fill(typed)
    page.context.clear_cookies(name="sessionid")

    withdraw.get_by_role("button", name="Withdraw").click()
    _sign_in_again(page, "Tomasz Nowak")
    expect(page.get_by_title("Copy the case id")).to_contain_text(case_id)
    expect(page.get_by_role("region", name="Where it stands")).to_contain_text("Unassigned")
    kept = page.evaluate("JSON.stringify({...sessionStorage})")
    token = next(cookie for cookie in page.context.cookies() if cookie.get("name") == "csrftoken")
    assert typed in kept
    assert "csrf" not in kept
    assert token.get("value", "") not in kept

    withdraw = acts.press(page, "Withdraw")
    expect(withdraw.get_by_label("Reason")).to_have_value(typed)
    expect(withdraw.get_by_role("status")).to_have_text("What you typed before signing in again is back.")
    withdraw.get_by_role("button", name="Cancel").click()
    acts.closed(page)
    expect(acts.press(page, "Withdraw").get_by_label("Reason")).to_have_value("")


def test_a_comment_that_outlived_its_session_is_back_and_said_once(desk: Desk, visit: Visit) -> None:
    case_id = desk.raised("Yuki Tanaka", unique("Team names are cut off"))
    page = visit("Tomasz Nowak")
    typed = "Only in the narrow column."
    acts.open_ticket(page, desk, case_id)
    page.get_by_label("Add a comment").fill(typed)
    page.get_by_label("Internal: only the staff see it").check()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Add comment").click()
    _sign_in_again(page, "Tomasz Nowak")

    expect(page.get_by_label("Add a comment")).to_have_value(typed)
    expect(page.get_by_label("Internal: only the staff see it")).to_be_checked()
    page.get_by_role("button", name="Add comment").click()
    expect(page.get_by_role("region", name="Conversation").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_label("Add a comment")).to_have_value("")
    page.reload()
    expect(page.get_by_label("Add a comment")).to_have_value("")


def _sign_in_again(page: Page, name: str) -> None:
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("button", name=name).click()


def test_hostile_words_are_shown_as_words_on_every_page(desk: Desk, visit: Visit) -> None:
    title, description = unique(f"{HOSTILE} {RIGHT_TO_LEFT}"), f"{HOSTILE}\r\n\r\n{RIGHT_TO_LEFT}\r\nlast line"
    reporter = visit("Laura Jensen")
    acts.fill_in_ticket(reporter, desk, "to be replaced")
    subject = f"{title}\r\nBcc: {ATTACKER}"
    case_id = _send(reporter.context, desk, _fields(reporter) | {"title": subject, "description": description})

    for path in (f"/my/{case_id}/raised/", f"/my/{case_id}/", "/my/"):
        _runs_nothing(reporter, f"{desk.url}{path}", HOSTILE)
    _comment(reporter, desk, case_id)
    scrum_master = visit("Henrik Lund")
    for query in ("bucket=unassigned", "bucket=open", "bucket=any", "bucket=any&q=onerror"):
        _runs_nothing(scrum_master, f"{desk.url}/desk/helpdesk/ticket/?{query}", HOSTILE)
    engineer = _assign_hostile(scrum_master, desk, case_id)
    _runs_nothing(visit(engineer), f"{desk.url}/desk/my-work/", HOSTILE)
    _mails_are_harmless(scrum_master, desk, case_id)


def _assign_hostile(page: Page, desk: Desk, case_id: str) -> str:
    """Through the dialog and its busy prompt, in which the title of the ticket stands too."""
    _runs_nothing(page, f"{desk.url}/tickets/{case_id}/", HOSTILE)
    assign = acts.press(page, "Assign")
    expect(assign).to_contain_text(HOSTILE)
    engineer = acts.engineers(assign, busy=True)[0]
    acts.choose(assign, engineer)
    page.get_by_role("button", name="Assign anyway").click()
    acts.closed(page)
    _runs_nothing(page, f"{desk.url}/tickets/{case_id}/", HOSTILE)
    return engineer


def _comment(page: Page, desk: Desk, case_id: str) -> None:
    acts.open_ticket(page, desk, case_id)
    page.get_by_label("Add a comment").fill(f"{HOSTILE}\n{RIGHT_TO_LEFT}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("region", name="Conversation")).to_contain_text(HOSTILE)
    assert page.evaluate("typeof window.__xss") == "undefined"


def _mails_are_harmless(page: Page, desk: Desk, case_id: str) -> None:
    """No line of the title became a header, nothing in a mail is live, and only the desk's own people got one."""
    told = desk.mails_to(desk.emails("sm1", "sm2"), about=case_id, saying="New ticket")
    for mail in told.values():
        assert "Bcc" not in mail.headers
        assert "<img" not in mail.html
        assert HOSTILE in mail.words
        assert HOSTILE in acts.words_of(mail.html)
    assert desk.mails(to=ATTACKER) == []
    listed = requests.get(desk.mail_url, headers=JSON, timeout=10).json()
    newest = next(row["id"] for row in listed if case_id in row["subject"])
    _runs_nothing(page, desk.mail_url, HOSTILE)
    _runs_nothing(page, f"{desk.mail_url}/mail/{newest}", HOSTILE)
    _runs_nothing(page, f"{desk.mail_url}/mail/{newest}/html", HOSTILE)


def _runs_nothing(page: Page, address: str, words: str) -> None:
    page.goto(address)
    expect(page.locator("body")).to_contain_text(words)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("typeof window.__xss") == "undefined"


def _assign(page: Page, assign: Locator, engineer: str, button: str = "Assign") -> None:
    """Assign it, also to somebody with other work."""
    acts.choose(assign, engineer, button)
    anyway = page.get_by_role("button", name="Assign anyway")
    expect(page.get_by_role("dialog").filter(has_not=anyway)).to_have_count(0)
    if anyway.count():
        anyway.click()
    acts.closed(page)


def _is_with(page: Page, desk: Desk, case_id: str, engineer: str) -> None:
    acts.open_ticket(page, desk, case_id)
    expect(acts.fact(page, "Engineer")).to_contain_text(engineer)


def _fields(page: Page) -> dict[str, str]:
    """What the form of a new ticket would send."""
    return dict(page.locator("form", has=page.get_by_label("Application")).evaluate("form => [...new FormData(form)]"))


def _send(context: BrowserContext, desk: Desk, form: dict[str, str]) -> str:
    """Send the form of a new ticket past the page's own script; the case id of the answer."""
    answer = context.request.post(f"{desk.url}/my/new/", form=form, headers={"Referer": f"{desk.url}/my/new/"})
    assert answer.ok, answer.text()
    found = acts.CASE_ID.search(answer.url)
    assert found, answer.url
    return found[0]
