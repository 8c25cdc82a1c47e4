"""Files while S3 or the network is away: the ticket is raised, the page tells which files wait, and sends them again (F7, A8)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from project.demo.s3_faults import Fault
from storage.tests.samples import pdf, png
from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.file_acts import LONG, choose_files, download, is_there, own_page, payload, sending, stored
from tests.flows.running import Desk, eventually
from tests.flows.visitors import Visitor, sign_in

pytestmark = pytest.mark.flow

REPORTER = "Hannah Weiss"
LOG = "".join(f"2026-03-04 12:00:{number % 60:02d} step {number:06d}\n" for number in range(300_000)).encode()
"""So large that it is still on its way when something happens to it."""
PICTURE, PAGES = png(), pdf()
LOST_NETWORK = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture(autouse=True)
def s3_is_well_again(desk: Desk) -> Iterator[None]:
    desk.s3_faults.clear()
    yield
    desk.s3_faults.clear()


def expected(visitors: list[Visitor], *words: str) -> None:
    """Browsers write what failed into their console; what a story breaks itself is no fault of the page."""
    for visitor in visitors:
        visitor.faults[:] = [fault for fault in visitor.faults if not any(word in fault for word in words)]


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.BUSY], ids=str)
def test_a_file_is_sent_again_after_an_outage(desk: Desk, visit: Visit, visitors: list[Visitor], fault: Fault) -> None:
    page = visit(REPORTER)
    case_id = own_page(page, desk, f"S3 answers {fault} for a while")
    desk.s3_faults.set(fault, ["PUT"])

    choose_files(page, payload("page.png", PICTURE))
    expect(sending(page, "page.png")).to_contain_text("Not sent: the file store")
    desk.s3_faults.clear()
    page.get_by_role("button", name="Try again page.png").click()

    is_there(page, "page.png")
    assert len([one for one in stored(desk) if case_id in one.key]) == 1
    expected(visitors, desk.s3_url)


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.HANG, Fault.BUSY], ids=str)
def test_a_ticket_is_raised_while_s3_is_out_and_the_page_tells_which_files_wait(
    desk: Desk, visit: Visit, visitors: list[Visitor], fault: Fault
) -> None:
    page = visit(REPORTER)
    acts.fill_in_ticket(page, desk, f"Raised while S3 answers {fault}")
    choose_files(page, payload("page.png", PICTURE), payload("pages.pdf", PAGES))
    desk.s3_faults.set(fault)

    page.get_by_role("button", name="Raise ticket").click()
    case_id = acts.raised_case(page)

    expect(page.get_by_text("The ticket is raised; 2 files did not make it.")).to_be_visible(timeout=LONG)
    for name in ("page.png", "pages.pdf"):
        expect(sending(page, name)).to_contain_text("Not sent: the file store")
        expect(page.get_by_role("button", name=f"Try again {name}")).to_be_visible()
    page.get_by_role("link", name="Go on without them").click()
    expect(page.get_by_text("You chose 2 files; none has arrived yet.")).to_be_visible()
    desk.s3_faults.clear()
    page.get_by_role("link", name="send what is missing").click()
    expect(page.get_by_text("Not arrived yet")).to_be_visible()
    choose_files(page, payload("page.png", PICTURE), payload("pages.pdf", PAGES))
    is_there(page, "page.png")
    is_there(page, "pages.pdf")
    expect(page.get_by_text("Not arrived yet")).to_have_count(0)
    assert len([one for one in stored(desk) if case_id in one.key]) == 2
    expected(visitors, desk.s3_url)


def test_a_lost_network_is_waited_for(desk: Desk, enter: Visit, visitors: list[Visitor]) -> None:
    """In a browser of their own: a tab beside it would hear of the network sooner than it is there."""
    page = enter(REPORTER, refusals=(412,))  # S3 may have it all already
    own_page(page, desk, "The train goes through a tunnel")
    desk.s3_faults.set(Fault.SLOW, ["PUT"])
    choose_files(page, payload("system.log", LOG))
    expect(sending(page, "system.log")).to_contain_text("sending")

    page.context.set_offline(True)
    expect(sending(page, "system.log")).to_contain_text("waits for the network", timeout=LONG)
    desk.s3_faults.clear()
    page.context.set_offline(False)

    is_there(page, "system.log")
    assert download(page, "system.log")[1] == LOG
    expected(visitors, LOST_NETWORK)


def test_a_session_that_ended_is_renewed_in_another_tab_and_the_file_sent_again(desk: Desk, visit: Visit) -> None:
    page = visit(REPORTER, refusals=(401, 403))
    own_page(page, desk, "Back from a long lunch")
    page.context.clear_cookies()

    choose_files(page, payload("page.png", PICTURE))
    expect(sending(page, "page.png")).to_contain_text("Not sent: your session has ended; sign in in another tab.")
    sign_in(page.context.new_page(), desk, REPORTER)
    page.get_by_role("button", name="Try again page.png").click()

    is_there(page, "page.png")


def test_a_file_is_cancelled_and_leaving_while_sending_warns(desk: Desk, visit: Visit) -> None:
    page = visit(REPORTER)
    case_id = own_page(page, desk, "Not that file")
    desk.s3_faults.set(Fault.SLOW, ["PUT"])
    choose_files(page, payload("system.log", LOG))
    expect(sending(page, "system.log")).to_contain_text("sending")
    asked: list[str] = []
    page.once("dialog", lambda question: (asked.append(question.type), question.dismiss()))
    page.get_by_role("link", name="My tickets").click(no_wait_after=True)
    eventually(lambda: page.evaluate("1") and asked, what="the browser asks")

    with page.expect_response(lambda answer: answer.url.endswith("/cancel/")):
        page.get_by_role("button", name="Cancel system.log").click()

    expect(sending(page, "system.log")).to_have_count(0)
    desk.s3_faults.clear()
    page.reload()
    expect(page.get_by_text("No files yet.")).to_be_visible()
    assert asked == ["beforeunload"]
    eventually(
        lambda: not [one for one in stored(desk) if case_id in one.key], what="the worker deletes what was cancelled"
    )


def test_a_click_on_a_file_while_s3_is_out_leads_to_a_page_with_the_way_back(
    desk: Desk, visit: Visit, visitors: list[Visitor]
) -> None:
    page = visit(REPORTER, refusals=(503,))
    case_id = own_page(page, desk, "The report of last month")
    choose_files(page, payload("page.png", PICTURE), payload("pages.pdf", PAGES))
    is_there(page, "page.png")
    is_there(page, "pages.pdf")
    desk.s3_faults.set(Fault.REFUSE)

    page.get_by_role("link", name="Preview of pages.pdf").click()
    frame = page.frame_locator("iframe[title='pages.pdf']")
    expect(frame.get_by_text("The file store does not answer just now.")).to_be_visible()
    expect(frame.get_by_role("link", name="Back to")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="page.png", exact=True).click()
    expect(page.get_by_role("heading", name="The file cannot be opened now")).to_be_visible()
    page.get_by_role("link", name=f"Back to {case_id}").click()
    desk.s3_faults.clear()

    assert download(page, "page.png") == ("page.png", PICTURE)
    expected(visitors, desk.s3_url)
