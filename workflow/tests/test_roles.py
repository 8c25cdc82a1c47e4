"""P2, P6, P7 and A4: roles, workspaces, levels."""

import pytest

from workflow.errors import LevelNotHeld, RoleNeeded
from workflow.roles import SCRUM_MASTERS, STAFF, ClaimedRoles, Role, Workspace, level_for, workspaces_of
from workflow.states import Level


def test_p2_roles_and_the_words_for_them():
    assert {str(role): role.label for role in Role} == {
        "reporter": "User",
        "sm1": "SM1",
        "sm2": "SM2",
        "engineer": "Assignee",
        "ra": "Reporting authority",
        "admin": "Admin",
    }
    assert set(Role) - STAFF == {Role.REPORTER}
    assert {Role.SM1, Role.SM2} == SCRUM_MASTERS


@pytest.mark.parametrize(
    ("roles", "tabs"),
    [
        pytest.param((), (), id="P6 no role opens nothing"),
        pytest.param((Role.REPORTER,), ("my_tickets",), id="P7 a reporter"),
        pytest.param((Role.ENGINEER,), ("my_tickets", "my_work"), id="P7 my tickets is there for everyone with a role"),
        pytest.param((Role.SM1,), ("my_tickets", "triage_sm1"), id="P7 SM1"),
        pytest.param((Role.SM2, Role.SM1), ("my_tickets", "triage_sm1", "triage_sm2"), id="P7 each level its own tab"),
        pytest.param((Role.RA,), ("my_tickets", "escalations"), id="P7 RA"),
        pytest.param((Role.ADMIN,), ("my_tickets", "administration"), id="P7 admin"),
        pytest.param(tuple(Role), tuple(Workspace), id="P7 all of them, in the order of the tabs"),
    ],
)
def test_workspaces_of(roles, tabs):
    assert workspaces_of(roles) == tuple(Workspace(tab) for tab in tabs)


@pytest.mark.parametrize(
    ("roles", "asked", "expected"),
    [
        pytest.param({Role.SM1}, None, Level.SM1, id="P7 the one held"),
        pytest.param({Role.SM2}, None, Level.SM2, id="P7 the other held"),
        pytest.param({Role.SM1, Role.SM2}, None, Level.SM2, id="P7 the highest held"),
        pytest.param({Role.SM1, Role.SM2}, Level.SM1, Level.SM1, id="P7 the tab says SM1"),
        pytest.param({Role.SM1, Role.SM2}, Level.SM2, Level.SM2, id="P7 the tab says SM2"),
        pytest.param({Role.SM1}, Level.SM2, LevelNotHeld, id="A4 a level not held is refused"),
        pytest.param({Role.SM2}, Level.SM1, LevelNotHeld, id="A4 also a lower one"),
        pytest.param({Role.ADMIN, Role.RA, Role.ENGINEER}, None, RoleNeeded, id="A4 no SM at all"),
        pytest.param(set(), Level.SM1, RoleNeeded, id="A4 nobody"),
    ],
)
def test_level_for(roles, asked, expected):
    if isinstance(expected, Level):
        assert level_for(roles, asked) is expected
    else:
        with pytest.raises(expected):
            level_for(roles, asked)


def test_a_claim_that_was_read_wins_over_one_that_was_not_p3():
    said = ClaimedRoles(roles=frozenset({Role.SM1, Role.RA}), unknown=frozenset({Role.RA, Role.ENGINEER}))

    assert [said.says(role) for role in (Role.SM1, Role.RA, Role.ENGINEER, Role.ADMIN)] == [True, True, None, False]
