"""The queues of many engineers at once, read as plain values: no model is made of any of thousands of tickets."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from helpdesk.models import Assignment
from helpdesk.selectors import calendars
from workflow.lineup import Queue, Slot
from workflow.states import Level, Status

Held = dict[str, list[Slot]]
"""What one engineer holds, by status."""

_HELD = (Status.IN_PROGRESS.value, Status.ASSIGNED.value, Status.ESCALATED.value)
_LEVELS = {level.value: level for level in Level}


def queues_of(engineer_ids: Collection[int]) -> dict[int, Queue]:
    """The queue of each of these engineers, as `queues.queue_of` gives it for one.

    One statement and those of the calendars, however many engineers and tickets there are.
    """
    return _queues(_slots(engineer_ids), engineer_ids) if engineer_ids else {}


def every_queue() -> dict[int, Queue]:
    """The queue of everybody who holds unresolved work; as many statements."""
    slots = _slots(None)
    return _queues(slots, {engineer_id for engineer_id, _, _ in slots})


def _queues(slots: list[tuple[int, str, Slot]], engineer_ids: Collection[int]) -> dict[int, Queue]:
    held: dict[int, Held] = {pk: {status: [] for status in _HELD} for pk in engineer_ids}
    for engineer_id, status, slot in slots:
        held[engineer_id][status].append(slot)
    times = calendars.times_of(engineer_ids)
    return {
        pk: Queue(
            in_progress=tuple(found[Status.IN_PROGRESS.value]),
            waiting=tuple(found[Status.ASSIGNED.value]),
            escalated=tuple(found[Status.ESCALATED.value]),
            time=times[pk],
        )
        for pk, found in held.items()
    }


def _slots(engineer_ids: Collection[int] | None) -> list[tuple[int, str, Slot]]:
    """Engineer, status and slot of everything unresolved, in queue order; of everybody where nobody is named."""
    return [
        (
            engineer_id,
            status,
            Slot(
                ref=ref,
                case_id=case_id,
                minutes=minutes,
                extra=extra,
                is_committed=is_committed,
                starts_at=datetime.fromisoformat(starts_at),
                due_at=datetime.fromisoformat(due_at),
                level=_LEVELS[level],
                assigned_by=assigned_by,
            ),
        )
        for (
            engineer_id, status, ref, case_id, minutes, extra, is_committed, starts_at, due_at, level, assigned_by,
        ) in _rows(engineer_ids)
    ]  # fmt: skip


def _rows(engineer_ids: Collection[int] | None) -> "QuerySet[Assignment, tuple[Any, ...]]":
    """What a slot is made of; reading few and simple columns is what makes it fast.

    Moments come as text, which Python reads several times faster than the database driver does.
    """
    work = Assignment.objects.in_queue_order()
    if engineer_ids is not None:
        work = work.filter(engineer_id__in=engineer_ids)
    return work.values_list(
        "engineer_id",
        "ticket__status",
        "pk",
        "ticket__case_id",
        Coalesce("resolution_minutes", "expected_minutes"),
        "extra_minutes",
        ExpressionWrapper(Q(committed_at__isnull=False), BooleanField()),
        Cast(Coalesce("starts_at", "assigned_at"), TextField()),
        Cast("due_at", TextField()),
        "level",
        "assigned_by__name",
    )
