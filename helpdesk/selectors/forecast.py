"""Where tickets really stand: when they will be done, what holds them up, and which place they have in line (C9, B01, B06)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from helpdesk.models import Assignment, Ticket, User
from helpdesk.selectors import access, lines, people, tickets
from workflow import lineup
from workflow.errors import in_words
from workflow.lineup import Queue, Slot
from workflow.roles import DESK
from workflow.states import QUEUE

ANOTHER = "another ticket"
"""What stands for a case that the reader may not know of."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What becomes of one ticket if work goes on from now.

    `late_minutes` is how far after its promise, in working time, None when in time or nothing is promised. `behind` names the
    case right ahead, empty when nothing is: it is for the staff (P9). `place` counts the waiting from 1, `position` all in line;
    0 for a ticket without one.
    """

    finish_at: datetime
    late_minutes: int | None
    behind: str
    place: int
    waiting: int
    position: int
    is_started: bool

    @property
    def is_at_risk(self) -> bool:
        """Whether it will miss its promise (C9)."""
        return self.late_minutes is not None

    @property
    def cause(self) -> str:
        """What holds it up, in words."""
        if self.behind:
            return f"behind {self.behind}"
        return "its due time has come" if self.is_started else "not started yet"

    @property
    def risk(self) -> str:
        """The cause and how late it makes it: "behind N-EXP-1003, late by 40 min"; empty when in time."""
        return "" if self.late_minutes is None else f"{self.cause}, late by {in_words(self.late_minutes)}"


@dataclass(frozen=True, kw_only=True)
class AtRisk:
    """A ticket that will miss its promise, and why."""

    ticket: Ticket
    outlook: Outlook


def outlooks_of(queue: Queue, now: datetime) -> dict[int, Outlook]:
    """The outlook of everything in a queue, by the slots' `ref`."""
    forecast = lineup.forecast(queue, now)
    places = {slot.ref: place for place, slot in enumerate(queue.waiting, start=1)}
    positions = {slot.ref: position for position, slot in enumerate(queue.in_line, start=1)}

    def outlook(slot: Slot) -> Outlook:
        expected = forecast[slot.ref]
        return Outlook(
            finish_at=expected.finish_at,
            late_minutes=expected.at_risk_minutes,
            behind=expected.behind or "",
            place=places.get(slot.ref, 0),
            waiting=len(queue.waiting),
            position=positions.get(slot.ref, 0),
            is_started=slot.ref not in places,
        )

    return {slot.ref: outlook(slot) for slot in (*queue.escalated, *queue.in_line)}


def forecast_for(rows: Iterable[Ticket], now: datetime, *, reader: User) -> dict[int, Outlook]:
    """The outlook of each of these tickets that is in somebody's line, by the ticket's id; it names only cases `reader` sees.

    The tickets come with their assignment; the queues of their engineers are read in a fixed number of statements. Escalated
    tickets have no outlook: their promise is broken already.
    """
    line = {row.assignment.pk: row for row in rows if row.status in QUEUE and row.assignment is not None}
    read = lines.queues_of({row.assignment.engineer_id for row in line.values() if row.assignment})
    found: dict[int, Outlook] = {}
    for queue in read.values():
        outlooks = outlooks_of(queue, now)
        found |= {line[ref].pk: outlook for ref, outlook in outlooks.items() if ref in line}
    return _as_known_to(reader, found)


def _as_known_to(reader: User, found: dict[int, Outlook]) -> dict[int, Outlook]:
    """An earlier engineer reads on in a ticket that now stands in somebody else's line, whose other cases are not theirs (P9)."""
    named = {outlook.behind for outlook in found.values() if outlook.behind}
    if not named or people.roles_of(reader) & DESK:
        return found
    known = set(access.handled_by(reader).filter(case_id__in=named).values_list("case_id", flat=True))
    hidden = {pk: replace(one, behind=ANOTHER) for pk, one in found.items() if one.behind and one.behind not in known}
    return found | hidden


def at_risk_now(user: User, now: datetime) -> list[AtRisk]:
    """Every ticket this person handles that will miss its promise, the latest first, with the cause (B01).

    Those they only reported are not among them: the cause names other cases (B06). A fixed number of statements.
    """
    late = late_of(access.handled_by(user), now)
    rows = tickets.listed(access.handled_by(user).filter(pk__in=late))
    found = [AtRisk(ticket=row, outlook=late[row.pk]) for row in rows]
    return sorted(found, key=lambda one: (-(one.outlook.late_minutes or 0), one.ticket.pk))


def late_in(queues: Iterable[Queue], now: datetime) -> dict[int, Outlook]:
    """All in these queues that will miss their promise (C9), by the id of the assignment; asks the database for nothing."""
    return {ref: one for queue in queues for ref, one in outlooks_of(queue, now).items() if one.is_at_risk}


def late_of(rows: QuerySet[Ticket], now: datetime) -> dict[int, Outlook]:
    """Those of these tickets that will miss their promise (C9), by their id; a fixed number of statements."""
    promised = Assignment.objects.promised().filter(ticket__in=rows)
    found = list(promised.order_by().values_list("pk", "ticket_id", "engineer_id"))
    line = {assignment_id: pk for assignment_id, pk, _ in found}
    late = late_in(lines.queues_of({engineer_id for _, _, engineer_id in found}).values(), now)
    return {line[ref]: outlook for ref, outlook in late.items() if ref in line}
