"""C1-C9 and the part of E3 that belongs to the forecast."""

from dataclasses import replace
from itertools import permutations, product

import pytest

from workflow.calendars import ROUND_THE_CLOCK
from workflow.errors import QueueChanged, ResolutionTimeInvalid, ResolutionTimeTooShort
from workflow.lineup import (
    DEFAULT_RESOLUTION_MINUTES,
    LONGEST_MINUTES,
    Plan,
    Queue,
    check_minutes,
    commit,
    extend,
    forecast,
    longest_minutes,
    out_of_turn,
    place_at_end,
    reorder,
    shortest_minutes,
)
from workflow.states import Priority
from workflow.tests.builders import at, slot, times

WORKING = slot(1, "09:00", 120, promised=True)


@pytest.mark.parametrize(
    ("queue", "now", "starts", "due", "behind"),
    [
        pytest.param(Queue(), "09:00", "09:00", "10:00", None, id="C2 C3 nothing ahead: starts now"),
        pytest.param(
            Queue(in_progress=(WORKING,)), "09:30", "11:00", "12:00", "N-EXP-1001", id="C2 behind one at work"
        ),
        pytest.param(
            Queue(in_progress=(WORKING,)), "11:40", "11:40", "12:40", "N-EXP-1001", id="C2 ahead is late: now"
        ),
        pytest.param(
            Queue(in_progress=(WORKING,), waiting=(slot(2, "11:00", 60),)),
            "09:30",
            "12:00",
            "13:00",
            "N-EXP-1002",
            id="C2 behind an expected one too",
        ),
        pytest.param(
            Queue(in_progress=(WORKING, slot(2, "09:00", 30, promised=True))),
            "09:10",
            "11:00",
            "12:00",
            "N-EXP-1002",
            id="C2 the latest due of all ahead counts, not that of the last",
        ),
        pytest.param(
            Queue(escalated=(WORKING,)), "12:00", "12:00", "13:00", None, id="E3 an escalated one has no place"
        ),
    ],
)
def test_place_at_end(queue, now, starts, due, behind):
    planned = place_at_end(queue, 60, at(now))

    assert (planned.starts_at, planned.due_at, planned.behind) == (at(starts), at(due), behind)


def test_c4_the_shipped_expected_times():
    assert DEFAULT_RESOLUTION_MINUTES == {Priority.HIGH: 240, Priority.MEDIUM: 480, Priority.LOW: 1440}


@pytest.mark.parametrize(
    ("now", "shortest"),
    [
        pytest.param("08:00", 1, id="C5 its start is still to come: one minute"),
        pytest.param("09:00", 1, id="C5 at its start: one minute"),
        pytest.param("09:10", 11, id="C5 due exactly now has passed"),
        pytest.param("+1 09:00", 1441, id="C5 a day later"),
    ],
)
def test_c5_shortest_minutes_has_its_due_time_still_to_come(now, shortest):
    waiting = slot(1, "09:00", 240)

    assert shortest_minutes(waiting, at(now), ROUND_THE_CLOCK) == shortest
    assert ROUND_THE_CLOCK.add(waiting.starts_at, shortest) > at(now)
    assert shortest == 1 or ROUND_THE_CLOCK.add(waiting.starts_at, shortest - 1) <= at(now)


def test_c5_seconds_do_not_make_a_passed_time_possible():
    waiting = slot(1, "09:00", 240)
    now = at("09:10").replace(second=30)

    assert shortest_minutes(waiting, now, ROUND_THE_CLOCK) == 11


def test_c5_time_already_added_counts():
    assert shortest_minutes(slot(1, "09:00", 240, extra=5), at("09:10"), ROUND_THE_CLOCK) == 6


@pytest.mark.parametrize(
    ("minutes", "error"),
    [
        pytest.param(-1, ResolutionTimeInvalid, id="C1 less than nothing"),
        pytest.param(0, ResolutionTimeInvalid, id="C1 nothing"),
        pytest.param(1, ResolutionTimeTooShort, id="C5 one minute, ten minutes after the start"),
        pytest.param(10, ResolutionTimeTooShort, id="C5 due now"),
        pytest.param(11, None, id="C5 the shortest possible"),
        pytest.param(LONGEST_MINUTES, None, id="C1 30 days"),
        pytest.param(LONGEST_MINUTES + 1, ResolutionTimeInvalid, id="C1 a minute over 30 days"),
        pytest.param(31 * 24 * 60, ResolutionTimeInvalid, id="C1 31 days"),
    ],
)
def test_check_minutes(minutes, error):
    waiting, now = slot(1, "09:00", 240), at("09:10")

    if error is None:
        check_minutes(waiting, minutes, now, ROUND_THE_CLOCK)
    else:
        with pytest.raises(error):
            check_minutes(waiting, minutes, now, ROUND_THE_CLOCK)


def test_c5_the_answer_names_the_shortest():
    with pytest.raises(ResolutionTimeTooShort) as refused:
        check_minutes(slot(1, "09:00", 240), 5, at("11:00"), ROUND_THE_CLOCK)

    assert refused.value.data == {"shortest_minutes": 121}
    assert "2 h 1 min" in refused.value.sentence


def test_c1_after_more_than_30_days_the_limit_is_the_shortest_plus_30_days():
    waiting = slot(1, "09:00", 240)
    waiting = replace(waiting, starts_at=waiting.starts_at.replace(month=9))
    now = at("09:00")
    shortest = 61 * 24 * 60 + 1

    assert shortest_minutes(waiting, now, ROUND_THE_CLOCK) == shortest
    assert longest_minutes(waiting, now, ROUND_THE_CLOCK) == shortest + LONGEST_MINUTES
    check_minutes(waiting, shortest, now, ROUND_THE_CLOCK)
    check_minutes(waiting, shortest + LONGEST_MINUTES, now, ROUND_THE_CLOCK)
    with pytest.raises(ResolutionTimeInvalid):
        check_minutes(waiting, shortest + LONGEST_MINUTES + 1, now, ROUND_THE_CLOCK)


def promises(plan: Plan) -> dict[int, bool]:
    return {move.ref: move.is_promise for move in plan.moves}


def test_c3_a_late_commitment_does_not_change_its_own_start():
    plan = commit(Queue(waiting=(slot(1, "09:00", 240),)), 1, 60, at("09:40"))

    assert times(plan.queue) == {1: ("09:00", "10:00")}
    assert plan.queue.slot(1).is_committed
    assert plan.moves == ()


def test_c8_a_commitment_moves_expected_ones_behind_it_freely():
    queue = Queue(waiting=(slot(1, "09:00", 60), slot(2, "10:00", 60)))

    plan = commit(queue, 1, 180, at("09:10"))

    assert times(plan.queue) == {1: ("09:00", "12:00"), 2: ("12:00", "13:00")}
    assert promises(plan) == {2: False}


def test_c8_a_commitment_moves_no_promise_later_but_the_expected_one_behind_that():
    queue = Queue(waiting=(slot(1, "09:00", 60), slot(2, "10:00", 60, promised=True), slot(3, "11:00", 60)))

    plan = commit(queue, 1, 180, at("09:10"))

    assert times(plan.queue) == {1: ("09:00", "12:00"), 2: ("10:00", "11:00"), 3: ("12:00", "13:00")}
    assert promises(plan) == {3: False}


def test_c8_a_commitment_moves_promises_earlier():
    queue = Queue(waiting=(slot(1, "09:00", 240), slot(2, "13:00", 60, promised=True)))

    plan = commit(queue, 1, 60, at("09:10"))

    assert times(plan.queue)[2] == ("10:00", "11:00")
    assert promises(plan) == {2: True}


def test_c8_a_commitment_leaves_those_ahead_alone():
    queue = Queue(waiting=(slot(1, "09:00", 60), slot(2, "12:00", 60)))

    plan = commit(queue, 2, 30, at("09:10"))

    assert times(plan.queue) == {1: ("09:00", "10:00"), 2: ("12:00", "12:30")}
    assert plan.moves == ()


def test_c2_those_behind_never_start_before_the_decision():
    queue = Queue(waiting=(slot(1, "07:00", 60), slot(2, "08:00", 60)))

    plan = commit(queue, 1, 150, at("09:20"))

    assert times(plan.queue)[2] == ("09:30", "10:30")
    assert times(commit(queue, 1, 150, at("09:45")).queue)[2] == ("09:45", "10:45")


def test_c7_a_ticket_in_progress_is_moved_by_its_own_extension_only():
    second = slot(2, "09:00", 240, promised=True)
    queue = Queue(in_progress=(WORKING, second), waiting=(slot(3, "13:00", 60),))

    plan = extend(queue, 1, 300, at("10:00"))

    assert times(plan.queue) == {1: ("09:00", "16:00"), 2: ("09:00", "13:00"), 3: ("16:00", "17:00")}
    assert plan.queue.slot(1).extra == 300
    assert promises(plan) == {3: False}


def test_x3_an_extension_of_a_waiting_ticket_moves_those_behind_it_only():
    queue = Queue(
        waiting=(slot(1, "09:00", 60), slot(2, "10:00", 60, promised=True), slot(3, "11:00", 60, promised=True))
    )

    plan = extend(queue, 2, 30, at("09:10"))

    assert times(plan.queue) == {1: ("09:00", "10:00"), 2: ("10:00", "11:30"), 3: ("11:30", "12:30")}
    assert promises(plan) == {3: True}


def test_c8_an_extension_moves_no_promise_earlier_which_keeps_start_and_due():
    queue = Queue(in_progress=(WORKING,), waiting=(slot(2, "15:00", 60, promised=True), slot(3, "18:00", 60)))

    plan = extend(queue, 1, 30, at("10:00"))

    assert times(plan.queue) == {1: ("09:00", "11:30"), 2: ("15:00", "16:00"), 3: ("16:00", "17:00")}
    assert promises(plan) == {3: False}


def test_c8_the_present_order_is_no_decision():
    queue = Queue(waiting=(slot(1, "15:00", 60), slot(2, "18:00", 60)))

    assert reorder(queue, [1, 2], at("09:00")) == Plan(queue=queue, moves=())


def test_c8_a_reorder_leaves_those_ahead_of_the_first_change_alone():
    first, second, third = slot(1, "15:00", 60, promised=True), slot(2, "16:00", 60), slot(3, "17:00", 30)

    plan = reorder(Queue(waiting=(first, second, third)), [1, 3, 2], at("09:00"))

    assert times(plan.queue) == {1: ("15:00", "16:00"), 3: ("16:00", "16:30"), 2: ("16:30", "17:30")}
    assert promises(plan) == {3: False, 2: False}


def test_c8_a_reorder_moves_promises_both_ways():
    queue = Queue(waiting=(slot(1, "09:00", 60, promised=True), slot(2, "10:00", 30, promised=True)))

    plan = reorder(queue, [2, 1], at("09:00"))

    assert times(plan.queue) == {2: ("09:00", "09:30"), 1: ("09:30", "10:30")}
    assert {move.ref: move.delays_promise for move in plan.moves} == {2: False, 1: True}


def test_c6_tickets_in_progress_stay_ahead_of_a_reorder():
    queue = Queue(in_progress=(WORKING,), waiting=(slot(2, "11:00", 60), slot(3, "12:00", 60)))

    plan = reorder(queue, [3, 2], at("09:30"))

    assert times(plan.queue) == {1: ("09:00", "11:00"), 3: ("11:00", "12:00"), 2: ("12:00", "13:00")}


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([2], id="one is missing"),
        pytest.param([2, 3, 4], id="one more"),
        pytest.param([2, 2], id="one twice"),
        pytest.param([1, 2], id="one in progress named"),
    ],
)
def test_c6_an_order_of_other_tickets_is_a_conflict(order):
    queue = Queue(in_progress=(WORKING,), waiting=(slot(2, "11:00", 60), slot(3, "12:00", 60)))

    with pytest.raises(QueueChanged) as refused:
        reorder(queue, order, at("09:30"))

    assert refused.value.data["waiting"] == ["N-EXP-1002", "N-EXP-1003"]


def test_a_ref_that_is_not_in_line_is_the_callers_mistake():
    with pytest.raises(LookupError):
        commit(Queue(escalated=(WORKING,)), 1, 60, at("09:30"))


def test_c6_out_of_turn_names_those_passed_over():
    queue = Queue(waiting=(slot(1, "09:00", 60), slot(2, "10:00", 60), slot(3, "11:00", 60)))

    assert out_of_turn(queue, 1) == ()
    assert out_of_turn(queue, 3) == ("N-EXP-1001", "N-EXP-1002")


def seen(queue: Queue, now: str) -> dict[int, tuple[str, int | None, str | None]]:
    found = forecast(queue, at(now))
    return {ref: (f"{one.finish_at:%H:%M}", one.at_risk_minutes, one.behind) for ref, one in found.items()}


@pytest.mark.parametrize(
    ("queue", "now", "expected"),
    [
        pytest.param(Queue(), "09:00", {}, id="C9 an empty queue"),
        pytest.param(
            Queue(in_progress=(WORKING,)), "10:00", {1: ("11:00", None, None)}, id="C9 at work: done when it is due"
        ),
        pytest.param(
            Queue(in_progress=(WORKING,), waiting=(slot(2, "11:00", 60, promised=True), slot(3, "12:00", 60))),
            "11:20",
            {1: ("11:20", 20, None), 2: ("12:20", 20, "N-EXP-1001"), 3: ("13:20", None, "N-EXP-1002")},
            id="C9 the one at work is late: promises behind are at risk, expected ones never",
        ),
        pytest.param(
            Queue(waiting=(slot(2, "09:00", 60, promised=True, extra=30),)),
            "09:15",
            {2: ("10:45", 15, None)},
            id="C9 nothing begun: from now on, extra time included",
        ),
        pytest.param(
            Queue(escalated=(WORKING,), waiting=(slot(2, "11:00", 60, promised=True),)),
            "11:30",
            {1: ("11:30", None, None), 2: ("12:30", 30, "N-EXP-1001")},
            id="E3 an escalated one stands first and is named as the cause",
        ),
        pytest.param(
            Queue(escalated=(slot(9, "07:00", 60),), in_progress=(WORKING,), waiting=(slot(2, "11:00", 60),)),
            "10:00",
            {9: ("10:00", None, None), 1: ("11:00", None, "N-EXP-1009"), 2: ("12:00", None, "N-EXP-1001")},
            id="E3 ahead of those at work too",
        ),
    ],
)
def test_forecast(queue, now, expected):
    assert seen(queue, now) == expected


def test_c9_less_than_a_minute_late_is_shown_as_one():
    found = forecast(Queue(in_progress=(WORKING,)), at("11:00").replace(second=20))

    assert found[1].at_risk_minutes == 1


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
