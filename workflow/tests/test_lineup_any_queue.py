"""C2 and C8 in every queue of up to four tickets, whatever is decided in it."""

from itertools import permutations, product

import pytest

from workflow.calendars import ROUND_THE_CLOCK
from workflow.lineup import (
    Queue,
    commit,
    extend,
    reorder,
)
from workflow.tests.builders import at, slot

WORKING = slot(1, "09:00", 120, promised=True)


QUEUES = [
    Queue(
        in_progress=(WORKING,)[:working],
        waiting=tuple(
            slot(ref, starts, minutes, promised=promised)
            for ref, starts, minutes, promised in zip((2, 3, 4), starting, lengths, flags, strict=True)
        ),
    )
    for working in (0, 1)
    for starting in (("11:00", "12:00", "13:00"), ("10:00", "16:00", "12:00"))
    for lengths in product((30, 120), repeat=3)
    for flags in product((True, False), repeat=3)
]


def follows_c2(queue: Queue, place: int, now: str) -> bool:
    """Whether the waiting ticket at this place stands exactly where C2 puts it."""
    one = queue.waiting[place]
    ahead = queue.in_progress + queue.waiting[:place]
    starts_at = max([at(now), *(other.due_at for other in ahead)])
    return (one.starts_at, one.due_at) == (starts_at, ROUND_THE_CLOCK.add(starts_at, one.minutes + one.extra))


@pytest.mark.parametrize("ref", [2, 3, 4])
def test_c8_holds_for_a_commitment_in_any_queue(ref):
    for queue, minutes in product(QUEUES, (1, 60, 300)):
        after = commit(queue, ref, minutes, at("10:30")).queue

        place = next(index for index, one in enumerate(queue.waiting) if one.ref == ref)
        assert after.in_progress == queue.in_progress
        assert after.waiting[:place] == queue.waiting[:place]
        assert after.waiting[place].starts_at == queue.waiting[place].starts_at
        for index in range(place + 1, 3):
            was, now = queue.waiting[index], after.waiting[index]
            assert not (was.is_committed and now.due_at > was.due_at)
            assert follows_c2(after, index, "10:30") or (was.is_committed and now == was)


@pytest.mark.parametrize("ref", [2, 3, 4])
def test_c8_holds_for_an_extension_in_any_queue(ref):
    for queue, extra in product(QUEUES, (1, 60, 300)):
        after = extend(queue, ref, extra, at("10:30")).queue

        place = next(index for index, one in enumerate(queue.waiting) if one.ref == ref)
        assert after.waiting[:place] == queue.waiting[:place]
        for index in range(place + 1, 3):
            was, now = queue.waiting[index], after.waiting[index]
            assert not (was.is_committed and now.due_at < was.due_at)
            assert follows_c2(after, index, "10:30") or (was.is_committed and now == was)


@pytest.mark.parametrize("order", list(permutations((2, 3, 4))))
def test_c8_holds_for_a_reorder_of_any_queue(order):
    first = next((place for place, ref in enumerate(order) if ref != place + 2), 3)
    for queue in QUEUES:
        plan = reorder(queue, order, at("10:30"))

        assert [one.ref for one in plan.queue.waiting] == list(order)
        assert plan.queue.in_progress == queue.in_progress
        assert plan.queue.waiting[:first] == queue.waiting[:first]
        assert all(follows_c2(plan.queue, place, "10:30") for place in range(first, 3))
        moved = {move.ref for move in plan.moves}
        assert moved == {one.ref for one in plan.queue.waiting if one != queue.slot(one.ref)}
