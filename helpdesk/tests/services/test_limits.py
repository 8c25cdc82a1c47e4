"""Whatever people write keeps its limit in every act (T4, A3, X1, X2), and who may not act learns nothing else first."""

from collections.abc import Callable

import pytest

from helpdesk.models import Assignment, User
from helpdesk.services.acting import current_person
from helpdesk.services.assignment import assign_many, assign_ticket
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.tickets import change_priority, withdraw_ticket
from tests.factories import EngineerFactory, ReporterFactory, SM1Factory, a_promise, a_ticket
from workflow.errors import FieldInvalid, PersonMissing, RoleNeeded
from workflow.texts import COMMENT_MAX

pytestmark = pytest.mark.django_db

TOO_LONG = "x" * (COMMENT_MAX + 1)


def assigns(promise: Assignment) -> object:
    return assign_ticket(
        actor=SM1Factory(), ticket_id=a_ticket().pk, engineer_id=EngineerFactory().pk, comment=TOO_LONG
    )


def asks_for_time(promise: Assignment) -> object:
    return request_extension(actor=promise.engineer, ticket_id=promise.ticket_id, extra_minutes=30, comment=TOO_LONG)


def decides(promise: Assignment) -> object:
    request_extension(actor=promise.engineer, ticket_id=promise.ticket_id, extra_minutes=30, comment="It is bigger.")
    return decide_extension(actor=SM1Factory(), ticket_id=promise.ticket_id, approve=False, comment=TOO_LONG)


def withdraws(promise: Assignment) -> object:
    return withdraw_ticket(actor=SM1Factory(), ticket_id=a_ticket().pk, reason=TOO_LONG)


def sets_a_priority(promise: Assignment) -> object:
    return change_priority(actor=SM1Factory(), ticket_id=promise.ticket_id, priority="high", reason=TOO_LONG)


@pytest.mark.parametrize("act", [assigns, asks_for_time, decides, withdraws, sets_a_priority])
def test_a_text_over_its_limit_is_refused_by_name(act: Callable[[Assignment], object]) -> None:
    promise = a_promise()

    with pytest.raises(FieldInvalid):
        act(promise)


def test_a4_who_is_no_sm_hears_that_first_whomever_they_name_as_assigner() -> None:
    reporter = ReporterFactory()
    ticket = a_ticket(reporter=reporter)

    with pytest.raises(RoleNeeded):
        assign_ticket(
            actor=reporter, ticket_id=ticket.pk, engineer_id=EngineerFactory().pk, assigned_by_id=SM1Factory().pk
        )


def test_who_is_no_sm_is_not_told_whether_an_engineer_exists() -> None:
    reporter = ReporterFactory()
    tickets = [a_ticket(reporter=reporter).pk for _ in range(2)]

    with pytest.raises(RoleNeeded):
        assign_many(actor=reporter, ticket_ids=tickets, engineer_id=10**9)


def test_somebody_who_is_not_there_any_more_acts_on_nothing() -> None:
    with pytest.raises(PersonMissing):
        current_person(User(pk=10**9))
