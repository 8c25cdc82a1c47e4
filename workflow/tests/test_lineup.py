"""Where tickets stand in line and what moves them: C2, C3, C6-C9 and the part of E3 that belongs to the forecast."""

import pytest

from workflow.errors import QueueChanged
from workflow.lineup import (
    Plan,
    Queue,
    commit,
    extend,
    forecast,
    out_of_turn,
    place_at_end,
    reorder,
)
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
