"""Why a ticket is due when it is: the decisions that led there, one after the other, told from its events (B04)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from workflow import facts
from workflow.errors import in_words

SYSTEM = "the system"


class Named(Protocol):
    """Somebody with a name."""

    @property
    def name(self) -> str: ...


class Event(Protocol):
    """What is kept of something that happened to the ticket; no actor means the system."""

    @property
    def action(self) -> str: ...
    @property
    def metadata(self) -> dict[str, Any]: ...
    @property
    def timestamp(self) -> datetime: ...
    @property
    def actor(self) -> Named | None: ...


@dataclass(frozen=True, kw_only=True)
class Step:
    """One decision: who did what, the due time before and after it, and the reason somebody wrote.

    `due_from` is None where there was none before. `is_promise` says whether `due_to` is promised or only expected (C4).
    `said` names other cases: it is for the staff (P9, B06).
    """

    at: datetime
    said: str
    due_from: datetime | None
    due_to: datetime
    is_promise: bool
    because: str = ""

    @property
    def moves(self) -> bool:
        """Whether the due time changed by it."""
        return self.due_from != self.due_to

    @property
    def kind(self) -> str:
        """What the due time is called from then on."""
        return "due" if self.is_promise else "expected"


def chain_of(events: Iterable[Event]) -> tuple[Step, ...]:
    """The decisions behind the present due time, oldest first; empty for a ticket nobody has.

    `events` are the ticket's own in the order they happened; those that decide nothing about its due time are passed over. It
    begins with the assignment that planned the ticket anew last: what was before that has no part in the due time. The last
    step's `due_to` is the due time that is stored.
    """
    chain: list[Step] = []
    for event in events:
        tells = _TELLS.get(event.action)
        if tells is not None:
            step = tells(event, chain[-1] if chain else None)
            chain = [step] if _begins_anew(event) else [*chain, step]
    return tuple(chain)


def _begins_anew(event: Event) -> bool:
    """Whether the event gives a new start and due time; an escalated ticket that is handed on keeps its own (E3)."""
    if event.action == facts.TicketAssigned.action:
        return True
    return event.action == facts.TicketReassigned.action and bool(event.metadata["is_expected"])


def _by(event: Event) -> str:
    return event.actor.name if event.actor else SYSTEM


def _with_actor(cause: str, event: Event) -> str:
    """The cause, and by whom where it does not say so itself."""
    return cause if _by(event) in cause else f"{cause}, by {_by(event)}"


def _moment(kept: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(kept[name])


def _assigned(event: Event, before: Step | None) -> Step:
    kept = event.metadata
    from_whom = f" from {kept['previous_engineer_name']}" if kept.get("previous_engineer_name") else ""
    did = "reassigned it" if from_whom else "assigned it"
    behind = f", lined up behind {kept['queued_after']}" if kept.get("queued_after") else ""
    keeps = "" if kept["is_expected"] else "; the due time that passed stays"
    return Step(
        at=event.timestamp,
        said=f"{_by(event)} {did}{from_whom} to {kept['engineer_name']}{behind}{keeps}",
        due_from=before.due_to if before else None,
        due_to=_moment(kept, "due_at"),
        is_promise=not kept["is_expected"],
        because=kept.get("comment", ""),
    )


def _committed(event: Event, before: Step | None) -> Step:
    kept = event.metadata
    return Step(
        at=event.timestamp,
        said=f"{_by(event)} promised {in_words(kept['resolution_minutes'])} of work",
        due_from=before.due_to if before else None,
        due_to=_moment(kept, "due_at"),
        is_promise=True,
    )


def _moved(event: Event, before: Step | None) -> Step:
    kept = event.metadata
    return Step(
        at=event.timestamp,
        said=_with_actor(kept["cause"], event),
        due_from=_moment(kept, "due_from"),
        due_to=_moment(kept, "due_to"),
        is_promise=bool(kept["is_promise"]),
        because=kept.get("comment", ""),
    )


def _extended(event: Event, before: Step | None) -> Step:
    kept = event.metadata
    return Step(
        at=event.timestamp,
        said=f"{' and '.join(kept['approvers'])} agreed to {in_words(kept['extra_minutes'])} more",
        due_from=_moment(kept, "due_from"),
        due_to=_moment(kept, "due_to"),
        is_promise=True,
        because="; ".join(text for text in kept.get("comments", ()) if text),
    )


def _escalated(event: Event, before: Step | None) -> Step:
    due_at = _moment(event.metadata, "due_at")
    said = "The promise passed and was escalated; the due time stays"
    return Step(at=event.timestamp, said=said, due_from=due_at, due_to=due_at, is_promise=True)


_TELLS: dict[str, Callable[[Event, Step | None], Step]] = {
    facts.TicketAssigned.action: _assigned,
    facts.TicketReassigned.action: _assigned,
    facts.TicketCommitted.action: _committed,
    facts.DueMoved.action: _moved,
    facts.ExtensionApproved.action: _extended,
    facts.TicketEscalated.action: _escalated,
    facts.QueueReordered.action: _moved,
}

DECISIVE = frozenset(_TELLS)
"""The stored verbs of the events a chain is made of."""
