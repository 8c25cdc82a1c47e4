"""C6, E1: what a decision about a whole line finds, and what in it was moved by hand."""

from itertools import permutations

import pytest

from workflow.lineup import Queue, reorder
from workflow.reordering import Shift, moved_by_hand, put_in, settled, shifts, with_still
from workflow.tests.builders import at, slot, times

LINE = Queue(waiting=tuple(slot(ref, f"{9 + ref}:00", 60, promised=True) for ref in (1, 2, 3, 4)))


def ordered(*refs: int) -> Queue:
    return Queue(waiting=tuple(LINE.slot(ref) for ref in refs))


@pytest.mark.parametrize(
    ("now", "waiting", "escalated"),
    [
        pytest.param("10:30", [1, 2, 3, 4], [], id="E1 nothing has passed"),
        pytest.param("11:00", [2, 3, 4], [1], id="E1 at its due time it has"),
        pytest.param("12:30", [3, 4], [1, 2], id="E1 two have"),
    ],
)
def test_e1_settled(now, waiting, escalated):
    found = settled(LINE, at(now))

    assert [one.ref for one in found.waiting] == waiting
    assert [one.ref for one in found.escalated] == escalated


def test_e1_an_expectation_and_a_ticket_in_progress_stay_in_line():
    queue = Queue(in_progress=(slot(1, "09:00", 60, promised=True),), waiting=(slot(2, "09:00", 60),))

    assert settled(queue, at("20:00")) is queue


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        pytest.param((1, 2, 3, 4), (), id="C6 nothing"),
        pytest.param((2, 1, 3, 4), (2,), id="C6 of two neighbours the one that went ahead"),
        pytest.param((4, 1, 2, 3), (4,), id="C6 the last one first"),
        pytest.param((2, 3, 4, 1), (1,), id="C6 the first one last"),
        pytest.param((1, 4, 2, 3), (4,), id="C6 one into the middle"),
        pytest.param((4, 3, 2, 1), (4, 3, 2), id="C6 turned round"),
        pytest.param((3, 4, 1, 2), (3, 4), id="C6 two ahead"),
    ],
)
def test_c6_moved_by_hand(after, moved):
    assert tuple(one.ref for one in moved_by_hand(LINE, ordered(*after))) == moved


def test_c6_those_not_moved_by_hand_keep_their_order_whatever_the_order():
    for after in permutations((1, 2, 3, 4)):
        moved = {one.ref for one in moved_by_hand(LINE, ordered(*after))}
        pushed = [ref for ref in after if ref not in moved]
        assert pushed == sorted(pushed)
        assert bool(moved) is (after != (1, 2, 3, 4))


def test_a1_shifts_count_places_from_1():
    assert shifts(LINE, ordered(1, 4, 2, 3)) == {
        4: Shift(place_from=4, place_to=2),
        2: Shift(place_from=2, place_to=3),
        3: Shift(place_from=3, place_to=4),
    }


@pytest.mark.parametrize(
    ("place", "line"),
    [
        pytest.param(1, {9: ("09:30", "10:00"), 1: ("10:00", "11:00"), 2: ("11:00", "12:00")}, id="C6 first"),
        pytest.param(2, {1: ("10:00", "11:00"), 9: ("11:00", "11:30"), 2: ("11:30", "12:30")}, id="C6 between"),
        pytest.param(3, {1: ("10:00", "11:00"), 2: ("11:00", "12:00"), 9: ("12:00", "12:30")}, id="C2 at the end"),
        pytest.param(8, {1: ("10:00", "11:00"), 2: ("11:00", "12:00"), 9: ("12:00", "12:30")}, id="C2 beyond the end"),
    ],
)
def test_c6_put_in(place, line):
    queue = Queue(waiting=LINE.waiting[:2])

    grown, plan = put_in(queue, slot(9, "12:00", 30), place, at("09:30"))

    assert [one.ref for one in grown.waiting] == [1, 2, 9]
    assert times(plan.queue) == line


def test_c6_a_move_that_changes_no_time_is_told_too():
    queue = Queue(waiting=(slot(1, "10:00", 60), slot(2, "10:00", 60)))
    plan = reorder(queue, [2, 1], at("10:00"))

    told = with_still(plan, [2])

    assert [(one.ref, one.due_from == one.due_to) for one in told] == [(2, True), (1, False)]
