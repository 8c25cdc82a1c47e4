"""What a refused act says: a stable code for programs, a sentence for people, and data a program can act on."""

from __future__ import annotations

from workflow.errors.broken import (
    ApplicationRetired,
    AuthorityWithoutRole,
    CommentRequired,
    ExtraTimeInvalid,
    FieldInvalid,
    NotCommitted,
    NoteRequired,
    NotInPool,
    OwnAuthority,
    ReasonRequired,
    RepeatsItself,
    ResolutionTimeInvalid,
    ResolutionTimeTooShort,
    SameEngineer,
)
from workflow.errors.conflicts import (
    AlreadyCommitted,
    ChangedSinceLoaded,
    EngineerBusy,
    ExtensionClosed,
    ExtensionUsed,
    LastAdmin,
    LevelDecided,
    OwnTicket,
    PersonChanged,
    QueueChanged,
    WrongStatus,
)
from workflow.errors.kinds import (
    Conflict,
    Missing,
    NotAllowed,
    RuleBroken,
    WorkflowError,
)
from workflow.errors.missing import (
    ApplicationMissing,
    ExtensionMissing,
    MappingMissing,
    PersonMissing,
    TicketMissing,
)
from workflow.errors.not_allowed import (
    AssignedBySm2,
    AssignerForged,
    InternalNotAllowed,
    LevelNotHeld,
    NotTheAssignee,
    OverrideOff,
    OwnRequest,
    ReadOnly,
    RoleNeeded,
    RoleNotAssigned,
    SecondPersonNeeded,
)
from workflow.errors.words import in_words

__all__ = [
    "AlreadyCommitted",
    "ApplicationMissing",
    "ApplicationRetired",
    "AssignedBySm2",
    "AssignerForged",
    "AuthorityWithoutRole",
    "ChangedSinceLoaded",
    "CommentRequired",
    "Conflict",
    "EngineerBusy",
    "ExtensionClosed",
    "ExtensionMissing",
    "ExtensionUsed",
    "ExtraTimeInvalid",
    "FieldInvalid",
    "InternalNotAllowed",
    "LastAdmin",
    "LevelDecided",
    "LevelNotHeld",
    "MappingMissing",
    "Missing",
    "NotAllowed",
    "NotCommitted",
    "NotInPool",
    "NotTheAssignee",
    "NoteRequired",
    "OverrideOff",
    "OwnAuthority",
    "OwnRequest",
    "OwnTicket",
    "PersonChanged",
    "PersonMissing",
    "QueueChanged",
    "ReadOnly",
    "ReasonRequired",
    "RepeatsItself",
    "ResolutionTimeInvalid",
    "ResolutionTimeTooShort",
    "RoleNeeded",
    "RoleNotAssigned",
    "RuleBroken",
    "SameEngineer",
    "SecondPersonNeeded",
    "TicketMissing",
    "WorkflowError",
    "WrongStatus",
    "all_errors",
    "in_words",
]


def all_errors() -> tuple[type[WorkflowError], ...]:
    """Every error a rule can raise, the kinds themselves left out, in the order of this page."""
    return tuple(error for kind in WorkflowError.__subclasses__() for error in kind.__subclasses__())
