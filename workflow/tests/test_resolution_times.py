"""How long a resolution may take: C1, C4, C5."""

from dataclasses import replace

import pytest

from workflow.calendars import ROUND_THE_CLOCK
from workflow.errors import ResolutionTimeInvalid, ResolutionTimeTooShort
from workflow.lineup import (
    DEFAULT_RESOLUTION_MINUTES,
    LONGEST_MINUTES,
    check_minutes,
    longest_minutes,
    shortest_minutes,
)
from workflow.states import Priority
from workflow.tests.builders import at, slot


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
