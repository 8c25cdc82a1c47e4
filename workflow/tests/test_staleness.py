"""E4: what waits too long."""

import pytest

from workflow.staleness import ACCEPTANCE_MINUTES, TRIAGE_MINUTES, is_acceptance_stale, is_triage_stale
from workflow.states import Priority, Status
from workflow.tests.builders import at


def test_e4_shipped_targets():
    assert TRIAGE_MINUTES == ACCEPTANCE_MINUTES == {Priority.HIGH: 30, Priority.MEDIUM: 120, Priority.LOW: 480}


@pytest.mark.parametrize(
    ("status", "now", "stale"),
    [
        pytest.param(Status.UNASSIGNED, "09:30", False, id="E4 exactly the target is in time"),
        pytest.param(Status.UNASSIGNED, "09:31", True, id="E4 longer than the target"),
        *(
            pytest.param(status, "15:00", False, id=f"E4 not for {status}")
            for status in Status
            if status is not Status.UNASSIGNED
        ),
    ],
)
def test_is_triage_stale(status, now, stale):
    assert is_triage_stale(status, at("09:00"), 30, at(now)) is stale


@pytest.mark.parametrize(
    ("status", "committed", "now", "stale"),
    [
        pytest.param(Status.ASSIGNED, False, "09:30", False, id="E4 exactly the target is in time"),
        pytest.param(Status.ASSIGNED, False, "09:31", True, id="E4 longer than the target"),
        pytest.param(Status.ASSIGNED, True, "15:00", False, id="E4 not when committed"),
        *(
            pytest.param(status, False, "15:00", False, id=f"E4 not for {status}")
            for status in Status
            if status is not Status.ASSIGNED
        ),
    ],
)
def test_is_acceptance_stale(status, committed, now, stale):
    assert is_acceptance_stale(status, committed, at("09:00"), 30, at(now)) is stale
