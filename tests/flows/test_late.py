"""The late story: assigned anyway to a busy engineer, promised, reminded, escalated, resolved after escalation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk

pytestmark = pytest.mark.flow

TITLE = "Dunning letters go to closed accounts"
BUSY = "Selected member is already engaged in another task"
REPORTER = "Samuel Mensah"
SCRUM_MASTER = "Maya Fernandes"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Promise:
    """Who promised what, as the pages show it."""

    engineer: str
    manager: str
    start: datetime
    due: datetime


def test_a_ticket_of_a_busy_engineer_is_reminded_escalated_and_resolved_late(desk: Desk, visit: Visit) -> None:
    reporter = visit(REPORTER)
    case_id = acts.raise_ticket(reporter, desk, TITLE)
    _everybody_is_told(reporter, desk, case_id)

    scrum_master = visit(SCRUM_MASTER)
    engineer = _assign_later_changes_nothing(scrum_master, desk, case_id)
    planned = _assign_anyway(scrum_master, desk, case_id, engineer)
    _engineer_is_told(desk, case_id, planned)

    at_work = visit(engineer)
    promise = _commit_and_start(at_work, desk, case_id, planned)
    _is_reminded_once(desk, case_id, promise)
    _escalates(desk, case_id, promise)
    _stands_under_escalations(scrum_master, visit(promise.manager), at_work, desk, case_id, promise)
    _is_nobody_elses(visit(_another_engineer(desk, engineer), refusals=(404,)), desk, case_id)

    _resolve(at_work, desk, case_id)
    _is_resolved_after_escalation(scrum_master, desk, case_id)
    _reporter_is_told(reporter, desk, case_id)


def _everybody_is_told(reporter: Page, desk: Desk, case_id: str) -> None:
    """Both SM1s, both SM2s and those with a second role, once each; the reporter has the receipt (N1, N4)."""
    told = desk.mails_to(desk.emails("sm1", "sm2"), about=case_id, saying="New ticket")
    receipt = desk.mails_to({desk.people[REPORTER].email}, about=case_id, saying="We have your ticket")
    acts.open_ticket(reporter, desk, case_id)
    created = acts.moment(acts.fact(reporter, "Raised"))
    assert {"maya.fernandes", "tomasz.nowak", "grace.okafor", "henrik.lund", "daniel.reyes", "leila.haddad"} == {
        email.partition("@")[0] for email in told
    }
    for mail in (*told.values(), *receipt.values()):
        acts.hold_facts(mail, desk, case_id, TITLE, acts.DESCRIPTION, "High", "Exponentia")
        assert "Attachments: none" in mail.words
        assert "Attachments none" in acts.words_of(mail.html)
        assert acts.says_moment(mail.words, created)
        assert acts.says_moment(acts.words_of(mail.html), created)


def _assign_later_changes_nothing(page: Page, desk: Desk, case_id: str) -> str:
    """Choose somebody who is at work: the prompt says so, and "Assign later" leaves everything as it was."""
    acts.open_ticket(page, desk, case_id)
    assign = acts.press(page, "Assign")
    busy = next(name for name in acts.engineers(assign, busy=True) if desk.people[name].roles == ("engineer",))
    acts.choose(assign, busy)
    prompt = page.get_by_role("region", name=BUSY)
    expect(prompt.get_by_role("heading")).to_have_text(BUSY)
    expect(prompt).to_contain_text(f"{busy} holds:")
    assert prompt.get_by_role("listitem").count() >= 1
    page.get_by_role("button", name="Assign later").click()
    acts.closed(page)

    acts.open_ticket(page, desk, case_id)
    expect(page.get_by_role("region", name="Where it stands")).to_contain_text("Unassigned")
    expect(acts.fact(page, "Engineer")).to_have_count(0)
    assert desk.mails(about=case_id, saying="Assigned to you") == []
    return busy


def _assign_anyway(page: Page, desk: Desk, case_id: str, engineer: str) -> Promise:
    """The start and the due time the prompt shows are those that stand on the ticket afterwards (C2, A5)."""
    acts.choose(acts.press(page, "Assign"), engineer)
    prompt = page.get_by_role("region", name=BUSY)
    times = prompt.get_by_role("definition")
    shown = (acts.moment(times.nth(0)), acts.moment(times.nth(1)))
    page.get_by_role("button", name="Assign anyway").click()
    acts.closed(page)

    acts.open_ticket(page, desk, case_id)
    expect(page.get_by_role("region", name="Where it stands")).to_contain_text("Assigned")
    expect(acts.fact(page, "Engineer")).to_contain_text(engineer)
    expect(acts.fact(page, "Assigned by")).to_have_text(f"{SCRUM_MASTER}, as SM1")
    expect(acts.fact(page, "Due")).to_contain_text("expected")
    stored = (acts.moment(acts.fact(page, "Planned start")), acts.moment(acts.fact(page, "Due")))
    assert stored == shown
    assert stored[0] > desk.now()
    manager = acts.fact(page, "Reporting authority").inner_text().splitlines()[-1].strip()
    return Promise(engineer, manager, *stored)


def _engineer_is_told(desk: Desk, case_id: str, planned: Promise) -> None:
    told = desk.mails_to({desk.people[planned.engineer].email}, about=case_id, saying="Assigned to you")
    for mail in told.values():
        acts.hold_facts(mail, desk, case_id, TITLE, acts.DESCRIPTION, "High", SCRUM_MASTER)
        assert acts.says_moment(mail.words, planned.due)
        assert acts.says_moment(acts.words_of(mail.html), planned.due)


def _commit_and_start(page: Page, desk: Desk, case_id: str, planned: Promise) -> Promise:
    """The promise counts from the planned start, and is what stood there while typing (C1-C3)."""
    page.goto(f"{desk.url}/desk/my-work/")
    work = acts.piece_of_work(page, case_id)
    expect(work).to_contain_text("needs a resolution time")
    work.get_by_role("button", name="Commit").click()
    commit = acts.dialog(page, "Commit to a resolution time")
    commit.get_by_label("Hours", exact=True).fill("1")
    commit.get_by_label("Minutes", exact=True).fill("15")
    expect(commit.get_by_role("status")).to_contain_text("Due")
    shown = acts.clock_words(commit.get_by_role("status"))
    commit.get_by_role("button", name="Commit").click()
    acts.closed(page)

    promised = acts.piece_of_work(page, case_id).get_by_role("definition").last
    assert acts.clock_words(promised) == shown
    acts.piece_of_work(page, case_id).get_by_role("button", name="Start").click()
    acts.dialog(page, "Start work").get_by_role("button", name="Start").click()
    acts.closed(page)

    acts.open_ticket(page, desk, case_id)
    expect(page.get_by_role("region", name="Where it stands")).to_contain_text("In progress")
    due = acts.moment(acts.fact(page, "Due"))
    assert due == planned.start + 75 * MINUTE
    return Promise(planned.engineer, planned.manager, planned.start, due)


def _is_reminded_once(desk: Desk, case_id: str, promise: Promise) -> None:
    """Nothing 31 minutes before; one mail 29 minutes before, and no second one a minute later (R1)."""
    engineer = {desk.people[promise.engineer].email}
    desk.move_to(promise.due - 32 * MINUTE)
    assert desk.mails(about=case_id, saying="] Due ") == []
    desk.move_to(promise.due - 29 * MINUTE)
    told = desk.mails_to(engineer, about=case_id, saying="] Due ", within=120)
    acts.hold_all(told.values(), desk, case_id, TITLE, acts.DESCRIPTION, "High")
    desk.move_to(promise.due - 27 * MINUTE)
    assert len(desk.mails(about=case_id, saying="] Due ")) == 1


def _escalates(desk: Desk, case_id: str, promise: Promise) -> None:
    """The manager and every scrum master are told, once each (E1)."""
    assert desk.mails(about=case_id, saying="Escalated") == []
    desk.move_to(promise.due + 5 * MINUTE)
    everybody = desk.emails("sm1", "sm2") | {desk.people[promise.manager].email}
    told = desk.mails_to(everybody, about=case_id, saying="Escalated", within=120)
    acts.hold_all(told.values(), desk, case_id, TITLE, acts.DESCRIPTION, "High", promise.engineer)


def _stands_under_escalations(
    scrum_master: Page, manager: Page, engineer: Page, desk: Desk, case_id: str, promise: Promise
) -> None:
    """With engineer, manager and how late, for those who see all of it, and under the engineer's own (E2)."""
    for page in (scrum_master, manager):
        acts.open_list(page, desk, "escalated")
    expect(manager.get_by_role("heading", level=1)).to_have_text("Escalations")
    for page in (scrum_master, manager):
        late = acts.row(page, case_id)
        for words in (TITLE, promise.engineer, promise.manager, " late)"):
            expect(late).to_contain_text(words)
    engineer.goto(f"{desk.url}/desk/my-work/")
    expect(engineer.get_by_role("region", name="My escalations")).to_contain_text(case_id)
    acts.open_list(engineer, desk, "escalated")
    expect(engineer.get_by_role("heading", level=1)).to_have_text("My escalations")
    expect(acts.row(engineer, case_id)).to_be_visible()


def _another_engineer(desk: Desk, engineer: str) -> str:
    return next(name for name, person in desk.people.items() if person.roles == ("engineer",) and name != engineer)


def _is_nobody_elses(page: Page, desk: Desk, case_id: str) -> None:
    """Another engineer finds it in no list, also not in that of all engineers, and has no page of it (P9, E2)."""
    for query in ("bucket=escalated", "bucket=escalated&engineers=all", "bucket=any"):
        page.goto(f"{desk.url}/desk/helpdesk/ticket/?{query}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(acts.row(page, case_id)).to_have_count(0)
    answer = page.goto(f"{desk.url}/tickets/{case_id}/")
    assert answer is not None
    assert answer.status == 404


def _resolve(page: Page, desk: Desk, case_id: str) -> None:
    page.goto(f"{desk.url}/desk/my-work/")
    late = page.get_by_role("region", name="My escalations").get_by_role("listitem").filter(has_text=case_id)
    late.get_by_role("button", name="Resolve").click()
    resolve = acts.dialog(page, "Resolve")
    resolve.get_by_label("Resolution note").fill("Closed accounts are left out again.")
    resolve.get_by_role("button", name="Resolve").click()
    acts.closed(page)
    expect(page.get_by_role("region", name="Recently resolved")).to_contain_text(case_id)


def _is_resolved_after_escalation(page: Page, desk: Desk, case_id: str) -> None:
    for bucket, times in (("escalation_resolved", 1), ("resolved", 0), ("escalated", 0)):
        acts.open_list(page, desk, bucket)
        expect(acts.row(page, case_id)).to_have_count(times)


def _reporter_is_told(page: Page, desk: Desk, case_id: str) -> None:
    everybody = desk.emails("sm1", "sm2") | {desk.people[REPORTER].email}
    told = desk.mails_to(everybody, about=case_id, saying="Resolved after escalation")
    acts.hold_all(told.values(), desk, case_id, TITLE, "Closed accounts are left out again.")
    acts.open_ticket(page, desk, case_id)
    expect(page.get_by_role("main")).to_contain_text("resolved, later than promised")
    expect(page.get_by_role("main")).to_contain_text("Closed accounts are left out again.")
