"""C10: hours per weekday, holidays and zones; what must hold for any calendar, and the worked example from nine to five."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendars import ROUND_THE_CLOCK, Week, WorkingHours
from workflow.errors import NoWorkingTime
from workflow.lineup import (
    LONGEST_MINUTES,
    Queue,
    check_minutes,
    commit,
    extend,
    forecast,
    longest_minutes,
    place_at_end,
    reorder,
    shortest_minutes,
)
from workflow.tests.builders import slot

BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
OFFICE: Week = (((540, 1020),),) * 5 + ((), ())
NIGHTS: Week = (((60, 240),),) * 7
HOURS = WorkingHours(zone=BERLIN, week=OFFICE)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("2026-11-18 09:00", 120, "2026-11-18 11:00", id="within a day"),
        pytest.param("2026-11-18 16:30", 60, "2026-11-19 09:30", id="over the night"),
        pytest.param("2026-11-18 16:00", 60, "2026-11-18 17:00", id="to the very end of a day"),
        pytest.param("2026-11-20 16:00", 120, "2026-11-23 10:00", id="over a weekend"),
        pytest.param("2026-11-18 03:00", 60, "2026-11-18 10:00", id="from before the day begins"),
        pytest.param("2026-11-21 12:00", 1, "2026-11-23 09:01", id="from a weekend"),
        pytest.param("2026-12-24 16:00", 120, "2026-12-28 10:00", id="over a holiday and a weekend"),
        pytest.param("2026-11-21 12:00", 0, "2026-11-21 12:00", id="nothing added stays"),
        pytest.param("2026-11-18 16:59:30", 1, "2026-11-19 09:00:30", id="half a minute today, half tomorrow"),
        pytest.param("2026-11-18 09:00", LONGEST_MINUTES, "2027-03-24 17:00", id="720 hours, at eight a day"),
    ],
)
def test_c10_only_working_time_counts(start, minutes, end):
    hours = WorkingHours(zone=BERLIN, week=OFFICE, holidays=frozenset({date(2026, 12, 25)}))

    assert hours.add(berlin(start), minutes) == berlin(end)
    assert hours.minutes_between(berlin(start), berlin(end)) == minutes


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "end"),
    [
        pytest.param(BERLIN, "2026-03-29T01:00:00+01:00", 120, "2026-03-29T04:00:00+02:00", id="02 to 03 never comes"),
        pytest.param(BERLIN, "2026-10-25T01:00:00+02:00", 240, "2026-10-25T04:00:00+01:00", id="02 to 03 comes twice"),
        pytest.param(
            LORD_HOWE, "2026-10-04T01:00:00+10:30", 150, "2026-10-04T04:00:00+11:00", id="half an hour never comes"
        ),
        pytest.param(
            LORD_HOWE, "2026-04-05T01:00:00+11:00", 210, "2026-04-05T04:00:00+10:30", id="half an hour comes twice"
        ),
    ],
)
def test_c10_across_a_change_of_the_clocks(zone, start, minutes, end):
    hours = WorkingHours(zone=zone, week=NIGHTS)
    since, until = datetime.fromisoformat(start), datetime.fromisoformat(end)

    assert hours.minutes_between(since, until) == minutes
    assert hours.add(since, minutes) == until


def test_c10_half_past_one_to_half_past_two_is_worked_in_two_pieces_when_the_clocks_go_back():
    hours = WorkingHours(zone=BERLIN, week=(((90, 150),),) * 7)
    since = datetime.fromisoformat("2026-10-25T01:30:00+02:00")

    assert hours.add(since, 60) == datetime.fromisoformat("2026-10-25T02:30:00+02:00")
    assert hours.add(since, 61) == datetime.fromisoformat("2026-10-25T02:01:00+01:00")
    assert hours.add(since, 90) == datetime.fromisoformat("2026-10-25T02:30:00+01:00")


def test_c10_the_moment_keeps_the_zone_it_was_asked_in():
    asked = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)

    assert HOURS.add(asked, 60).isoformat() == "2026-11-19T08:30:00+00:00"


@pytest.mark.parametrize(
    "week", [((),) * 7, (((540, 540),),) * 7, (((540, 1020), (600, 700)),) * 7, (((0, 1441),),) * 7, ()]
)
def test_c10_a_week_without_time_and_a_muddled_one_are_refused(week):
    with pytest.raises(NoWorkingTime if week == ((),) * 7 else ValueError):
        WorkingHours(zone=BERLIN, week=week)


class Always:
    """Every day is a holiday."""

    def __contains__(self, _day: object) -> bool:
        return True


def test_c10_where_every_day_is_a_holiday_the_search_ends():
    closed = WorkingHours(zone=BERLIN, week=OFFICE, holidays=Always())

    with pytest.raises(NoWorkingTime):
        closed.add(berlin("2026-11-18 09:00"), 1)
    assert closed.minutes_between(berlin("2026-11-18 09:00"), berlin("2036-11-18 09:00")) == 0


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
lengths = st.integers(min_value=0, max_value=5000)


@st.composite
def calendars(draw):
    edges = st.lists(st.integers(0, 1440), min_size=0, max_size=6, unique=True).map(sorted)
    week = [draw(edges) for _ in range(6)] + [[540, 1020]]
    zone = draw(st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]))
    off = draw(st.frozensets(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=5))
    hours = tuple(tuple(zip(day[::2], day[1::2], strict=False)) for day in week)
    return WorkingHours(zone=ZoneInfo(zone), week=hours, holidays=off)


@given(calendars(), moments, lengths, lengths)
def test_c10_adding_twice_is_adding_the_sum(hours, moment, one, other):
    assert hours.add(hours.add(moment, one), other) == hours.add(moment, one + other)


@given(calendars(), moments, lengths)
def test_c10_adding_more_ends_later(hours, moment, minutes):
    assert moment <= hours.add(moment, minutes) < hours.add(moment, minutes + 1)


@given(calendars(), moments, lengths)
def test_c10_minutes_between_undoes_adding(hours, moment, minutes):
    assert hours.minutes_between(moment, hours.add(moment, minutes)) == minutes


@given(calendars(), moments, st.timedeltas(timedelta(days=-3), timedelta(days=30)))
def test_c10_minutes_between_is_the_most_that_fits(hours, start, span):
    end = start + span
    minutes = hours.minutes_between(start, end)

    assert hours.add(start, minutes) <= max(start, end)
    assert hours.add(start, minutes + 1) > end


@given(moments, lengths)
def test_c10_a_week_without_a_break_is_around_the_clock(moment, minutes):
    always = WorkingHours(zone=LORD_HOWE, week=(((0, 1440),),) * 7)

    assert always.add(moment, minutes) == ROUND_THE_CLOCK.add(moment, minutes)


def in_office(*waiting, in_progress=()):
    return Queue(in_progress=in_progress, waiting=waiting, time=WorkingHours(zone=ZoneInfo("UTC"), week=OFFICE))


def on(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


def test_c10_the_worked_example_from_nine_to_five():
    """Wednesday the 18th: two promises, a third ticket, a move, an extension; every `+` stops at five and goes on at nine."""
    first = place_at_end(in_office(), 480, on("18 09:30"))
    assert (first.starts_at, first.due_at) == (on("18 09:30"), on("19 09:30"))

    one = slot(1, "09:30", 480)
    assert shortest_minutes(one, on("18 18:00"), in_office().time) == 451
    assert longest_minutes(one, on("18 18:00"), in_office().time) == LONGEST_MINUTES
    check_minutes(one, 451, on("18 20:00"), in_office().time)

    plan = commit(in_office(one), 1, 360, on("18 10:00"))
    assert plan.queue.slot(1).due_at == on("18 15:30")

    behind = place_at_end(plan.queue, 240, on("18 10:30"))
    assert (behind.starts_at, behind.due_at) == (on("18 15:30"), on("19 11:30"))

    two, three = slot(2, "15:30", 240), slot(3, "15:30", 120)
    line = reorder(in_office(two, three, in_progress=plan.queue.waiting), [3, 2], on("18 11:00")).queue
    assert [(one.starts_at, one.due_at) for one in line.waiting] == [
        (on("18 15:30"), on("19 09:30")),
        (on("19 09:30"), on("19 13:30")),
    ]

    longer = extend(line, 1, 120, on("18 11:30")).queue
    assert [one.due_at for one in longer.in_line] == [on("19 09:30"), on("19 11:30"), on("19 15:30")]

    promised = commit(longer, 3, 120, on("18 12:00")).queue
    late = forecast(promised, on("20 16:30"))
    assert late[1].at_risk_minutes == 7 * 60 + 30 + 7 * 60 + 30
    assert late[3].finish_at == on("23 10:30")
    assert late[3].at_risk_minutes == 5 * 60 + 30 + 8 * 60 + 90
