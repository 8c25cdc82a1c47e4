"""One question for every act: may this person do it now."""

import pytest

from helpdesk import clock as desk_clock
from helpdesk.models import User
from helpdesk.selectors import access
from tests.clock import HeldClock
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
)
from workflow.states import Act, Level

pytestmark = pytest.mark.django_db


def allowed(user: User, ticket: object, **level: Level) -> set[Act]:
    return {act for act in Act if access.may(user, act, ticket, now=desk_clock.now(), **level)}  # type: ignore[arg-type]


def test_may_is_what_role_relation_and_status_allow() -> None:
    ticket = a_ticket()
    other = ReporterFactory()

    assert allowed(ticket.reporter, ticket) == {Act.WITHDRAW, Act.COMMENT, Act.ADD_FILE}
    assert allowed(SM1Factory(), ticket) == {
        Act.ASSIGN, Act.WITHDRAW, Act.CHANGE_PRIORITY, Act.COMMENT, Act.COMMENT_INTERNALLY, Act.ADD_FILE,
    }  # fmt: skip
    assert allowed(AdminFactory(), ticket) == {Act.COMMENT, Act.COMMENT_INTERNALLY}
    assert allowed(other, ticket) == allowed(EngineerFactory(), ticket) == set()


def test_may_asks_the_level_of_the_open_tab() -> None:
    both = SM1Factory(roles=["sm1", "sm2"])
    assignment = an_assignment(by=SM2Factory())

    assert Act.REASSIGN in allowed(both, assignment.ticket)
    assert Act.REASSIGN not in allowed(both, assignment.ticket, level=Level.SM1)


def test_may_judges_a_broken_promise_as_escalated(clock: HeldClock) -> None:
    assignment = a_promise(minutes=30)
    assert Act.START in allowed(assignment.engineer, assignment.ticket)

    clock.forward(minutes=31)

    assert Act.START not in allowed(assignment.engineer, assignment.ticket)
    assert Act.RESOLVE in allowed(assignment.engineer, assignment.ticket)
