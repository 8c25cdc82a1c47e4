"""Who assigns, reassigns and reorders, over whom: A2-A4, A7, C6."""

from dataclasses import replace

import pytest

from workflow.errors import (
    AssignedBySm2,
    AssignerForged,
    CommentRequired,
    LevelNotHeld,
    NotInPool,
    OverrideOff,
    OwnTicket,
    RoleNeeded,
    SameEngineer,
)
from workflow.lineup import Plan, Queue, reorder
from workflow.policies import (
    check_assigner,
    check_may_assign,
    check_may_reassign,
    check_may_reorder,
)
from workflow.roles import Role
from workflow.states import Level, Status
from workflow.tests.builders import (
    ADMIN,
    BOTH,
    ENGINEER,
    OTHER_ENGINEER,
    REPORTER,
    REPORTER_ID,
    SM1,
    SM2,
    at,
    case,
    refusal,
    slot,
)

SM1_LEVEL, SM2_LEVEL = Level.SM1, Level.SM2


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
