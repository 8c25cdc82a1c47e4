"""What each engineer holds, in order, as the rules of the line-up see it (section 4)."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from django.db.models import QuerySet

from helpdesk.models import Assignment, User
from helpdesk.selectors import calendars
from workflow.calendars import WorkingTime
from workflow.lineup import Queue, Slot
from workflow.states import QUEUE, RESOLVED, Level, Status


def held_by(engineer_ids: Iterable[int]) -> QuerySet[Assignment]:
    """Unresolved work of these engineers: escalated, in progress as started, waiting by place."""
    return _held_by(engineer_ids).select_related("engineer")


def held_by_one(engineer: User) -> list[Assignment]:
    """The same of an engineer who is at hand, and not read once more with each of them."""
    work = list(_held_by([engineer.pk]))
    for one in work:
        one.engineer = engineer
    return work


def _held_by(engineer_ids: Iterable[int]) -> QuerySet[Assignment]:
    work = Assignment.objects.in_queue_order().filter(engineer_id__in=engineer_ids)
    return work.select_related("ticket__application", "ticket__reporter", "assigned_by")


def work_of(engineer: User) -> list[Assignment]:
    """One engineer's unresolved work in queue order, escalated first (E3), with each ticket's request for more time."""
    return list(held_by([engineer.pk]).select_related("ticket__extension"))


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
