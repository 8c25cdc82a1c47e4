"""B02 with C2-C9: what giving a ticket to somebody would come to."""

from dataclasses import replace

import pytest

from workflow.lineup import Queue, place_at_end
from workflow.states import Level
from workflow.tests.builders import at, slot
from workflow.whatif import Delay, Newcomer, at_the_end, first_in_line

WORKING = slot(1, "09:00", 120, promised=True)
PROMISED = slot(2, "11:00", 180, promised=True)
EXPECTED = slot(3, "14:00", 60)
NEW = Newcomer(case_id="N-EXP-1009", minutes=60)


@pytest.mark.parametrize(
    ("queue", "now", "due", "finish", "late", "behind"),
    [
        pytest.param(Queue(), "09:30", "10:30", "10:30", None, None, id="C3 free: due and finish are the same"),
        pytest.param(
            Queue(in_progress=(WORKING,)), "09:30", "12:00", "12:00", None, "N-EXP-1001", id="C2 C9 behind one at work"
        ),
        pytest.param(
            Queue(waiting=(PROMISED,)),
            "10:00",
            "15:00",
            "14:00",
            None,
            "N-EXP-1002",
            id="C9 an early finish ahead: done before it is due",
        ),
        pytest.param(
            Queue(waiting=(PROMISED,)),
            "12:30",
            "15:00",
            "16:30",
            90,
            "N-EXP-1002",
            id="C9 nobody began the one ahead: this one would be late with it",
        ),
        pytest.param(
            Queue(escalated=(WORKING,)), "12:00", "13:00", "13:00", None, "N-EXP-1001", id="E3 escalated ones are named"
        ),
    ],
)
def test_at_the_end(queue, now, due, finish, late, behind):
    outlook = at_the_end(queue, [NEW], at(now))

    assert outlook.planned == (place_at_end(queue, NEW.minutes, at(now)),)
    assert outlook.planned[0].due_at == at(due)
    assert (outlook.finish_at, outlook.late_minutes, outlook.behind) == (at(finish), late, behind)


def test_c2_several_stand_one_behind_the_other_in_the_order_chosen():
    new = [Newcomer(case_id=f"N-EXP-10{number}", minutes=number) for number in (30, 90, 45)]

    outlook = at_the_end(Queue(in_progress=(WORKING,)), new, at("09:30"))

    assert [(one.starts_at, one.due_at, one.behind) for one in outlook.planned] == [
        (at("11:00"), at("11:30"), "N-EXP-1001"),
        (at("11:30"), at("13:00"), "N-EXP-1030"),
        (at("13:00"), at("13:45"), "N-EXP-1090"),
    ]
    assert (outlook.finish_at, outlook.behind) == (at("13:45"), "N-EXP-1001")


def test_c6_first_in_line_stands_behind_those_at_work_and_says_whose_promise_moves():
    queue = Queue(in_progress=(WORKING,), waiting=(PROMISED, EXPECTED))

    ahead = first_in_line(queue, NEW, at("09:30"))

    assert (ahead.planned.starts_at, ahead.planned.due_at) == (at("11:00"), at("12:00"))
    assert ahead.planned.behind == "N-EXP-1001"
    assert ahead.would_be_late == (Delay(case_id="N-EXP-1002", minutes=60),)
    moved = {move.case_id: (move.due_from, move.due_to) for move in ahead.plan.moves}
    assert moved["N-EXP-1002"] == (at("14:00"), at("15:00"))
    assert moved["N-EXP-1003"] == (at("15:00"), at("16:00"))


@pytest.mark.parametrize(
    ("queue", "now", "late"),
    [
        pytest.param(Queue(), "09:30", (), id="nobody is there"),
        pytest.param(Queue(in_progress=(WORKING,)), "09:30", (), id="C6 those at work are not passed"),
        pytest.param(Queue(waiting=(EXPECTED,)), "14:00", (), id="C4 an expected due time is no promise"),
        pytest.param(
            Queue(waiting=(PROMISED,)), "11:00", (Delay(case_id="N-EXP-1002", minutes=60),), id="C6 a promise behind it"
        ),
        pytest.param(Queue(waiting=(PROMISED,)), "09:00", (), id="C6 a promise with time to spare moves earlier"),
        pytest.param(Queue(waiting=(PROMISED,)), "14:00", (), id="E1 what has passed is escalated, not re-planned"),
        pytest.param(
            Queue(waiting=(slot(2, "11:00", 60, promised=True, extra=30),)),
            "11:00",
            (Delay(case_id="N-EXP-1002", minutes=60),),
            id="X3 approved time stays with it",
        ),
    ],
)
def test_c6_would_be_late(queue, now, late):
    assert first_in_line(queue, NEW, at(now)).would_be_late == late


def test_c6_less_than_a_minute_later_is_said_as_one():
    queue = Queue(waiting=(replace(PROMISED, due_at=at("14:00").replace(second=30)),))

    assert first_in_line(queue, replace(NEW, minutes=1), at("11:00")).would_be_late == (
        Delay(case_id="N-EXP-1002", minutes=1),
    )


def test_a2_the_line_before_holds_the_newcomer_at_its_end_so_that_the_rule_compares_every_place():
    queue = Queue(waiting=(replace(PROMISED, level=Level.SM2),))

    ahead = first_in_line(queue, NEW, at("09:30"))

    assert [one.case_id for one in ahead.before.waiting] == ["N-EXP-1002", "N-EXP-1009"]
    assert [one.case_id for one in ahead.plan.queue.waiting] == ["N-EXP-1009", "N-EXP-1002"]


class MorningsOnly:
    """Working time that runs from 08:00 to 12:00 each day."""

    def add(self, moment, minutes):
        left = int((moment.replace(hour=12, minute=0) - moment).total_seconds() // 60)
        if minutes <= left:
            return moment.replace(
                hour=moment.hour + (moment.minute + minutes) // 60, minute=(moment.minute + minutes) % 60
            )
        return self.add(moment.replace(day=moment.day + 1, hour=8, minute=0), minutes - left)

    def minutes_between(self, start, end):
        minutes = 0
        while self.add(start, minutes + 1) <= end:
            minutes += 1
        return minutes


def test_c10_times_and_delays_are_working_time():
    working = replace(slot(1, "09:00", 120, promised=True), due_at=at("11:00"))
    waiting = replace(slot(2, "11:00", 60, promised=True), due_at=at("12:00"))
    queue = Queue(in_progress=(working,), waiting=(waiting,), time=MorningsOnly())

    ahead = first_in_line(queue, Newcomer(case_id="N-EXP-1009", minutes=90), at("09:30"))

    assert (ahead.planned.starts_at, ahead.planned.due_at) == (at("11:00"), at("+1 08:30"))
    assert ahead.would_be_late == (Delay(case_id="N-EXP-1002", minutes=90),)
    assert at_the_end(queue, [NEW], at("09:30")).planned[0].due_at == at("+1 09:00")
