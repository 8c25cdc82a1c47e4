"""The roles, the workspaces they open and the level a scrum master acts under (P2, P7, A4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.errors import LevelNotHeld, RoleNeeded
from workflow.states import Labelled, Level


class Role(Labelled):
    """What somebody may be on the desk; anybody holds any number of them (P2)."""

    REPORTER = "reporter", "User"
    SM1 = "sm1", "SM1"
    SM2 = "sm2", "SM2"
    ENGINEER = "engineer", "Assignee"
    RA = "ra", "Reporting authority"
    ADMIN = "admin", "Admin"


class Workspace(Labelled):
    """A tab of the desk (P7)."""

    MY_TICKETS = "my_tickets", "My tickets"
    TRIAGE_SM1 = "triage_sm1", "Triage (SM1)"
    TRIAGE_SM2 = "triage_sm2", "Triage (SM2)"
    MY_WORK = "my_work", "My work"
    ESCALATIONS = "escalations", "Escalations"
    ADMINISTRATION = "administration", "Administration"


STAFF = frozenset(Role) - {Role.REPORTER}
SCRUM_MASTERS = frozenset({Role.SM1, Role.SM2})
DESK = SCRUM_MASTERS | {Role.ADMIN}
"""Who sees every ticket (P9)."""

ROLE_OF_LEVEL = {Level.SM1: Role.SM1, Level.SM2: Role.SM2}


@dataclass(frozen=True, kw_only=True)
class ClaimedRoles:
    """What one sign-in says about roles (P3).

    `roles` are claimed. Of `unknown` the sign-in says nothing, because the claim that would give them was not listed (an
    overage): they stay as they were. Every other role is not claimed.
    """

    roles: frozenset[Role] = frozenset()
    unknown: frozenset[Role] = frozenset()

    def says(self, role: Role) -> bool | None:
        """Whether the role is claimed; `None` when it cannot be known. A claim that was read wins over one that was not."""
        if role in self.roles:
            return True
        return None if role in self.unknown else False


_WORKSPACE_OF_ROLE = {
    Role.SM1: Workspace.TRIAGE_SM1,
    Role.SM2: Workspace.TRIAGE_SM2,
    Role.ENGINEER: Workspace.MY_WORK,
    Role.RA: Workspace.ESCALATIONS,
    Role.ADMIN: Workspace.ADMINISTRATION,
}


def workspaces_of(roles: Iterable[Role]) -> tuple[Workspace, ...]:
    """The tabs these roles open, "My tickets" first and for everyone with a role (P7); none without a role (P6)."""
    held = frozenset(roles)
    if not held:
        return ()
    return (Workspace.MY_TICKETS, *(tab for role, tab in _WORKSPACE_OF_ROLE.items() if role in held))


def levels_of(roles: Iterable[Role]) -> tuple[Level, ...]:
    """The levels these roles let somebody act under, the lower first."""
    held = frozenset(roles)
    return tuple(level for level, role in ROLE_OF_LEVEL.items() if role in held)


def level_for(roles: Iterable[Role], asked: Level | None) -> Level:
    """The level an act is done under: the one asked for, else the highest held (P7).

    A level that is not held is refused and never corrected (A4); without any level the act is not theirs.
    """
    levels = levels_of(roles)
    if not levels:
        raise RoleNeeded(needs="SM1 or SM2")
    if asked is None:
        return levels[-1]
    if asked not in levels:
        raise LevelNotHeld(level=asked)
    return asked
