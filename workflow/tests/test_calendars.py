"""C10: the default calendar, which runs around the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from workflow.calendars import ROUND_THE_CLOCK
from workflow.tests.builders import at

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("09:00", 0, "09:00", id="nothing added"),
        pytest.param("09:00", 90, "10:30", id="an hour and a half"),
        pytest.param("23:30", 60, "+1 00:30", id="over midnight"),
    ],
)
def test_c10_every_minute_counts(start, minutes, end):
    assert ROUND_THE_CLOCK.add(at(start), minutes) == at(end)
    assert ROUND_THE_CLOCK.minutes_between(at(start), at(end)) == minutes


def test_c10_minutes_between_counts_whole_minutes_and_never_below_zero():
    assert ROUND_THE_CLOCK.minutes_between(at("09:00"), at("09:10").replace(second=59)) == 10
    assert ROUND_THE_CLOCK.minutes_between(at("09:10"), at("09:00")) == 0


def test_c10_a_change_of_the_clocks_neither_adds_nor_loses_time():
    before = datetime(2026, 10, 25, 1, 30, tzinfo=BERLIN)

    after = ROUND_THE_CLOCK.add(before, 120)

    assert after.isoformat() == "2026-10-25T02:30:00+01:00"
    assert ROUND_THE_CLOCK.minutes_between(before, after) == 120
