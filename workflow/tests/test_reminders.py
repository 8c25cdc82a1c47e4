"""R1: one reminder per due time, a lead before it."""

import pytest

from workflow.reminders import LEAD_MINUTES, needs_reminder, reminder_due
from workflow.states import Status
from workflow.tests.builders import at, case


@pytest.mark.parametrize(
    ("now", "due"),
    [
        pytest.param("13:29", False, id="R1 31 minutes before: not yet"),
        pytest.param("13:30", True, id="R1 30 minutes before: now"),
        pytest.param("13:55", True, id="R1 less than the lead remains: at once"),
        pytest.param("14:00", False, id="R1 at the due time it escalates instead"),
        pytest.param("15:00", False, id="R1 after it"),
    ],
)
def test_reminder_due(now, due):
    assert reminder_due(at("14:00"), LEAD_MINUTES, at(now)) is due


def test_r1_the_lead_is_a_setting():
    assert reminder_due(at("14:00"), 60, at("13:00"))
    assert not reminder_due(at("14:00"), 60, at("12:59"))


@pytest.mark.parametrize(
    ("ticket", "reminded_of", "needed"),
    [
        pytest.param(case(is_committed=True), None, True, id="R1 promised and waiting"),
        pytest.param(case(Status.IN_PROGRESS), None, True, id="R1 promised and at work"),
        pytest.param(case(Status.IN_PROGRESS), at("14:00"), False, id="R1 reminded of this due time already"),
        pytest.param(case(Status.IN_PROGRESS), at("13:50"), True, id="R1 the due time moved: the new one has its own"),
        pytest.param(case(), None, False, id="C4 an expected due time reminds nobody"),
        pytest.param(case(Status.ESCALATED), None, False, id="R1 escalated"),
        pytest.param(case(Status.RESOLVED), None, False, id="R1 resolved"),
        pytest.param(case(Status.IN_PROGRESS, due_at=None), None, False, id="no due time at all"),
    ],
)
def test_needs_reminder(ticket, reminded_of, needed):
    assert needs_reminder(ticket, reminded_of, LEAD_MINUTES, at("13:45")) is needed
