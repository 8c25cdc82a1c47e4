"""T3 and the table of the state machine: every status with every act."""

import pytest

from workflow.states import OPEN, QUEUE, RESOLVED, SOURCES, STATE_ACTS, Act, Bucket, Level, Priority, Status, acts_from

U, A, P, R, E, X = Status
"""Unassigned, assigned, in progress, resolved, escalated, resolved after escalation."""

FROM = {
    Act.ASSIGN: {U},
    Act.REASSIGN: {A, P, E},
    Act.COMMIT: {A},
    Act.START: {A},
    Act.RESOLVE: {P, E},
    Act.WITHDRAW: {U},
    Act.CHANGE_PRIORITY: {U, A, P, E},
    Act.REQUEST_EXTENSION: {A, P},
    Act.DECIDE_EXTENSION: {A, P},
    Act.COMMENT: set(Status),
    Act.COMMENT_INTERNALLY: set(Status),
    Act.ADD_FILE: {U, A, P, E},
}


def test_t3_the_stored_words_and_no_other():
    assert [str(status) for status in Status] == [
        "unassigned",
        "assigned",
        "in_progress",
        "resolved",
        "escalated",
        "resolved_escalated",
    ]


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("status", Status)
def test_section_2_each_act_from_each_status(act, status):
    assert (status in SOURCES[act]) is (status in FROM[act])


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (U, (Act.ASSIGN, Act.WITHDRAW)),
        (A, (Act.REASSIGN, Act.COMMIT, Act.START)),
        (P, (Act.REASSIGN, Act.RESOLVE)),
        (R, ()),
        (E, (Act.REASSIGN, Act.RESOLVE)),
        (X, ()),
    ],
)
def test_acts_from(status, acts):
    assert acts_from(status) == acts
    assert set(acts) <= set(STATE_ACTS)


def test_each_status_is_open_or_resolved():
    assert set(Status) == OPEN | RESOLVED
    assert not OPEN & RESOLVED
    assert QUEUE < OPEN


def test_labels_are_the_desks_words():
    assert [one.label for one in Status] == [
        "Unassigned",
        "Assigned",
        "In progress",
        "Resolved",
        "Escalated",
        "Resolved after escalation",
    ]
    assert Priority.choices() == [("high", "High"), ("medium", "Medium"), ("low", "Low")]
    assert [one.label for one in Level] == ["SM1", "SM2"]
    assert Bucket("escalation_resolved").label == "Resolved after escalation"
