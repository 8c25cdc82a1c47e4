"""What a page offers, which is what the policies say."""

from dataclasses import replace

import pytest

from workflow.acts import Act, ActOption, possible_acts
from workflow.roles import Role
from workflow.states import Level, Status
from workflow.tests.builders import BOTH, ENGINEER, NOBODY, OTHER_ENGINEER, RA, REPORTER, SM1, SM2, at, case
from workflow.visibility import Relation, relations_of


def options(who, ticket, now="10:00", switch=True, level=None, relations=None) -> dict[Act, ActOption]:
    related = relations_of(who, ticket) if relations is None else relations
    found = possible_acts(who, ticket, related, now=at(now), sm2_may_override=switch, level=level)
    return {option.act: option for option in found}


def allowed(*args, **kwargs) -> set[str]:
    return {str(act) for act, option in options(*args, **kwargs).items() if option.allowed}


DESK = {"change_priority", "comment", "comment_internally", "add_file"}
OWN = {"comment", "comment_internally", "add_file"}


@pytest.mark.parametrize(
    ("who", "ticket", "acts"),
    [
        pytest.param(SM1, case(Status.UNASSIGNED), {"assign", "withdraw"} | DESK, id="SM, unassigned"),
        pytest.param(SM1, case(), {"reassign"} | DESK, id="SM, assigned"),
        pytest.param(SM2, case(Status.ESCALATED), {"reassign"} | DESK, id="SM, escalated"),
        pytest.param(SM2, case(Status.RESOLVED), {"comment", "comment_internally"}, id="SM, resolved"),
        pytest.param(ENGINEER, case(), {"commit", "start"} | OWN, id="assignee, no promise yet"),
        pytest.param(ENGINEER, case(is_committed=True), {"start", "request_extension"} | OWN, id="assignee, promised"),
        pytest.param(
            ENGINEER, case(Status.IN_PROGRESS), {"resolve", "request_extension"} | OWN, id="assignee, at work"
        ),
        pytest.param(
            ENGINEER, case(Status.IN_PROGRESS, extension_used=True), {"resolve"} | OWN, id="X1 extension used"
        ),
        pytest.param(ENGINEER, case(Status.ESCALATED), {"resolve"} | OWN, id="assignee, escalated"),
        pytest.param(REPORTER, case(Status.UNASSIGNED), {"withdraw", "comment", "add_file"}, id="reporter, unassigned"),
        pytest.param(REPORTER, case(), {"comment", "add_file"}, id="reporter, assigned"),
        pytest.param(REPORTER, case(Status.RESOLVED), {"comment"}, id="reporter, resolved"),
        pytest.param(RA, case(Status.ESCALATED), {"comment", "comment_internally"}, id="RA, escalated"),
        pytest.param(OTHER_ENGINEER, case(), set(), id="another engineer"),
        pytest.param(NOBODY, case(), set(), id="P6 no role"),
    ],
)
def test_possible_acts(who, ticket, acts):
    assert allowed(who, ticket) == acts


def test_an_earlier_engineer_reads_only():
    assert allowed(OTHER_ENGINEER, case(), relations=Relation.PAST_ASSIGNEE) == set()


def test_e1_a_ticket_past_its_promise_offers_what_an_escalated_one_offers():
    late = case(Status.IN_PROGRESS)

    assert allowed(ENGINEER, late, now="14:00") == {"resolve"} | OWN
    assert "request_extension" in allowed(ENGINEER, late, now="13:59")


def test_e1_waiting_past_its_promise_it_can_be_resolved_without_a_start():
    assert "resolve" in allowed(ENGINEER, case(is_committed=True), now="14:00")


def test_every_act_has_an_answer_and_a_refused_one_a_reason():
    found = options(SM1, case(Status.RESOLVED))

    assert list(found) == list(Act)
    assert all(bool(option.reason) is not option.allowed for option in found.values())
    assert found[Act.ASSIGN].reason == "N-EXP-1001 is resolved and cannot be assigned."
    assert found[Act.ASSIGN].code == "wrong_status"


def test_a2_what_sm2_assigned_is_shown_to_sm1_but_disabled_with_the_rule():
    reassign = options(SM1, case(level=Level.SM2, assigned_by_name="Ravi"))[Act.REASSIGN]

    assert (reassign.allowed, reassign.is_shown) == (False, True)
    assert reassign.reason == "N-EXP-1001 was assigned by SM2 Ravi; only SM2 can change it."


def test_a3_with_the_switch_off_too():
    reassign = options(SM2, case(), switch=False)[Act.REASSIGN]

    assert (reassign.allowed, reassign.is_shown, reassign.code) == (False, True, "override_off")


def test_p7_the_level_is_that_of_the_tab_else_the_highest():
    ticket = case(level=Level.SM2)

    assert "reassign" in allowed(BOTH, ticket)
    assert "reassign" not in allowed(BOTH, ticket, level=Level.SM1)


def test_what_is_not_theirs_is_not_shown():
    found = options(REPORTER, case(Status.UNASSIGNED))

    assert not found[Act.ASSIGN].is_shown
    assert found[Act.WITHDRAW].is_shown


def test_an_assignee_who_is_an_sm_too_has_the_acts_of_both():
    two_hats = replace(ENGINEER, roles=frozenset({Role.ENGINEER, Role.SM1}))

    assert allowed(two_hats, case()) == {"reassign", "commit", "start"} | DESK
