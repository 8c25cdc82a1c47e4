"""An engineer's line in the hands of a decision: as it stands under its lock, and honest about what has passed (E1, A6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from helpdesk.models import Assignment, TicketEvent, User
from helpdesk.selectors import calendars, queues
from helpdesk.selectors import lines as read_lines
from helpdesk.services import escalations, locks
from workflow.errors import QueueChanged
from workflow.facts import CHANGES
from workflow.lineup import Queue
from workflow.reordering import settled


@dataclass(frozen=True, kw_only=True)
class Line:
    """What an engineer holds, under the lock of the engineer; `gone` are those that opening it has escalated."""

    engineer: User
    work: Mapping[int, Assignment]
    queue: Queue
    gone: Mapping[int, int]
    """The assignments whose promise had passed, with the place each of them had."""

    def place_now(self, place: int) -> int:
        """What a place, as the actor looked at it, is after those ahead of it have gone."""
        return place - sum(left < place for left in self.gone.values())


def read(engineer: User) -> Line:
    """The line of an engineer who is locked."""
    work = queues.held_by_one(engineer)
    for one in work:
        one.ticket.assignment = one
    return Line(
        engineer=engineer,
        work={one.pk: one for one in work},
        queue=queues.queue_from(work, calendars.time_of(engineer.pk)),
        gone={},
    )


def read_to_line_up(engineer: User) -> Line:
    """The same for a decision that only adds to its end and moves nobody: the line without its assignments."""
    queue = read_lines.queues_of([engineer.pk])[engineer.pk]
    return Line(engineer=engineer, work={}, queue=queue, gone={})


def open_anew(engineer: User, *, now: datetime, seen: str | None = None) -> Line:
    """The line of an engineer who is locked, for a decision that plans the waiting tickets anew.

    One that is not the line the actor looked at (`seen`) is a conflict. Waiting promises that have passed are escalated before,
    so that none is un-broken (E1). Their tickets are locked without waiting, as tickets come before engineers: where somebody
    else holds one at this moment the line is about to change, which is a conflict too.
    """
    line = read(engineer)
    if seen is not None and seen != queues.version_from(line.work.values()):
        raise changed(line)
    passed = set(line.queue.waiting) - set(settled(line.queue, now).waiting)
    if not passed:
        return line
    gone = {slot.ref: line.work[slot.ref] for slot in passed}
    tickets = locks.hold_those_free({one.ticket_id for one in gone.values()})
    if len(tickets) < len(gone):
        raise changed(line)
    for one in gone.values():
        tickets[one.ticket_id].assignment = one
        escalations.escalate_if_broken(tickets[one.ticket_id], now)
    after = read(engineer)
    places = {slot.ref: place for place, slot in enumerate(line.queue.waiting, 1)}
    return Line(engineer=engineer, work=after.work, queue=after.queue, gone={ref: places[ref] for ref in gone})


def changed(line: Line) -> QueueChanged:
    """The conflict about a line, with the last change of a ticket its engineer holds or held."""
    theirs = TicketEvent.objects.filter(action__in=CHANGES, ticket__assignments__engineer=line.engineer)
    last = theirs.select_related("actor", "ticket").order_by("-timestamp", "-pk").first()
    waiting = [slot.case_id for slot in line.queue.waiting]
    if last is None:
        return QueueChanged(waiting=waiting, engineer=line.engineer.name)
    return QueueChanged(
        waiting=waiting,
        engineer=line.engineer.name,
        case_id=last.ticket.case_id,
        by=last.actor.name if last.actor else "",
        did=CHANGES[last.action],
        at=last.timestamp,
    )
