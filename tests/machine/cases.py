"""What the model keeps of people, tickets and promises; plain values, nothing of the code under test."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class Refused(Exception):  # noqa: N818 - the rules' own word
    """The act breaks rules: any of these codes is a right answer, since the rules give them no order."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = set(codes)


@dataclass
class Somebody:
    """A person with the roles they hold now."""

    name: str
    held: set[str]
    authority: str | None = None
    is_active: bool = True

    @property
    def roles(self) -> set[str]:
        """P8: an inactive person holds none."""
        return self.held if self.is_active else set()

    @property
    def levels(self) -> list[str]:
        """The levels of an SM, the highest last."""
        return sorted(self.roles & {"sm1", "sm2"})


@dataclass
class Job:
    """One engineer's assignment of one ticket, and its SLA record (A1, S2)."""

    engineer: str
    by: str
    level: str
    assigned: datetime
    expected: int
    due: datetime
    start: datetime | None
    place: int | None
    minutes: int | None = None
    extra: int = 0
    started: datetime | None = None
    out_of_turn: bool = False
    ended: datetime | None = None
    reminded: datetime | None = None
    is_flagged: bool = False
    behind: str | None = None
    original_due: datetime | None = None
    extended_due: datetime | None = None
    resolved: datetime | None = None
    breached: datetime | None = None

    @property
    def is_promised(self) -> bool:
        return self.minutes is not None

    @property
    def length(self) -> int:
        """`res` and `extra` of the rules."""
        return (self.expected if self.minutes is None else self.minutes) + self.extra


@dataclass
class Request:
    """The one extension of a ticket (X1)."""

    by: str
    minutes: int
    status: str = "pending"
    votes: dict[str, tuple[str, bool]] = field(default_factory=dict)


@dataclass
class Event:
    """One change: who, what, and the facts the model has an opinion of (T5)."""

    actor: str | None
    action: str
    facts: dict[str, Any]


@dataclass
class Case:
    """A ticket."""

    name: str
    reporter: str
    priority: str
    raised: datetime
    status: str = "unassigned"
    jobs: list[Job] = field(default_factory=list)
    request: Request | None = None
    events: list[Event] = field(default_factory=list)
    is_flagged: bool = False
    is_withdrawn: bool = False
    has_escalated: bool = False
    escalated_to: str | None = None
    changes: int = 0

    @property
    def job(self) -> Job:
        """The active assignment."""
        return self.jobs[-1]

    @property
    def engineer(self) -> str | None:
        return self.jobs[-1].engineer if self.jobs else None

    @property
    def runs(self) -> bool:
        """Assigned or in progress: it stands in its engineer's queue."""
        return self.status in ("assigned", "in_progress")

    def is_late(self, now: datetime) -> bool:
        """E1: the due time decides."""
        return self.runs and self.job.is_promised and self.job.due <= now
