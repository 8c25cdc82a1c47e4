"""Working hours in a browser: an admin sets them for one engineer, and what is typed, stored and shown reckons in them (C10)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk
from tests.flows.visitors import ZONE

pytestmark = pytest.mark.flow

ADMIN, SCRUM_MASTER, REPORTER = "Ines Almeida", "Maya Fernandes", "Hannah Weiss"
TWENTY_HOURS = timedelta(hours=20)


def test_a_promise_by_working_hours_is_due_when_somebody_works(desk: Desk, visit: Visit) -> None:
    page = visit(REPORTER)
    case_id = acts.raise_ticket(page, desk, "The report of the quarter is empty")
    scrum_master = visit(SCRUM_MASTER)
    acts.open_ticket(scrum_master, desk, case_id)
    assign = acts.press(scrum_master, "Assign")
    engineer = acts.engineers(assign, busy=False)[0]
    _works_by_hours(visit(ADMIN), desk, engineer)
    acts.choose(assign, engineer)
    acts.closed(scrum_master)

    at_work = visit(engineer)
    shown = _commits(at_work, desk, case_id)

    acts.open_ticket(at_work, desk, case_id)
    due = acts.moment(acts.fact(at_work, "Due")).astimezone(ZoneInfo(ZONE))
    assert acts.clock_words(acts.fact(at_work, "Due")) == shown
    assert due.weekday() < 5
    assert 9 * 60 < due.hour * 60 + due.minute <= 17 * 60
    assert due - desk.now() > TWENTY_HOURS * 2, "eight hours of each day count"


def _works_by_hours(page: Page, desk: Desk, engineer: str) -> None:
    """Monday to Friday from nine to five, for this engineer alone."""
    hours = f"Nine to five, {engineer}"
    page.goto(f"{desk.url}/desk/helpdesk/workingcalendar/")
    page.get_by_role("link", name="Add working hours").click()
    adding = acts.dialog(page, "Add working hours")
    adding.get_by_label("Name").fill(hours)
    adding.get_by_label("Time zone").select_option(ZONE)
    adding.get_by_role("button", name="Save").click()
    acts.closed(page)
    page.goto(f"{desk.url}/desk/helpdesk/user/?q={engineer}")
    page.get_by_role("link", name=engineer).click()
    page.get_by_role("button", name="Set working hours").click()
    setting = acts.dialog(page, f"Working hours of {engineer}")
    setting.get_by_label("Working hours").select_option(label=hours)
    setting.get_by_label("Reason").fill("As agreed with the team.")
    setting.get_by_role("button", name="Save").click()
    acts.closed(page)


def _commits(page: Page, desk: Desk, case_id: str) -> str:
    """The due time that stands there while the engineer types, which the desk was asked for; what is impossible is said too."""
    page.goto(f"{desk.url}/desk/my-work/")
    work = acts.piece_of_work(page, case_id)
    preview, hours = work.get_by_role("status"), work.get_by_label("Hours", exact=True)
    hours.fill("0")
    expect(preview).to_contain_text("A resolution time is between 1 min and 720 h.")
    hours.fill("20")
    expect(preview).to_contain_text("in working hours")
    shown = acts.clock_words(preview)
    work.get_by_role("button", name="Commit and start").click()
    expect(work).to_contain_text("In progress")
    return shown
