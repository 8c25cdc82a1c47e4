"""What somebody may do with a ticket now: every answer comes from the policies, so no rule stands twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from workflow.cases import Case, Person
from workflow.errors import (
    AssignedBySm2,
    LevelDecided,
    OverrideOff,
    OwnRequest,
    SecondPersonNeeded,
    WorkflowError,
)
from workflow.extensions import check_may_decide, check_may_request
from workflow.policies import (
    check_assignable,
    check_may_add_file,
    check_may_change_priority,
    check_may_comment,
    check_may_commit,
    check_may_resolve,
    check_may_start,
    check_may_withdraw,
    check_reassignable,
    must_escalate,
)
from workflow.roles import level_for
from workflow.states import Act, Level, Status
from workflow.visibility import Relation

__all__ = ["Act", "ActOption", "possible_acts"]

_GIVEN = "given"
"""Stands for the text the person will type: what is asked here is whether the act is theirs."""

_WORTH_EXPLAINING = {AssignedBySm2.code, OverrideOff.code, LevelDecided.code, OwnRequest.code, SecondPersonNeeded.code}


@dataclass(frozen=True, kw_only=True)
class ActOption:
    """An act and whether it is possible now; a refused one says why, in the words and code of its error."""

    act: Act
    allowed: bool
    reason: str = ""
    code: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether a page offers it: when possible, or disabled where authority stands in the way."""
        return self.allowed or self.code in _WORTH_EXPLAINING


def possible_acts(
    person: Person,
    case: Case,
    relations: Relation,
    *,
    now: datetime,
    sm2_may_override: bool,
    level: Level | None = None,
) -> tuple[ActOption, ...]:
    """Every act with its answer, in the order of `Act`; `level` is that of the open tab, else the highest held.

    A ticket whose promise has passed is judged as escalated already, as the act itself would find it (E1).
    """
    if must_escalate(case, now):
        case = replace(case, status=Status.ESCALATED)
    checks: dict[Act, Callable[[], object]] = {
        Act.ASSIGN: lambda: check_assignable(person, level_for(person.roles, level), case),
        Act.REASSIGN: lambda: check_reassignable(person, level_for(person.roles, level), case, sm2_may_override),
        Act.COMMIT: lambda: check_may_commit(person, case),
        Act.START: lambda: check_may_start(person, case, gives_time=not case.is_committed),
        Act.RESOLVE: lambda: check_may_resolve(person, case, _GIVEN),
        Act.WITHDRAW: lambda: check_may_withdraw(person, case, _GIVEN),
        Act.CHANGE_PRIORITY: lambda: check_may_change_priority(person, case, _GIVEN),
        Act.REQUEST_EXTENSION: lambda: check_may_request(person, case, 1, _GIVEN),
        Act.DECIDE_EXTENSION: lambda: check_may_decide(person, level, case),
        Act.COMMENT: lambda: check_may_comment(person, case, False, relations),
        Act.COMMENT_INTERNALLY: lambda: check_may_comment(person, case, True, relations),
        Act.ADD_FILE: lambda: check_may_add_file(person, case, relations),
    }
    return tuple(_option(act, checks[act]) for act in Act)


def _option(act: Act, check: Callable[[], object]) -> ActOption:
    try:
        check()
    except WorkflowError as refusal:
        return ActOption(act=act, allowed=False, reason=refusal.sentence, code=refusal.code)
    return ActOption(act=act, allowed=True)
