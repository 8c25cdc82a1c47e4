"""The worked example of the rules, row by row, as one day of Asha's queue (C2-C9)."""

from dataclasses import replace
from datetime import datetime

from workflow.lineup import (
    DEFAULT_RESOLUTION_MINUTES,
    Move,
    Plan,
    Queue,
    Slot,
    commit,
    extend,
    forecast,
    place_at_end,
    reorder,
)
from workflow.policies import check_may_reorder
from workflow.states import Level, Priority
from workflow.tests.builders import SM1, at, times

EXP_1001, EXP_1002, HRM_1001 = 1, 2, 3
CASE_IDS = {EXP_1001: "N-EXP-1001", EXP_1002: "N-EXP-1002", HRM_1001: "N-HRM-1001"}


def assigned(queue: Queue, ref: int, priority: Priority, now: datetime) -> Queue:
    """The queue after assigning one more ticket, waiting at the end with its expected time (C4)."""
    minutes = DEFAULT_RESOLUTION_MINUTES[priority]
    planned = place_at_end(queue, minutes, now)
    waiting = Slot(
        ref=ref,
        case_id=CASE_IDS[ref],
        minutes=minutes,
        starts_at=planned.starts_at,
        due_at=planned.due_at,
        level=Level.SM1,
    )
    return replace(queue, waiting=(*queue.waiting, waiting))


def started(queue: Queue, ref: int) -> Queue:
    waiting = tuple(one for one in queue.waiting if one.ref != ref)
    return replace(queue, in_progress=(*queue.in_progress, queue.slot(ref)), waiting=waiting)


def row_0900() -> Queue:
    return assigned(Queue(), EXP_1001, Priority.MEDIUM, at("09:00"))


def row_0910() -> Queue:
    return started(commit(row_0900(), EXP_1001, 120, at("09:10")).queue, EXP_1001)


def row_0930() -> Queue:
    return assigned(row_0910(), EXP_1002, Priority.MEDIUM, at("09:30"))


def row_0940() -> Plan:
    return commit(row_0930(), EXP_1002, 180, at("09:40"))


def row_1000() -> Queue:
    return assigned(row_0940().queue, HRM_1001, Priority.HIGH, at("10:00"))


def row_1005() -> Plan:
    return reorder(row_1000(), [HRM_1001, EXP_1002], at("10:05"))


def row_1010() -> Plan:
    return commit(row_1005().queue, HRM_1001, 60, at("10:10"))


def row_1020() -> Plan:
    return extend(row_1010().queue, EXP_1001, 30, at("10:20"))


def row_1045() -> Queue:
    return replace(row_1020().queue, in_progress=())


def row_1050() -> Plan:
    return reorder(row_1045(), [EXP_1002, HRM_1001], at("10:50"))


def told(plan: Plan) -> list[tuple[str, str, str]]:
    """The promised due times that moved: case, from, to."""
    return [(move.case_id, f"{move.due_from:%H:%M}", f"{move.due_to:%H:%M}") for move in plan.moves if move.is_promise]


def test_at_0900_a_free_engineer_starts_now():
    queue = row_0900()

    assert queue.slot(EXP_1001).starts_at == at("09:00")


def test_at_0910_the_promise_counts_from_the_assignment():
    queue = row_0910()

    assert queue.in_progress[0].due_at == at("11:00")
    assert queue.waiting == ()


def test_at_0930_the_prompt_shows_start_and_expected_due_behind_1001():
    planned = place_at_end(row_0910(), DEFAULT_RESOLUTION_MINUTES[Priority.MEDIUM], at("09:30"))

    assert (planned.starts_at, planned.due_at, planned.behind) == (at("11:00"), at("19:00"), "N-EXP-1001")


def test_at_0930_what_is_stored_is_what_the_prompt_showed():
    waiting = row_0930().slot(EXP_1002)

    assert (waiting.starts_at, waiting.due_at, waiting.is_committed) == (at("11:00"), at("19:00"), False)


def test_at_0940_the_promise_on_1002_is_due_at_1400():
    plan = row_0940()

    assert times(plan.queue) == {EXP_1001: ("09:00", "11:00"), EXP_1002: ("11:00", "14:00")}
    assert plan.moves == ()


def test_at_1000_the_next_one_is_expected_behind_both():
    assert times(row_1000())[HRM_1001] == ("14:00", "18:00")


def test_at_1005_the_move_ahead_delays_the_promise_and_tells_so():
    plan = row_1005()

    assert times(plan.queue) == {
        EXP_1001: ("09:00", "11:00"),
        HRM_1001: ("11:00", "15:00"),
        EXP_1002: ("15:00", "18:00"),
    }
    assert plan.moves == (
        Move(
            ref=HRM_1001,
            case_id="N-HRM-1001",
            starts_from=at("14:00"),
            starts_to=at("11:00"),
            due_from=at("18:00"),
            due_to=at("15:00"),
            is_promise=False,
        ),
        Move(
            ref=EXP_1002,
            case_id="N-EXP-1002",
            starts_from=at("11:00"),
            starts_to=at("15:00"),
            due_from=at("14:00"),
            due_to=at("18:00"),
            is_promise=True,
        ),
    )
    assert told(plan) == [("N-EXP-1002", "14:00", "18:00")]
    check_may_reorder(SM1, Level.SM1, row_1000(), plan, "The payroll run comes first")


def test_at_1010_the_shorter_promise_brings_1002_forward():
    plan = row_1010()

    assert times(plan.queue) == {
        EXP_1001: ("09:00", "11:00"),
        HRM_1001: ("11:00", "12:00"),
        EXP_1002: ("12:00", "15:00"),
    }
    assert told(plan) == [("N-EXP-1002", "18:00", "15:00")]


def test_at_1020_the_extension_moves_all_behind_it():
    plan = row_1020()

    assert times(plan.queue) == {
        EXP_1001: ("09:00", "11:30"),
        HRM_1001: ("11:30", "12:30"),
        EXP_1002: ("12:30", "15:30"),
    }
    assert told(plan) == [("N-HRM-1001", "12:00", "12:30"), ("N-EXP-1002", "15:00", "15:30")]


def test_at_1045_promises_stay_and_the_forecast_shows_the_early_finish():
    queue = row_1045()

    assert times(queue) == {HRM_1001: ("11:30", "12:30"), EXP_1002: ("12:30", "15:30")}
    seen = forecast(queue, at("10:45"))
    assert {ref: (one.finish_at, one.at_risk_minutes, one.behind) for ref, one in seen.items()} == {
        HRM_1001: (at("11:45"), None, None),
        EXP_1002: (at("14:45"), None, "N-HRM-1001"),
    }


def test_at_1050_with_nothing_in_progress_the_first_starts_now():
    plan = row_1050()

    assert times(plan.queue) == {EXP_1002: ("10:50", "13:50"), HRM_1001: ("13:50", "14:50")}
    assert told(plan) == [("N-EXP-1002", "15:30", "13:50"), ("N-HRM-1001", "12:30", "14:50")]
