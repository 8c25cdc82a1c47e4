"""Who may do what, from which status, with what: section 2, A2-A7, C1, C6, E1, P6, P8, T4."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from workflow.cases import Case, Person
from workflow.errors import (
    AlreadyCommitted,
    AssignedBySm2,
    AssignerForged,
    CommentRequired,
    FieldInvalid,
    LevelNotHeld,
    NotAllowed,
    NotCommitted,
    NoteRequired,
    NotInPool,
    NotTheAssignee,
    OverrideOff,
    OwnTicket,
    ReasonRequired,
    RepeatsItself,
    RoleNeeded,
    RoleNotAssigned,
    SameEngineer,
    WorkflowError,
    WrongStatus,
)
from workflow.lineup import Plan, Queue, reorder
from workflow.policies import (
    check_assigner,
    check_may_assign,
    check_may_change_priority,
    check_may_commit,
    check_may_raise,
    check_may_reassign,
    check_may_reorder,
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
    ADMIN,
    BOTH,
    ENGINEER,
    ENGINEER_ID,
    EVERYBODY,
    NOBODY,
    OTHER_ENGINEER,
    RA,
    REPORTER,
    REPORTER_ID,
    SM1,
    SM2,
    at,
    case,
    person,
    slot,
)

SM1_LEVEL, SM2_LEVEL = Level.SM1, Level.SM2


def refusal(check: Callable[[], None]) -> type[WorkflowError] | None:
    """The class of the error a check raises, None when the act is allowed."""
    try:
        check()
    except WorkflowError as error:
        return type(error)
    return None


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


# Assign and reassign


@pytest.mark.parametrize(
    ("named", "error"),
    [
        pytest.param(None, None, id="A4 nobody named"),
        pytest.param(SM1.id, None, id="A4 the caller"),
        pytest.param(SM2.id, AssignerForged, id="A4 somebody else"),
    ],
)
def test_check_assigner(named, error):
    assert refusal(lambda: check_assigner(SM1, named)) is error


@pytest.mark.parametrize(
    ("who", "level", "error"),
    [
        pytest.param(SM1, SM1_LEVEL, None, id="SM1 as SM1"),
        pytest.param(SM1, SM2_LEVEL, LevelNotHeld, id="A4 SM1 as SM2"),
        pytest.param(SM2, SM1_LEVEL, LevelNotHeld, id="A4 SM2 as SM1"),
        pytest.param(BOTH, SM1_LEVEL, None, id="both as SM1"),
        pytest.param(BOTH, SM2_LEVEL, None, id="both as SM2"),
        pytest.param(ADMIN, SM2_LEVEL, RoleNeeded, id="an admin is no SM"),
    ],
)
def test_a4_the_level_is_one_the_caller_holds(who, level, error):
    ticket = case(Status.UNASSIGNED)

    assert refusal(lambda: check_may_assign(who, level, ticket, ENGINEER)) is error


@pytest.mark.parametrize(
    ("engineer", "confirmed", "error"),
    [
        pytest.param(ENGINEER, False, None, id="A7 an active engineer"),
        pytest.param(replace(ENGINEER, is_active=False), False, NotInPool, id="A7 P8 inactive"),
        pytest.param(replace(ENGINEER, roles=frozenset({Role.SM1})), False, NotInPool, id="A7 P8 no engineer any more"),
        pytest.param(replace(ENGINEER, id=REPORTER_ID), False, OwnTicket, id="A7 their own ticket"),
        pytest.param(replace(ENGINEER, id=REPORTER_ID), True, None, id="A7 their own ticket, confirmed"),
        pytest.param(replace(REPORTER), True, NotInPool, id="A7 confirming does not make an engineer"),
    ],
)
def test_a7_the_pool(engineer, confirmed, error):
    unassigned, assigned = case(Status.UNASSIGNED), case(engineer_id=77)

    assert refusal(lambda: check_may_assign(SM1, SM1_LEVEL, unassigned, engineer, confirmed)) is error
    assert refusal(lambda: check_may_reassign(SM1, SM1_LEVEL, assigned, engineer, "Why", True, confirmed)) is error


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.IN_PROGRESS, Status.ESCALATED])
@pytest.mark.parametrize(
    ("who", "level", "assigned_as", "switch", "error"),
    [
        pytest.param(SM1, SM1_LEVEL, SM1_LEVEL, True, None, id="A2 SM1 over SM1"),
        pytest.param(SM1, SM1_LEVEL, SM1_LEVEL, False, None, id="A2 SM1 over SM1, switch off"),
        pytest.param(SM1, SM1_LEVEL, SM2_LEVEL, True, AssignedBySm2, id="A2 SM1 never over SM2"),
        pytest.param(SM1, SM1_LEVEL, SM2_LEVEL, False, AssignedBySm2, id="A2 SM1 never over SM2, switch off"),
        pytest.param(SM2, SM2_LEVEL, SM1_LEVEL, True, None, id="A3 SM2 over SM1"),
        pytest.param(SM2, SM2_LEVEL, SM1_LEVEL, False, OverrideOff, id="A3 SM2 over SM1, switch off"),
        pytest.param(SM2, SM2_LEVEL, SM2_LEVEL, True, None, id="A3 SM2 over SM2"),
        pytest.param(SM2, SM2_LEVEL, SM2_LEVEL, False, None, id="A3 SM2 over SM2, switch off"),
        pytest.param(BOTH, SM1_LEVEL, SM2_LEVEL, True, AssignedBySm2, id="A2 acting as SM1 though holding both"),
        pytest.param(BOTH, SM2_LEVEL, SM2_LEVEL, True, None, id="A2 the same person acting as SM2"),
        pytest.param(BOTH, SM1_LEVEL, SM1_LEVEL, False, None, id="A3 as SM1 with the switch off"),
    ],
)
def test_a2_a3_authority(status, who, level, assigned_as, switch, error):
    ticket = case(status, level=assigned_as)

    assert refusal(lambda: check_may_reassign(who, level, ticket, OTHER_ENGINEER, "Why", switch)) is error


def test_a3_with_the_switch_off_sm2_still_assigns():
    assert refusal(lambda: check_may_assign(SM2, SM2_LEVEL, case(Status.UNASSIGNED), ENGINEER)) is None


def test_a2_the_refusal_names_who_assigned_it():
    with pytest.raises(AssignedBySm2, match="N-EXP-1001 was assigned by SM2 Ravi; only SM2 can change it"):
        check_may_reassign(SM1, SM1_LEVEL, case(level=SM2_LEVEL, assigned_by_name="Ravi"), OTHER_ENGINEER, "Why", True)


def test_a3_a_reassignment_needs_a_comment_and_another_engineer():
    assert refusal(lambda: check_may_reassign(SM1, SM1_LEVEL, case(), OTHER_ENGINEER, " ", True)) is CommentRequired
    assert refusal(lambda: check_may_reassign(SM1, SM1_LEVEL, case(), ENGINEER, "Why", True)) is SameEngineer


def test_authority_is_asked_before_what_was_given():
    ticket = case(level=SM2_LEVEL)

    assert refusal(lambda: check_may_reassign(SM1, SM1_LEVEL, ticket, ENGINEER, "", True)) is AssignedBySm2


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


# Reorder

QUEUE = Queue(
    in_progress=(slot(1, "09:00", 120, promised=True),),
    waiting=(slot(2, "11:00", 60, level=SM2_LEVEL), slot(3, "12:00", 60), slot(4, "13:00", 60, promised=True)),
)


def reordered(*order: int) -> Plan:
    return reorder(QUEUE, order, at("10:00"))


@pytest.mark.parametrize(
    ("who", "level", "plan", "comment", "error"),
    [
        pytest.param(SM1, SM1_LEVEL, reordered(2, 4, 3), "", None, id="A2 behind SM2's ticket, no promise delayed"),
        pytest.param(SM1, SM1_LEVEL, reordered(3, 2, 4), "Why", AssignedBySm2, id="A2 SM2's ticket would go back"),
        pytest.param(SM1, SM1_LEVEL, reordered(4, 3, 2), "Why", AssignedBySm2, id="A2 SM2's ticket would be last"),
        pytest.param(SM1, SM1_LEVEL, reordered(2, 3, 4), "", None, id="C8 the present order"),
        pytest.param(SM2, SM2_LEVEL, reordered(4, 3, 2), "", None, id="SM2 moves what SM2 assigned"),
        pytest.param(BOTH, SM1_LEVEL, reordered(3, 2, 4), "Why", AssignedBySm2, id="A2 holding both, acting as SM1"),
        pytest.param(BOTH, SM2_LEVEL, reordered(3, 2, 4), "", None, id="A2 holding both, acting as SM2"),
        pytest.param(SM1, SM2_LEVEL, reordered(2, 4, 3), "", LevelNotHeld, id="A4 a level not held"),
        pytest.param(ENGINEER, SM1_LEVEL, reordered(2, 4, 3), "Why", RoleNeeded, id="C6 not the assignee"),
    ],
)
def test_check_may_reorder(who, level, plan, comment, error):
    assert refusal(lambda: check_may_reorder(who, level, QUEUE, plan, comment)) is error


def test_a2_a_later_start_alone_is_a_change_too():
    queue = Queue(waiting=(slot(1, "09:00", 60), slot(2, "10:00", 120), slot(3, "12:00", 60, level=SM2_LEVEL)))
    plan = reorder(queue, (2, 1, 3), at("10:00"))

    assert plan.queue.waiting[2].starts_at == at("13:00")
    with pytest.raises(AssignedBySm2, match="N-EXP-1003"):
        check_may_reorder(SM1, SM1_LEVEL, queue, plan, "Why")


def test_c6_delaying_a_promise_needs_a_comment_that_names_it():
    queue = Queue(waiting=(slot(1, "10:00", 60, promised=True), slot(2, "11:00", 60)))
    plan = reorder(queue, (2, 1), at("10:00"))

    check_may_reorder(SM1, SM1_LEVEL, queue, plan, "The other one stops the shop")
    with pytest.raises(CommentRequired, match="the promise of N-EXP-1001 would move later") as refused:
        check_may_reorder(SM1, SM1_LEVEL, queue, plan, " ")

    assert refused.value.data == {"case_ids": ["N-EXP-1001"]}


def test_c6_bringing_a_promise_forward_needs_none():
    queue = Queue(waiting=(slot(1, "10:00", 60), slot(2, "11:00", 60, promised=True)))

    check_may_reorder(SM1, SM1_LEVEL, queue, reorder(queue, (2, 1), at("10:00")), "")


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
