"""X1, X2, X4: asking for more time and deciding on it."""

from dataclasses import replace

import pytest

from workflow.errors import (
    CommentRequired,
    ExtensionClosed,
    ExtensionMissing,
    ExtensionUsed,
    ExtraTimeInvalid,
    LevelDecided,
    LevelNotHeld,
    NotCommitted,
    NotTheAssignee,
    OwnRequest,
    RoleNeeded,
    SecondPersonNeeded,
    WrongStatus,
)
from workflow.extensions import Vote, check_may_decide, check_may_request, check_may_vote, outcome
from workflow.roles import Role
from workflow.states import ExtensionStatus, Level, Status
from workflow.tests.builders import ADMIN, BOTH, ENGINEER, ENGINEER_ID, OTHER_ENGINEER, SM1, SM2, case

SM1_SAYS = {True: Vote(level=Level.SM1, person_id=SM1.id, approves=True)}
SM1_SAYS[False] = replace(SM1_SAYS[True], approves=False)
SM2_SAYS = {yes: Vote(level=Level.SM2, person_id=SM2.id, approves=yes) for yes in (True, False)}
PROMISED = case(Status.IN_PROGRESS)


@pytest.mark.parametrize(
    ("who", "ticket", "minutes", "comment", "error"),
    [
        pytest.param(ENGINEER, PROMISED, 30, "Vendor is slow", None, id="X1 at work"),
        pytest.param(ENGINEER, case(is_committed=True), 30, "Vendor is slow", None, id="X1 promised, not begun"),
        pytest.param(ENGINEER, PROMISED, 1, "x", None, id="X1 one minute"),
        pytest.param(ENGINEER, PROMISED, 43_200, "x", None, id="X1 30 days"),
        pytest.param(ENGINEER, PROMISED, 0, "x", ExtraTimeInvalid, id="X1 nothing"),
        pytest.param(ENGINEER, PROMISED, 43_201, "x", ExtraTimeInvalid, id="X1 over 30 days"),
        pytest.param(ENGINEER, PROMISED, 30, " ", CommentRequired, id="X1 no comment"),
        pytest.param(ENGINEER, case(), 30, "x", NotCommitted, id="X1 no promise yet"),
        pytest.param(
            ENGINEER, replace(PROMISED, extension_used=True), 30, "x", ExtensionUsed, id="X1 used, once a life"
        ),
        pytest.param(ENGINEER, replace(PROMISED, extension_pending=True), 30, "x", ExtensionUsed, id="X1 pending"),
        pytest.param(OTHER_ENGINEER, PROMISED, 30, "x", NotTheAssignee, id="X1 another engineer"),
        pytest.param(SM2, PROMISED, 30, "x", NotTheAssignee, id="X1 an SM"),
        *(
            pytest.param(
                ENGINEER,
                case(status, engineer_id=ENGINEER_ID, is_committed=True),
                30,
                "x",
                WrongStatus,
                id=f"X1 {status}",
            )
            for status in (Status.UNASSIGNED, Status.ESCALATED, Status.RESOLVED, Status.RESOLVED_ESCALATED)
        ),
    ],
)
def test_check_may_request(who, ticket, minutes, comment, error):
    if error is None:
        check_may_request(who, ticket, minutes, comment)
    else:
        with pytest.raises(error):
            check_may_request(who, ticket, minutes, comment)


@pytest.mark.parametrize(
    ("who", "level", "votes", "error"),
    [
        pytest.param(SM1, Level.SM1, (), None, id="X2 the first decision"),
        pytest.param(SM2, Level.SM2, (SM1_SAYS[True],), None, id="X2 the second decision"),
        pytest.param(SM2, Level.SM2, (SM1_SAYS[False],), None, id="X2 pending until both, also after a rejection"),
        pytest.param(BOTH, Level.SM1, (), None, id="X2 both held: decides for one"),
        pytest.param(SM1, Level.SM2, (), LevelNotHeld, id="A4 a level not held"),
        pytest.param(ADMIN, Level.SM2, (), RoleNeeded, id="X2 an admin does not decide"),
        pytest.param(SM1, Level.SM1, (SM1_SAYS[True],), LevelDecided, id="X2 final for that level"),
        pytest.param(BOTH, Level.SM1, (SM1_SAYS[True],), LevelDecided, id="X2 final for everybody of that level"),
        pytest.param(
            BOTH,
            Level.SM2,
            (Vote(level=Level.SM1, person_id=BOTH.id, approves=True),),
            SecondPersonNeeded,
            id="X2 two different people",
        ),
    ],
)
def test_check_may_vote(who, level, votes, error):
    def vote() -> None:
        check_may_vote(
            who, level, PROMISED, requester_id=ENGINEER_ID, status=ExtensionStatus.PENDING, votes=iter(votes)
        )

    if error is None:
        vote()
    else:
        with pytest.raises(error):
            vote()


def test_x2_nobody_decides_on_their_own_request():
    asker = replace(ENGINEER, roles=frozenset({Role.ENGINEER, Role.SM1}))

    with pytest.raises(OwnRequest):
        check_may_vote(asker, Level.SM1, PROMISED, requester_id=asker.id, status=ExtensionStatus.PENDING, votes=())


@pytest.mark.parametrize("status", [ExtensionStatus.APPROVED, ExtensionStatus.REJECTED])
def test_x2_a_decided_request_is_closed(status):
    with pytest.raises(ExtensionClosed, match=status.value):
        check_may_vote(SM1, Level.SM1, PROMISED, requester_id=ENGINEER_ID, status=status, votes=())


@pytest.mark.parametrize("status", [Status.ESCALATED, Status.RESOLVED, Status.RESOLVED_ESCALATED])
def test_x4_a_ticket_that_escalated_or_was_resolved_closed_its_request(status):
    with pytest.raises(ExtensionClosed, match="closed already"):
        check_may_vote(SM1, Level.SM1, case(status), requester_id=ENGINEER_ID, status=ExtensionStatus.PENDING, votes=())


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        pytest.param((), "pending", id="X2 nobody yet"),
        pytest.param((SM1_SAYS[True],), "pending", id="X2 one approves"),
        pytest.param((SM2_SAYS[False],), "pending", id="X2 one rejects: still pending"),
        pytest.param((SM1_SAYS[True], SM2_SAYS[True]), "approved", id="X2 both approve"),
        pytest.param((SM1_SAYS[True], SM2_SAYS[False]), "rejected", id="X2 SM2 rejects"),
        pytest.param((SM2_SAYS[True], SM1_SAYS[False]), "rejected", id="X2 SM1 rejects"),
        pytest.param((SM1_SAYS[False], SM2_SAYS[False]), "rejected", id="X2 both reject"),
    ],
)
def test_outcome(votes, expected):
    assert outcome(votes) is ExtensionStatus(expected)


def test_x2_who_is_no_sm_learns_nothing_of_a_request() -> None:
    with pytest.raises(RoleNeeded):
        check_may_decide(ENGINEER, None, case())


def test_x2_of_a_ticket_without_a_request_nothing_is_decided() -> None:
    with pytest.raises(ExtensionMissing):
        check_may_decide(SM1, None, case())
