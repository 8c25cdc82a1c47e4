"""What happened, as values: each is written as one event (T5) and told to those `audience` names.

`action` is the stored verb; `as_metadata` is what the event keeps: JSON-safe, times as ISO 8601.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from workflow.states import Level, Priority


def _plain(value: Any) -> Any:
    """The value as JSON can keep it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that happened."""

    action: ClassVar[str]
    label: ClassVar[str]

    def as_metadata(self) -> dict[str, Any]:
        """What the event keeps of it."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, kw_only=True)
class TicketRaised(Fact):
    """A ticket is raised."""

    action, label = "ticket_raised", "Raised"
    application_code: str
    title: str
    priority: Priority


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(Fact):
    """An engineer got a ticket; `due_at` is expected until they commit (C4)."""

    action, label = "ticket_assigned", "Assigned"
    engineer_id: int
    engineer_name: str
    level: Level
    starts_at: datetime | None = None
    due_at: datetime | None = None
    is_expected: bool = True
    queued_after: str | None = None
    comment: str = ""
    lined_up: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketReassigned(TicketAssigned):
    """Another engineer got a ticket (A2, A3); an escalated one keeps its broken due time (E3)."""

    action, label = "ticket_reassigned", "Reassigned"
    previous_engineer_id: int
    previous_engineer_name: str


@dataclass(frozen=True, kw_only=True)
class TicketCommitted(Fact):
    """The assignee gave a promise (C1)."""

    action, label = "ticket_committed", "Resolution time given"
    resolution_minutes: int
    starts_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TicketStarted(Fact):
    """The assignee began; `out_of_turn` names the waiting tickets it went ahead of (C6)."""

    action, label = "ticket_started", "Started"
    out_of_turn: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TicketResolved(Fact):
    """It is done; `late` says that its promise had passed."""

    action, label = "ticket_resolved", "Resolved"
    note: str
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketWithdrawn(Fact):
    """Nobody needs it any more; `repeats` is the case it repeats, or empty."""

    action, label = "ticket_withdrawn", "Withdrawn"
    reason: str
    repeats: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketEscalated(Fact):
    """The promise passed unresolved (E1); `reason` says why it went to others than an RA (P5), or is empty."""

    action, label = "ticket_escalated", "Escalated"
    due_at: datetime
    engineer_id: int
    engineer_name: str
    escalated_to_ids: tuple[int, ...] = ()
    escalated_to_names: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketReminded(Fact):
    """The assignee was reminded of this due time (R1)."""

    action, label = "ticket_reminded", "Reminder sent"
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class CommentAdded(Fact):
    """Somebody wrote a comment, for all or for the staff only (T6)."""

    action, label = "comment_added", "Commented"
    internal: bool
    comment_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class FileAdded(Fact):
    """A file arrived and is what was announced (F5); size in bytes."""

    action, label = "file_added", "File added"
    filename: str
    size: int
    internal: bool
    attachment_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PriorityChanged(Fact):
    """An SM changed the priority (T4)."""

    action, label = "priority_changed", "Priority changed"
    priority_from: Priority
    priority_to: Priority
    reason: str


@dataclass(frozen=True, kw_only=True)
class DueMoved(Fact):
    """A decision elsewhere in the queue moved this ticket's due time (C8); `cause` says why in words."""

    action, label = "due_moved", "Due time moved"
    due_from: datetime
    due_to: datetime
    starts_from: datetime
    starts_to: datetime
    cause_case_id: str
    cause: str
    is_promise: bool
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class DueMove:
    """One line of the mail about a decision: which case it moved, and whether that was a promise."""

    case_id: str
    due_from: datetime
    due_to: datetime
    is_promise: bool


@dataclass(frozen=True, kw_only=True)
class DuesMoved(Fact):
    """All that one decision moved in one engineer's queue: told in one mail, kept in each ticket's own `DueMoved`."""

    action, label = "dues_moved", "Due times moved"
    engineer_id: int
    moves: tuple[DueMove, ...]
    cause_case_id: str
    cause: str
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class TriageStale(Fact):
    """It has been unassigned for longer than the triage target (E4)."""

    action, label = "triage_stale", "Waiting for assignment too long"
    since: datetime
    target_minutes: int


@dataclass(frozen=True, kw_only=True)
class AcceptanceStale(Fact):
    """The assignee has given no resolution time within the acceptance target (E4)."""

    action, label = "acceptance_stale", "Waiting for a resolution time too long"
    since: datetime
    target_minutes: int
    engineer_name: str


@dataclass(frozen=True, kw_only=True)
class QueueReordered(Fact):
    """An SM put this waiting ticket in another place (C6), with what that did to its times; places count from 1.

    Those it pushed have their own `DueMoved`.
    """

    action, label = "queue_reordered", "Place in line changed"
    engineer_id: int
    engineer_name: str
    level: Level
    place_from: int
    place_to: int
    due_from: datetime
    due_to: datetime
    starts_from: datetime
    starts_to: datetime
    cause: str
    is_promise: bool
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtensionRequested(Fact):
    """The assignee asked for more time (X1)."""

    action, label = "extension_requested", "Extension asked for"
    extra_minutes: int
    comment: str
    due_at: datetime
    due_if_approved: datetime


@dataclass(frozen=True, kw_only=True)
class ExtensionVoted(Fact):
    """One level decided, the other has still to (X2)."""

    action, label = "extension_voted", "Extension: one decision"
    level: Level
    approves: bool
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class ExtensionApproved(Fact):
    """Both levels agreed to more time (X3)."""

    action, label = "extension_approved", "Extension approved"
    extra_minutes: int
    due_from: datetime
    due_to: datetime
    approvers: tuple[str, ...]
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExtensionRejected(Fact):
    """No more time: both decided and not both agreed (X2), or the system closed the request (X4, `reason`)."""

    action, label = "extension_rejected", "Extension rejected"
    extra_minutes: int
    rejected_by: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    reason: str = ""


EVENTS: tuple[type[Fact], ...] = (
    TicketRaised,
    TicketAssigned,
    TicketReassigned,
    TicketCommitted,
    TicketStarted,
    TicketResolved,
    TicketWithdrawn,
    TicketEscalated,
    TicketReminded,
    CommentAdded,
    FileAdded,
    PriorityChanged,
    DueMoved,
    TriageStale,
    AcceptanceStale,
    QueueReordered,
    ExtensionRequested,
    ExtensionVoted,
    ExtensionApproved,
    ExtensionRejected,
)
"""Every fact that is written as an event of its ticket."""

ACTIONS: dict[str, str] = {fact.action: fact.label for fact in EVENTS}
"""Stored verb -> the words people read in a history."""

CHANGES: dict[str, str] = {
    TicketRaised.action: "raised it",
    TicketAssigned.action: "assigned it",
    TicketReassigned.action: "reassigned it",
    TicketCommitted.action: "gave it a resolution time",
    TicketStarted.action: "started it",
    TicketResolved.action: "resolved it",
    TicketWithdrawn.action: "withdrew it",
    TicketEscalated.action: "escalated it",
    PriorityChanged.action: "changed its priority",
    DueMoved.action: "moved its due time",
    QueueReordered.action: "moved it in line",
    ExtensionRequested.action: "asked for an extension of it",
    ExtensionVoted.action: "decided on its extension",
    ExtensionApproved.action: "approved its extension",
    ExtensionRejected.action: "rejected its extension",
}
"""Stored verb -> what somebody did to the ticket, of the events that change it in the sense of A6."""
