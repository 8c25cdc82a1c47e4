"""Who may do what, from which status, with what: section 2, C1, C4, E1, P6, P8, T4; assigning has a module of its own."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from workflow.cases import Case, Person
from workflow.errors import (
    AlreadyCommitted,
    FieldInvalid,
    NotAllowed,
    NotCommitted,
    NoteRequired,
    NotTheAssignee,
    ReasonRequired,
    RepeatsItself,
    RoleNeeded,
    RoleNotAssigned,
    WrongStatus,
)
from workflow.policies import (
    check_may_assign,
    check_may_change_priority,
    check_may_commit,
    check_may_raise,
    check_may_reassign,
    check_may_resolve,
    check_may_start,
    check_may_withdraw,
    check_new_ticket,
    check_text,
    must_escalate,
)
from workflow.roles import Role
from workflow.states import SOURCES, Act, Level, Status
from workflow.tests.builders import (
    BOTH,
    ENGINEER,
    ENGINEER_ID,
    EVERYBODY,
    NOBODY,
    OTHER_ENGINEER,
    RA,
    REPORTER,
    SM1,
    SM2,
    at,
    case,
    person,
    refusal,
)

SM1_LEVEL, SM2_LEVEL = Level.SM1, Level.SM2


# Who: every act with everybody, from the status in which the act is possible


def level_of(who: Person) -> Level:
    return SM2_LEVEL if Role.SM2 in who.roles else SM1_LEVEL


ACTS: dict[Act, Callable[[Person, Case], None]] = {
    Act.ASSIGN: lambda who, one: check_may_assign(who, level_of(who), one, OTHER_ENGINEER),
    Act.REASSIGN: lambda who, one: check_may_reassign(who, level_of(who), one, OTHER_ENGINEER, "He knows it", True),
    Act.COMMIT: lambda who, one: check_may_commit(who, replace(one, is_committed=False)),
    Act.START: lambda who, one: check_may_start(who, one, not one.is_committed),
    Act.RESOLVE: lambda who, one: check_may_resolve(who, one, "Restarted it"),
    Act.WITHDRAW: lambda who, one: check_may_withdraw(who, one, "Asked twice"),
    Act.CHANGE_PRIORITY: lambda who, one: check_may_change_priority(who, one, "Payroll waits for it"),
}
MAY = {
    Act.ASSIGN: {SM1, SM2, BOTH},
    Act.REASSIGN: {SM1, SM2, BOTH},
    Act.COMMIT: {ENGINEER},
    Act.START: {ENGINEER},
    Act.RESOLVE: {ENGINEER},
    Act.WITHDRAW: {REPORTER, SM1, SM2, BOTH},
    Act.CHANGE_PRIORITY: {SM1, SM2, BOTH},
}


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who.name)
@pytest.mark.parametrize("act", ACTS)
def test_section_2_who_may_do_it(act, who):
    status = min(SOURCES[act])

    found = refusal(lambda: ACTS[act](who, case(status)))

    assert found is None if who in MAY[act] else found is not None and issubclass(found, NotAllowed)


@pytest.mark.parametrize("who", [REPORTER, ENGINEER, SM1, SM2], ids=lambda who: who.name)
@pytest.mark.parametrize("act", ACTS)
def test_p8_nobody_inactive_does_anything(act, who):
    assert refusal(lambda: ACTS[act](replace(who, is_active=False), case(min(SOURCES[act])))) is RoleNotAssigned


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", ACTS)
def test_section_2_every_act_from_every_status(act, status):
    who = min(MAY[act], key=lambda one: one.id)
    one = case(status, engineer_id=ENGINEER_ID)

    found = refusal(lambda: ACTS[act](who, one))

    assert found is (None if status in SOURCES[act] else WrongStatus)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", ACTS)
def test_who_comes_before_the_status_so_that_others_learn_nothing(act, status):
    found = refusal(lambda: ACTS[act](NOBODY, case(status)))

    assert found is RoleNotAssigned


def test_a_refused_status_names_the_ticket_its_status_and_what_is_possible():
    with pytest.raises(WrongStatus) as refused:
        check_may_start(ENGINEER, case(Status.ESCALATED), gives_time=False)

    assert refused.value.sentence == (
        "N-EXP-1001 is escalated and cannot be started. It can be reassigned or resolved."
    )
    assert refused.value.data == {
        "case_id": "N-EXP-1001",
        "status": "escalated",
        "act": "start",
        "allowed": ["reassign", "resolve"],
    }


# Raise


@pytest.mark.parametrize("role", Role)
def test_section_2_any_role_holder_may_report(role):
    check_may_raise(person(50, role))


def test_p6_without_a_role_nobody_reports():
    assert refusal(lambda: check_may_raise(NOBODY)) is RoleNotAssigned


@pytest.mark.parametrize(
    ("title", "description", "fields"),
    [
        pytest.param("x", "y", set(), id="one character each"),
        pytest.param("x" * 200, "y" * 20_000, set(), id="exactly the limits"),
        pytest.param("", "y", {"title"}, id="no title"),
        pytest.param("x" * 201, "y", {"title"}, id="title too long"),
        pytest.param("x", " \u200b", {"description"}, id="a description nobody sees"),
        pytest.param("", "y" * 20_001, {"title", "description"}, id="both said at once"),
    ],
)
def test_check_new_ticket(title, description, fields):
    if not fields:
        check_new_ticket(title, description)
        return
    with pytest.raises(FieldInvalid) as refused:
        check_new_ticket(title, description)

    assert set(refused.value.errors) == fields
    assert refused.value.data["errors"] == refused.value.errors


def test_check_text_refuses_an_empty_and_an_oversized_one():
    check_text("comment", "Fine")
    with pytest.raises(FieldInvalid, match="The comment must not be empty"):
        check_text("comment", "")
    with pytest.raises(FieldInvalid, match="at most 20,000"):
        check_text("note", "x" * 20_001)


# The assignee's acts


@pytest.mark.parametrize(
    ("who", "error"),
    [
        pytest.param(ENGINEER, None, id="the assignee"),
        pytest.param(OTHER_ENGINEER, NotTheAssignee, id="another engineer"),
        pytest.param(replace(ENGINEER, roles=frozenset({Role.REPORTER})), NotTheAssignee, id="P8 no engineer any more"),
        pytest.param(SM2, NotTheAssignee, id="an SM"),
        pytest.param(NOBODY, RoleNotAssigned, id="P6 no role"),
    ],
)
def test_only_the_assignee(who, error):
    assert refusal(lambda: check_may_commit(who, case())) is error
    assert refusal(lambda: check_may_start(who, case(), True)) is error
    assert refusal(lambda: check_may_resolve(who, case(Status.IN_PROGRESS), "Done")) is error


def test_c1_a_promise_is_given_once():
    assert refusal(lambda: check_may_commit(ENGINEER, case(is_committed=True))) is AlreadyCommitted


@pytest.mark.parametrize(
    ("committed", "gives_time", "error"),
    [
        pytest.param(True, False, None, id="the time was given before"),
        pytest.param(False, True, None, id="the time is given now"),
        pytest.param(False, False, NotCommitted, id="no time at all"),
        pytest.param(True, True, AlreadyCommitted, id="C1 the time given twice"),
    ],
)
def test_check_may_start(committed, gives_time, error):
    assert refusal(lambda: check_may_start(ENGINEER, case(is_committed=committed), gives_time)) is error


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.ESCALATED])
def test_resolving_needs_a_note(status):
    assert refusal(lambda: check_may_resolve(ENGINEER, case(status), "\n ")) is NoteRequired


# Withdraw and priority


@pytest.mark.parametrize(
    ("who", "error"),
    [
        pytest.param(replace(REPORTER, id=77), RoleNeeded, id="another reporter"),
        pytest.param(RA, RoleNeeded, id="an RA"),
        pytest.param(replace(REPORTER, roles=frozenset()), RoleNotAssigned, id="P6 its reporter, without a role now"),
    ],
)
def test_withdraw_is_for_its_reporter_and_sms(who, error):
    assert refusal(lambda: check_may_withdraw(who, case(Status.UNASSIGNED), "Why")) is error


@pytest.mark.parametrize(
    ("reason", "repeats", "error"),
    [
        pytest.param("Asked twice", "", None, id="a reason"),
        pytest.param("Asked twice", "N-EXP-1000", None, id="a reason and the case it repeats"),
        pytest.param(" ", "", ReasonRequired, id="no reason"),
        pytest.param("Asked twice", "N-EXP-1001", RepeatsItself, id="repeating itself"),
    ],
)
def test_check_may_withdraw(reason, repeats, error):
    assert refusal(lambda: check_may_withdraw(REPORTER, case(Status.UNASSIGNED), reason, repeats)) is error


def test_t4_a_change_of_priority_needs_a_reason():
    assert refusal(lambda: check_may_change_priority(SM1, case(), "")) is ReasonRequired


# Escalation


@pytest.mark.parametrize(
    ("ticket", "now", "late"),
    [
        pytest.param(case(is_committed=True), "13:59", False, id="E1 a minute before"),
        pytest.param(case(is_committed=True), "14:00", True, id="E1 at its due time, waiting"),
        pytest.param(case(Status.IN_PROGRESS), "14:00", True, id="E1 at its due time, at work"),
        pytest.param(case(Status.IN_PROGRESS), "+1 09:00", True, id="E1 long after"),
        pytest.param(case(), "15:00", False, id="C4 nothing escalates on an expected time"),
        pytest.param(case(Status.IN_PROGRESS, due_at=None), "15:00", False, id="no due time"),
        *(
            pytest.param(
                case(status, is_committed=True, due_at=at("14:00")), "15:00", False, id=f"E1 not from {status}"
            )
            for status in (Status.UNASSIGNED, Status.RESOLVED, Status.ESCALATED, Status.RESOLVED_ESCALATED)
        ),
    ],
)
def test_e1_must_escalate(ticket, now, late):
    assert must_escalate(ticket, at(now)) is late
