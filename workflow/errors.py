"""What a refused act says: a stable code for programs, a sentence for people, and data a program can act on.

Four kinds tell the faces how to answer (`NotAllowed`, `Conflict`, `RuleBroken`, `Missing`); this module knows no HTTP.
"""
# ruff: noqa: N818 - the classes are named after what happened, and read as such where they are raised

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar

from workflow.states import Act, Level, Status, acts_from


class WorkflowError(Exception):
    """A rule refused an act."""

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str, **data: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.data: dict[str, Any] = data


class NotAllowed(WorkflowError):
    """The person may not do this (403)."""

    code = "not_allowed"


class Conflict(WorkflowError):
    """The desk is not in the state the act needs (409)."""

    code = "conflict"


class RuleBroken(WorkflowError):
    """What was given breaks a rule (422)."""

    code = "rule_broken"


class Missing(WorkflowError):
    """There is no such thing, or the caller may not know of it (404)."""

    code = "missing"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %b %Y at %H:%M} UTC"


def _listed(words: Iterable[str], joint: str) -> str:
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last


def in_words(minutes: int) -> str:
    """A length of time as people say it: 90 is "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


# Not allowed


class RoleNotAssigned(NotAllowed):
    """The person holds no role, or is no longer active (P6, P8)."""

    code = "role_not_assigned"

    def __init__(self) -> None:
        super().__init__("You have no role on this desk yet. Please ask the admin for one.")


class RoleNeeded(NotAllowed):
    """The act belongs to other roles."""

    code = "role_needed"

    def __init__(self, *, needs: str) -> None:
        super().__init__(f"This needs {needs}.", needs=needs)


class NotTheAssignee(NotAllowed):
    """Only the engineer of the active assignment may do this."""

    code = "not_the_assignee"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"Only the assignee of {case_id} can do this.", case_id=case_id)


class AssignedBySm2(NotAllowed):
    """Nothing done as SM1 changes what SM2 assigned (A2)."""

    code = "assigned_by_sm2"

    def __init__(self, *, case_id: str, assigned_by: str = "") -> None:
        by = f"SM2 {assigned_by}" if assigned_by else "SM2"
        super().__init__(
            f"{case_id} was assigned by {by}; only SM2 can change it.", case_id=case_id, assigned_by=assigned_by
        )


class OverrideOff(NotAllowed):
    """SM2 may not reassign what SM1 assigned while the switch is off (A3)."""

    code = "override_off"

    def __init__(self, *, case_id: str, assigned_by: str = "") -> None:
        by = f"SM1 {assigned_by}" if assigned_by else "SM1"
        super().__init__(
            f"{case_id} was assigned by {by}, and overriding SM1 is switched off.",
            case_id=case_id,
            assigned_by=assigned_by,
        )


class LevelNotHeld(NotAllowed):
    """A level was named that the caller does not hold (A4)."""

    code = "level_not_held"

    def __init__(self, *, level: Level) -> None:
        super().__init__(f"You do not hold {level.label}.", level=level.value)


class AssignerForged(NotAllowed):
    """A request names somebody else as the one who assigns (A4)."""

    code = "assigner_forged"

    def __init__(self) -> None:
        super().__init__("A ticket can only be assigned in your own name.")


class ReadOnly(NotAllowed):
    """The person sees the ticket but may not write on it (P9)."""

    code = "read_only"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"You can read {case_id}, but not add to it.", case_id=case_id)


class InternalNotAllowed(NotAllowed):
    """Internal comments are the staff's (P9, T6)."""

    code = "internal_not_allowed"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"Internal comments on {case_id} are for the staff who handle it.", case_id=case_id)


class OwnRequest(NotAllowed):
    """Nobody decides on their own request (X2)."""

    code = "own_request"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"The request for {case_id} is your own; somebody else decides on it.", case_id=case_id)


class SecondPersonNeeded(NotAllowed):
    """Two different people decide on an extension (X2)."""

    code = "second_person_needed"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(
            f"You have decided on the request for {case_id} already; the other level needs another person.",
            case_id=case_id,
        )


# Conflicts


class WrongStatus(Conflict):
    """The act is not possible from the ticket's status; names what is."""

    code = "wrong_status"

    def __init__(self, *, case_id: str, status: Status, act: Act) -> None:
        allowed = acts_from(status)
        rest = f" It can be {_listed((one.label for one in allowed), 'or')}." if allowed else ""
        super().__init__(
            f"{case_id} is {status.label.lower()} and cannot be {act.label}.{rest}",
            case_id=case_id,
            status=status.value,
            act=act.value,
            allowed=[one.value for one in allowed],
        )


class EngineerBusy(Conflict):
    """The engineer holds other open tickets and nobody said "assign anyway" (A5)."""

    code = "engineer_busy"

    def __init__(self, *, engineer: str, open_tickets: list[Any], starts_at: datetime, due_at: datetime) -> None:
        super().__init__(
            "Selected member is already engaged in another task",
            engineer=engineer,
            open_tickets=open_tickets,
            starts_at=starts_at,
            due_at=due_at,
        )


class ChangedSinceLoaded(Conflict):
    """Somebody else changed the ticket after the actor loaded it (A6).

    `did` is what they did in the past tense ("assigned"), `engineer` to whom if there is somebody.
    """

    code = "changed_since_loaded"

    def __init__(
        self, *, case_id: str, by: str = "", did: str = "changed", engineer: str = "", at: datetime | None = None
    ) -> None:
        to = f" to {engineer}" if engineer else ""
        when = f" on {_stamp(at)}" if at else " a moment ago"
        super().__init__(
            f"{case_id} changed since you loaded it: {by or 'the system'} {did} it{to}{when}.",
            case_id=case_id,
            by=by,
            did=did,
            engineer=engineer,
            at=at,
        )


class QueueChanged(Conflict):
    """The order given does not name exactly the tickets that wait now (C6)."""

    code = "queue_changed"

    def __init__(self, *, waiting: list[str]) -> None:
        super().__init__("The queue changed since you loaded it. Please look at it again.", waiting=waiting)


class AlreadyCommitted(Conflict):
    """A resolution time is a promise and is given once per assignment (C1)."""

    code = "already_committed"

    def __init__(self, *, case_id: str, due_at: datetime | None = None) -> None:
        super().__init__(
            f"{case_id} has its resolution time already; only an extension can change the promise.",
            case_id=case_id,
            due_at=due_at,
        )


class OwnTicket(Conflict):
    """The engineer reported the ticket themselves; an SM has to confirm it (A7)."""

    code = "own_ticket"

    def __init__(self, *, case_id: str, engineer: str) -> None:
        super().__init__(
            f"{engineer} reported {case_id}. Please confirm that they are to resolve their own ticket.",
            case_id=case_id,
            engineer=engineer,
        )


class ExtensionUsed(Conflict):
    """A ticket has one extension in its whole life, also a rejected one (X1)."""

    code = "extension_used"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"The one extension of {case_id} has been asked for already.", case_id=case_id)


class ExtensionClosed(Conflict):
    """The request has been decided or closed (X2, X4)."""

    code = "extension_closed"

    def __init__(self, *, case_id: str, status: str) -> None:
        super().__init__(f"The request for {case_id} is {status} already.", case_id=case_id, status=status)


class LevelDecided(Conflict):
    """This level has given its final decision (X2)."""

    code = "level_decided"

    def __init__(self, *, case_id: str, level: Level) -> None:
        super().__init__(
            f"{level.label} has decided on the request for {case_id}; a decision is final.",
            case_id=case_id,
            level=level.value,
        )


# Rules broken


class CommentRequired(RuleBroken):
    """The act needs a comment (A3, C6, X1)."""

    code = "comment_required"

    def __init__(self, *, why: str, **data: Any) -> None:
        super().__init__(f"Please give a comment: {why}.", **data)


class ReasonRequired(RuleBroken):
    """Withdrawing and changing a priority need a reason."""

    code = "reason_required"

    def __init__(self) -> None:
        super().__init__("Please give a reason.")


class NoteRequired(RuleBroken):
    """Resolving needs a resolution note."""

    code = "note_required"

    def __init__(self) -> None:
        super().__init__("Please say in a note how it was resolved.")


class ResolutionTimeInvalid(RuleBroken):
    """A resolution time outside its limits (C1)."""

    code = "resolution_time_invalid"

    def __init__(self, *, longest: int) -> None:
        super().__init__(
            f"A resolution time is between 1 min and {in_words(longest)}.", shortest_minutes=1, longest_minutes=longest
        )


class ResolutionTimeTooShort(RuleBroken):
    """The due time would already have passed (C5)."""

    code = "resolution_time_too_short"

    def __init__(self, *, shortest: int) -> None:
        super().__init__(
            f"That time would have passed already; the shortest possible now is {in_words(shortest)}.",
            shortest_minutes=shortest,
        )


class ExtraTimeInvalid(RuleBroken):
    """The extra time asked for is outside its limits (X1)."""

    code = "extra_time_invalid"

    def __init__(self, *, longest: int) -> None:
        super().__init__(f"Extra time is between 1 min and {in_words(longest)}.", longest_minutes=longest)


class NotCommitted(RuleBroken):
    """A ticket without a promise cannot be started or extended."""

    code = "not_committed"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"{case_id} has no resolution time yet; please give one first.", case_id=case_id)


class NotInPool(RuleBroken):
    """Only active engineers get tickets (A7)."""

    code = "not_in_pool"

    def __init__(self, *, engineer: str) -> None:
        super().__init__(f"{engineer} is not an active assignee.", engineer=engineer)


class SameEngineer(RuleBroken):
    """A reassignment needs a different engineer."""

    code = "same_engineer"

    def __init__(self, *, case_id: str, engineer: str) -> None:
        super().__init__(f"{case_id} is with {engineer} already.", case_id=case_id, engineer=engineer)


class RepeatsItself(RuleBroken):
    """A withdrawn ticket cannot repeat itself."""

    code = "repeats_itself"

    def __init__(self, *, case_id: str) -> None:
        super().__init__(f"{case_id} cannot repeat itself; please name the other case.", case_id=case_id)


class ApplicationRetired(RuleBroken):
    """A retired application takes no new tickets (T1)."""

    code = "application_retired"

    def __init__(self, *, application: str) -> None:
        super().__init__(f"{application} is retired and takes no new tickets.", application=application)


class FieldInvalid(RuleBroken):
    """Fields of a form do not keep their limits; every one is named with its sentences."""

    code = "field_invalid"

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(said for sentences in errors.values() for said in sentences), errors=errors)
        self.errors = errors


# Missing


class TicketMissing(Missing):
    """No such ticket for this caller."""

    code = "ticket_missing"

    def __init__(self) -> None:
        super().__init__("There is no such ticket.")


class PersonMissing(Missing):
    """No such person."""

    code = "person_missing"

    def __init__(self) -> None:
        super().__init__("There is no such person.")


class ApplicationMissing(Missing):
    """No such application."""

    code = "application_missing"

    def __init__(self) -> None:
        super().__init__("There is no such application.")


class ExtensionMissing(Missing):
    """No such request for more time."""

    code = "extension_missing"

    def __init__(self) -> None:
        super().__init__("There is no such request for more time.")


def all_errors() -> tuple[type[WorkflowError], ...]:
    """Every error a rule can raise, the kinds themselves left out, in the order of this page."""
    return tuple(error for kind in WorkflowError.__subclasses__() for error in kind.__subclasses__())
