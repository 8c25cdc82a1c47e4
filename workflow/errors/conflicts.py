"""The desk is not in the state the act needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from workflow.errors.kinds import Conflict
from workflow.errors.words import listed, stamp
from workflow.states import Act, Level, Status, acts_from


class WrongStatus(Conflict):
    """The act is not possible from the ticket's status; names what is."""

    code = "wrong_status"

    def __init__(self, *, case_id: str, status: Status, act: Act) -> None:
        allowed = acts_from(status)
        rest = f" It can be {listed((one.label for one in allowed), 'or')}." if allowed else ""
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

    `did` is what they did in the past tense ("assigned it"), `engineer` to whom if there is somebody. `assigned` says in data who
    assigned it to whom and when, whatever was changed last.
    """

    code = "changed_since_loaded"

    def __init__(
        self,
        *,
        case_id: str,
        by: str = "",
        did: str = "changed it",
        engineer: str = "",
        at: datetime | None = None,
        **assigned: Any,
    ) -> None:
        to = f" to {engineer}" if engineer else ""
        when = f" on {stamp(at)}" if at else " a moment ago"
        super().__init__(
            f"{case_id} changed since you loaded it: {by or 'the system'} {did}{to}{when}.",
            case_id=case_id,
            by=by,
            did=did,
            engineer=engineer,
            at=at,
            **assigned,
        )


class QueueChanged(Conflict):
    """The line is not the one the order was made for: other tickets wait now, or in another order (A6, C6).

    With the last change of a ticket of this engineer where there is one; `did` is in the past tense ("assigned it").
    """

    code = "queue_changed"

    def __init__(
        self,
        *,
        waiting: list[str],
        engineer: str = "",
        case_id: str = "",
        by: str = "",
        did: str = "",
        at: datetime | None = None,
    ) -> None:
        whose = f"The queue of {engineer}" if engineer else "The queue"
        last = f" {case_id}: {by or 'the system'} {did} on {stamp(at)}." if at else ""
        super().__init__(
            f"{whose} changed since you loaded it.{last} Please look at it again.",
            waiting=waiting,
            engineer=engineer,
            case_id=case_id,
            by=by,
            did=did,
            at=at,
        )


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


class PersonChanged(Conflict):
    """Somebody else decided about the same person since the dialog was opened."""

    code = "person_changed"

    def __init__(self, *, person: str) -> None:
        super().__init__(
            f"Another admin changed the roles of {person} since you opened this; please look at them again.",
            person=person,
        )


class MailNotGivenUp(Conflict):
    """Only a mail that was given up is tried again by hand."""

    code = "mail_not_given_up"

    def __init__(self) -> None:
        super().__init__("This mail was sent or is on its way; only one that was given up can be tried again.")


class NothingToSendAgain(Conflict):
    """Of the mails to be tried again none had failed, or somebody was faster (N2)."""

    code = "nothing_to_send_again"

    def __init__(self) -> None:
        super().__init__("None of these mails waits to be sent again: they were sent or are on their way.")


class LastAdmin(Conflict):
    """The desk keeps at least one active admin."""

    code = "last_admin"

    def __init__(self, *, person: str) -> None:
        super().__init__(
            f"{person} is the last active admin. Give the role Admin to somebody else first; a desk without an admin "
            "could not be put right again.",
            person=person,
        )


class CalendarInUse(Conflict):
    """Working hours that somebody works by cannot be removed (C10)."""

    code = "calendar_in_use"

    def __init__(self, *, calendar: str, users: Sequence[str]) -> None:
        super().__init__(
            f"{calendar} is still used by {listed(users, 'and')}. Choose other working hours for them first.",
            calendar=calendar,
            users=list(users),
        )


class CalendarChanged(Conflict):
    """Somebody else saved the same working hours since the dialog was opened."""

    code = "calendar_changed"

    def __init__(self, *, calendar: str) -> None:
        super().__init__(
            f"Another admin changed {calendar} since you opened this; please look at it again.", calendar=calendar
        )
