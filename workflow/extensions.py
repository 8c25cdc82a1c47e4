"""One extension per ticket: who may ask, who decides, and what comes of it (X1-X4)."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.cases import Case, Person, Vote
from workflow.errors import (
    CommentRequired,
    ExtensionClosed,
    ExtensionMissing,
    ExtensionUsed,
    ExtraTimeInvalid,
    LevelDecided,
    NotCommitted,
    OwnRequest,
    SecondPersonNeeded,
)
from workflow.lineup import LONGEST_MINUTES
from workflow.policies import check_holds_level, check_is_assignee, check_is_scrum_master, check_status
from workflow.roles import ROLE_OF_LEVEL, level_for
from workflow.states import LATE_ABLE, Act, ExtensionStatus, Level
from workflow.texts import is_blank

__all__ = ["Vote", "check_may_decide", "check_may_request", "check_may_vote", "outcome"]


def check_may_request(person: Person, case: Case, extra_minutes: int, comment: str) -> None:
    """The assignee asks once in the ticket's life, while its promise runs: 1 minute to 30 days and a comment (X1)."""
    check_is_assignee(person, case)
    check_status(case, Act.REQUEST_EXTENSION)
    if case.extension_used or case.extension_pending:
        raise ExtensionUsed(case_id=case.case_id)
    if not case.is_committed:
        raise NotCommitted(case_id=case.case_id)
    if not 1 <= extra_minutes <= LONGEST_MINUTES:
        raise ExtraTimeInvalid(longest=LONGEST_MINUTES)
    if is_blank(comment):
        raise CommentRequired(why="a request says what the time is for", case_id=case.case_id)


def check_may_vote(
    person: Person,
    level: Level,
    case: Case,
    *,
    requester_id: int,
    status: ExtensionStatus,
    votes: Iterable[Vote],
) -> None:
    """One SM of each level decides, two different people, neither of them the one who asked; finally (X2).

    A ticket that escalated, was resolved or reassigned meanwhile has closed its request (X4).
    """
    given = tuple(votes)
    check_holds_level(person, level)
    if status is not ExtensionStatus.PENDING:
        raise ExtensionClosed(case_id=case.case_id, status=status.label.lower())
    if case.status not in LATE_ABLE:
        raise ExtensionClosed(case_id=case.case_id, status="closed")
    if person.id == requester_id:
        raise OwnRequest(case_id=case.case_id)
    if any(vote.level is level for vote in given):
        raise LevelDecided(case_id=case.case_id, level=level)
    if any(vote.person_id == person.id for vote in given):
        raise SecondPersonNeeded(case_id=case.case_id)


def check_may_decide(person: Person, level: Level | None, case: Case) -> Level:
    """Whether this SM may decide on the ticket's request now, and for which level (X2, A4).

    Without a level it is the highest they hold that has still to decide. A ticket without a request has none to decide on.
    """
    check_is_scrum_master(person)
    if case.extension_status is None or case.requester_id is None:
        raise ExtensionMissing
    level = level_for(person.roles, level or _open_level(person, case.votes))
    check_may_vote(person, level, case, requester_id=case.requester_id, status=case.extension_status, votes=case.votes)
    return level


def _open_level(person: Person, votes: Iterable[Vote]) -> Level | None:
    """The highest level they hold that has not decided; None leaves it to the highest they hold."""
    decided = {vote.level for vote in votes}
    held = [level for level, role in ROLE_OF_LEVEL.items() if person.holds(role) and level not in decided]
    return held[-1] if held else None


def outcome(votes: Iterable[Vote]) -> ExtensionStatus:
    """Pending until both levels have decided; approved when both approve, else rejected (X2)."""
    approves = {vote.level: vote.approves for vote in votes}
    if set(approves) != set(Level):
        return ExtensionStatus.PENDING
    return ExtensionStatus.APPROVED if all(approves.values()) else ExtensionStatus.REJECTED
