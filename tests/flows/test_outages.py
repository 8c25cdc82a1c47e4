"""Outages: the mail server away, the worker killed. Acts still work at once, and every mail arrives once it can."""

import os
import signal
import time
from datetime import timedelta

import pytest

from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk, eventually

pytestmark = pytest.mark.flow

AT_ONCE = 5.0
"""Seconds an act may take while something else is broken; a mail server that hangs would cost far more."""
LONGEST_FIRST_PAUSE = timedelta(minutes=10)


@pytest.mark.parametrize("failure", ["down", "busy"])
def test_a_ticket_is_raised_while_mail_is_out_and_its_mails_arrive_later(
    desk: Desk, visit: Visit, failure: str
) -> None:
    page = visit("Hannah Weiss")
    acts.fill_in_ticket(page, desk, f"Ledger is closed while mail is {failure}")
    desk.smtp(failure)
    try:
        began = time.monotonic()
        page.get_by_role("button", name="Raise ticket").click()
        case_id = acts.raised_case(page)
        assert time.monotonic() - began < AT_ONCE
        time.sleep(2)
        assert desk.mails(about=case_id) == []
    finally:
        desk.smtp("up")

    desk.move(LONGEST_FIRST_PAUSE)

    desk.mails_to(desk.emails("sm1", "sm2"), about=case_id, saying="New ticket")
    desk.mails_to({desk.people["Hannah Weiss"].email}, about=case_id, saying="We have your ticket")


def test_a_killed_worker_is_replaced_and_no_mail_is_lost(desk: Desk, visit: Visit) -> None:
    page = visit("Hannah Weiss")
    acts.fill_in_ticket(page, desk, "Ledger is closed while the worker is dead")
    before = eventually(desk.workers, what="a worker runs")
    os.kill(before[0], signal.SIGKILL)

    began = time.monotonic()
    page.get_by_role("button", name="Raise ticket").click()
    case_id = acts.raised_case(page)
    assert time.monotonic() - began < AT_ONCE

    desk.mails_to(desk.emails("sm1", "sm2"), about=case_id, saying="New ticket")
    desk.mails_to({desk.people["Hannah Weiss"].email}, about=case_id, saying="We have your ticket")
    assert set(desk.workers()) & set(before) == set()
