"""The words of the desk: statuses, priorities, levels and buckets, and from which status each act is possible."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A stored word with the words people read for it.

    `label` has a default only because a look-up, `Status("assigned")`, reads as a call with the value alone.
    """

    _value_: str
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Stored value and label of each member, as forms and model fields take them."""
        return [(member.value, member.label) for member in cls]


class Status(Labelled):
    """Where a ticket stands (T3); nothing else is ever stored as a status."""

    UNASSIGNED = "unassigned", "Unassigned"
    ASSIGNED = "assigned", "Assigned"
    IN_PROGRESS = "in_progress", "In progress"
    RESOLVED = "resolved", "Resolved"
    ESCALATED = "escalated", "Escalated"
    RESOLVED_ESCALATED = "resolved_escalated", "Resolved after escalation"


class Priority(Labelled):
    """How urgent the reporter says it is (T4), most urgent first."""

    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Level(Labelled):
    """The role a scrum master acts under (A1)."""

    SM1 = "sm1", "SM1"
    SM2 = "sm2", "SM2"


class ExtensionStatus(Labelled):
    """Where a request for more time stands (X2)."""

    PENDING = "pending", "Waiting for both decisions"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class Bucket(Labelled):
    """The lists tickets are found in; withdrawn ones are a filter of their own and in no number (S1)."""

    UNASSIGNED = "unassigned", "Unassigned"
    OPEN = "open", "All open"
    MINE = "mine", "My work"
    REPORTED = "reported", "My tickets"
    ESCALATED = "escalated", "Escalations"
    STRANDED = "engineer_inactive", "Engineer inactive"
    RESOLVED = "resolved", "Resolved"
    ESCALATION_RESOLVED = "escalation_resolved", "Resolved after escalation"
    WITHDRAWN = "withdrawn", "Withdrawn"
    BREACHED = "breached", "Breached"
    DECIDED = "decided", "Resolved on time or breached"


class Number(Labelled):
    """The counted numbers of the dashboard (rules 8); the compliance is made of two of them."""

    OPEN = "open", "Open"
    BREACHED = "breached", "Breached"
    RESOLVED_ON_TIME = "resolved_on_time", "Resolved on time"
    ESCALATED = "escalated", "Escalated"
    RESOLVED_AFTER_ESCALATION = "resolved_after_escalation", "Resolved after escalation"


class Act(Labelled):
    """What people do with a ticket; the label completes the sentence "it can be ..."."""

    ASSIGN = "assign", "assigned"
    REASSIGN = "reassign", "reassigned"
    COMMIT = "commit", "given a resolution time"
    START = "start", "started"
    RESOLVE = "resolve", "resolved"
    WITHDRAW = "withdraw", "withdrawn"
    CHANGE_PRIORITY = "change_priority", "given another priority"
    REQUEST_EXTENSION = "request_extension", "extended"
    DECIDE_EXTENSION = "decide_extension", "given a decision on more time"
    COMMENT = "comment", "commented on"
    COMMENT_INTERNALLY = "comment_internally", "commented on internally"
    ADD_FILE = "add_file", "given files"


OPEN = frozenset({Status.UNASSIGNED, Status.ASSIGNED, Status.IN_PROGRESS, Status.ESCALATED})
QUEUE = frozenset({Status.ASSIGNED, Status.IN_PROGRESS})
RESOLVED = frozenset({Status.RESOLVED, Status.RESOLVED_ESCALATED})
LATE_ABLE = QUEUE
"""The statuses in which a promise runs and can be broken (E1)."""
EVER_ESCALATED = frozenset({Status.ESCALATED, Status.RESOLVED_ESCALATED})
ANY = frozenset(Status)

SOURCES: dict[Act, frozenset[Status]] = {
    Act.ASSIGN: frozenset({Status.UNASSIGNED}),
    Act.REASSIGN: QUEUE | {Status.ESCALATED},
    Act.COMMIT: frozenset({Status.ASSIGNED}),
    Act.START: frozenset({Status.ASSIGNED}),
    Act.RESOLVE: frozenset({Status.IN_PROGRESS, Status.ESCALATED}),
    Act.WITHDRAW: frozenset({Status.UNASSIGNED}),
    Act.CHANGE_PRIORITY: OPEN,
    Act.REQUEST_EXTENSION: LATE_ABLE,
    Act.DECIDE_EXTENSION: LATE_ABLE,
    Act.COMMENT: ANY,
    Act.COMMENT_INTERNALLY: ANY,
    Act.ADD_FILE: OPEN,
}
"""From which status an act is possible; what is not named here is refused (section 2, the state machine)."""

STATE_ACTS = (Act.ASSIGN, Act.REASSIGN, Act.COMMIT, Act.START, Act.RESOLVE, Act.WITHDRAW)
"""The acts of the state machine, which a refusal names as what is possible instead."""


def acts_from(status: Status) -> tuple[Act, ...]:
    """The acts of the state machine that people may do from this status, in the order of a ticket's life."""
    return tuple(act for act in STATE_ACTS if status in SOURCES[act])
