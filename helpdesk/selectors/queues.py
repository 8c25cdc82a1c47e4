"""What each engineer holds, in order, as the rules of the line-up see it (section 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.db.models import QuerySet

from helpdesk.models import Assignment, Ticket, User
from helpdesk.selectors import calendars, people
from workflow import lineup
from workflow.calendars import WorkingTime
from workflow.lineup import Queue, Slot
from workflow.states import QUEUE, RESOLVED, Level, Status

UNRESOLVED = (Status.ASSIGNED, Status.IN_PROGRESS, Status.ESCALATED)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What giving one ticket to one engineer now would mean (B02); times as they would be stored."""

    engineer: User
    open: int
    in_progress: str
    open_tickets: tuple[str, ...]
    free_at: datetime
    starts_at: datetime | None
    due_at: datetime
    finish_at: datetime
    is_busy: bool


def held_by(engineer_ids: Iterable[int]) -> QuerySet[Assignment]:
    """Unresolved work of these engineers: escalated, in progress as started, waiting by place."""
    work = Assignment.objects.in_queue_order().filter(engineer_id__in=engineer_ids, ticket__status__in=UNRESOLVED)
    return work.select_related("ticket__application", "ticket__reporter", "assigned_by", "engineer")


def work_of(engineer: User) -> list[Assignment]:
    """One engineer's unresolved work in queue order, escalated first (E3)."""
    return list(held_by([engineer.pk]))


def resolved_lately(engineer: User, most: int) -> list[Assignment]:
    """What this engineer resolved last, newest first."""
    done = Assignment.objects.active().filter(engineer=engineer, ticket__status__in=RESOLVED)
    return list(done.select_related("ticket__application").order_by("-ticket__resolved_at", "-pk")[:most])


def slot_of(assignment: Assignment) -> Slot:
    """An assignment as the line-up sees it; `ref` is the assignment's id."""
    return Slot(
        ref=assignment.pk,
        case_id=assignment.ticket.case_id,
        minutes=assignment.minutes,
        extra=assignment.extra_minutes,
        is_committed=assignment.is_committed,
        starts_at=assignment.starts_at or assignment.assigned_at,
        due_at=assignment.due_at,
        level=Level(assignment.level),
        assigned_by=assignment.assigned_by.name,
    )


def queue_from(work: Sequence[Assignment], time: WorkingTime) -> Queue:
    """The queue made of these assignments, which stand in queue order, in its engineer's working time (C10)."""

    def slots(status: Status) -> tuple[Slot, ...]:
        return tuple(slot_of(one) for one in work if one.ticket.status == status)

    return Queue(
        in_progress=slots(Status.IN_PROGRESS),
        waiting=slots(Status.ASSIGNED),
        escalated=slots(Status.ESCALATED),
        time=time,
    )


def queue_of(engineer_id: int) -> Queue:
    """One engineer's queue as it stands; lock the engineer first when it decides something."""
    return queue_from(list(held_by([engineer_id])), calendars.time_of(engineer_id))


def passed_in_line(engineer_ids: Iterable[int], now: datetime) -> set[int]:
    """The waiting tickets of these engineers whose promise has passed and which no sweep has escalated yet (E1)."""
    waiting = held_by(engineer_ids).filter(ticket__status=Status.ASSIGNED, committed_at__isnull=False, due_at__lte=now)
    return set(waiting.order_by().values_list("ticket_id", flat=True))


def version_from(work: Iterable[Assignment]) -> str:
    """The token of the line made of one engineer's work: it changes with order, members, any promise and due time (A6)."""
    stands = (
        f"{one.pk}|{one.ticket.status}|{one.is_committed}|{one.starts_at}|{one.due_at}"
        for one in work
        if one.ticket.status in QUEUE
    )
    return blake2b("\n".join(stands).encode(), digest_size=8).hexdigest()


def versions_of(work: Iterable[Assignment]) -> dict[int, str]:
    """The token of each line, of the work of several engineers; those without any have none in it."""
    lines: dict[int, list[Assignment]] = {}
    for one in work:
        lines.setdefault(one.engineer_id, []).append(one)
    return {engineer_id: version_from(line) for engineer_id, line in lines.items()}


def queue_version(engineer_id: int) -> str:
    """The token of one engineer's line as it stands."""
    return version_from(held_by([engineer_id]))


def candidates(ticket: Ticket, *, now: datetime, search: str = "") -> list[Candidate]:
    """The pool for this ticket, earliest finish first; a fixed number of statements however many engineers."""
    pool = people.engineers()
    if search.strip():
        pool = pool.filter(name__icontains=search.strip())
    engineers = list(pool)
    work: dict[int, list[Assignment]] = {engineer.pk: [] for engineer in engineers}
    for assignment in held_by(work):
        work[assignment.engineer_id].append(assignment)
    times = calendars.times_of(work)
    queues = {pk: queue_from(held, times[pk]) for pk, held in work.items()}
    found = [_candidate(ticket, engineer, queues[engineer.pk], now) for engineer in engineers]
    return sorted(found, key=lambda one: (one.finish_at, one.open, one.engineer.name))


def _candidate(ticket: Ticket, engineer: User, queue: Queue, now: datetime) -> Candidate:
    minutes = ticket.application.default_minutes(ticket.priority)
    planned = lineup.place_at_end(queue, minutes, now)
    finishes = [forecast.finish_at for forecast in lineup.forecast(queue, now).values()]
    free_at = max(finishes, default=now)
    busy_with = queue.in_progress + queue.waiting
    broken = ticket.assignment if ticket.status == Status.ESCALATED else None
    return Candidate(
        engineer=engineer,
        open=len(queue.escalated) + len(busy_with),
        in_progress=", ".join(slot.case_id for slot in queue.in_progress),
        open_tickets=tuple(slot.case_id for slot in busy_with),
        free_at=max(free_at, now),
        starts_at=None if broken else planned.starts_at,
        due_at=broken.due_at if broken else planned.due_at,
        finish_at=planned.due_at,
        is_busy=bool(busy_with) and broken is None,
    )
