"""What the rules need to know of a person and of a ticket, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.roles import Role
from workflow.states import ExtensionStatus, Level, Status


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who acts or is acted for."""

    id: int
    name: str
    roles: frozenset[Role]
    is_active: bool = True

    def holds(self, *roles: Role) -> bool:
        """Whether they are active and hold at least one of these roles (P8)."""
        return self.is_active and not self.roles.isdisjoint(roles)


@dataclass(frozen=True, kw_only=True)
class Vote:
    """The final decision of one level on a request for more time (X2)."""

    level: Level
    person_id: int
    approves: bool


@dataclass(frozen=True, kw_only=True)
class Case:
    """A ticket and its active assignment, as read under its lock.

    `level`, `assigned_by_name`, `assigned_at`, `is_committed`, `starts_at` and `due_at` are those of the active assignment.
    `extension_status` is that of the ticket's one request for more time, None when there was none; `votes` are those given so
    far on a pending one.
    """

    id: int
    case_id: str
    status: Status
    reporter_id: int
    engineer_id: int | None = None
    engineer_name: str = ""
    level: Level | None = None
    assigned_by_name: str = ""
    is_committed: bool = False
    assigned_at: datetime | None = None
    due_at: datetime | None = None
    starts_at: datetime | None = None
    extension_used: bool = False
    extension_pending: bool = False
    extension_status: ExtensionStatus | None = None
    requester_id: int | None = None
    votes: tuple[Vote, ...] = ()
