"""B03: the suggested order, against every order there is, the forecast (C9) and the rule A2."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lineup import Queue, Slot, forecast, reorder
from workflow.ordering import suggest
from workflow.search import Job, Line, best_order
from workflow.states import Level
from workflow.tests.builders import at, slot

NOW = at("09:00")
MINUTE = timedelta(minutes=1)


def ticket(ref: int, starts: int, minutes: int, due: int | None = None, level: Level = Level.SM1) -> Slot:
    """A waiting ticket; its times are minutes after nine."""
    due = starts + minutes if due is None else due
    return Slot(
        ref=ref,
        case_id=f"N-EXP-{1000 + ref}",
        minutes=minutes,
        starts_at=NOW + starts * MINUTE,
        due_at=NOW + due * MINUTE,
        level=level,
        is_committed=ref % 2 == 0,
    )


def score(queue: Queue, order: tuple[int, ...], moment: datetime = NOW) -> tuple[int, int]:
    """Late tickets and minutes late of an order by the forecast itself, every due time taken as promised."""
    by_ref = {one.ref: replace(one, is_committed=True) for one in queue.waiting}
    found = forecast(replace(queue, waiting=tuple(by_ref[ref] for ref in order)), moment)
    late = [found[ref].at_risk_minutes for ref in order if found[ref].at_risk_minutes is not None]
    return len(late), sum(late)


def is_allowed(queue: Queue, order: tuple[int, ...], level: Level) -> bool:
    """A2 by the planned queue: as SM1 whatever SM2 assigned keeps place, start and due time."""
    if level is Level.SM2:
        return True
    after = reorder(queue, order, NOW).queue.waiting
    return all(was == now for was, now in zip(queue.waiting, after, strict=True) if Level.SM2 in (was.level, now.level))


def best_score(queue: Queue, level: Level) -> tuple[int, int]:
    """By trying every order."""
    orders = permutations(one.ref for one in queue.waiting)
    return min(score(queue, order) for order in orders if is_allowed(queue, order, level))


def present(queue: Queue) -> tuple[int, ...]:
    return tuple(one.ref for one in queue.waiting)


def assert_best(queue: Queue, level: Level) -> None:
    found = suggest(queue, NOW, level)

    best = best_score(queue, level)
    assert found.is_exact
    assert is_allowed(queue, found.order, level)
    assert (len(found.late_after), found.lateness_after) == score(queue, found.order) == best
    assert (len(found.late_before), found.lateness_before) == score(queue, present(queue))
    assert found.order == present(queue) or best < score(queue, present(queue))


def some_queue(random: Random, size: int) -> Queue:
    """A line of short tickets of few lengths, planned by C2 from a start of its own; some promises were kept earlier."""
    starts, waiting = random.choice([0, 0, 3, 10]), []
    for ref in range(1, size + 1):
        minutes = random.randint(1, 5)
        due = random.choice([starts + minutes, starts + minutes, random.randint(0, 4 * size)])
        level = random.choice([Level.SM1, Level.SM1, Level.SM2])
        is_ours = level is Level.SM1
        waiting.append(ticket(ref, starts, minutes, due if is_ours else None, level))
        starts += minutes
    working = (ticket(0, 0, starts, random.randint(0, 6)),) if random.random() < 0.5 else ()
    return Queue(in_progress=working, waiting=tuple(waiting))


def test_b03_every_queue_of_three_short_tickets():
    kinds = list(product((1, 2), (1, 3, 4), Level))
    for chosen in product(kinds, repeat=3):
        starts, waiting = 0, []
        for ref, (minutes, due, level) in enumerate(chosen):
            waiting.append(ticket(ref, starts, minutes, due if level is Level.SM1 else None, level))
            starts += minutes
        for level in Level:
            assert_best(Queue(waiting=tuple(waiting)), level)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("level", list(Level))
def test_b03_any_queue_against_every_order_of_it(size, level):
    for seed in range(40):
        assert_best(some_queue(Random(f"{size} {level} {seed}"), size), level)


@pytest.mark.parametrize(("size", "queues"), [(6, 40), (7, 12), (8, 4)])
@pytest.mark.parametrize("level", list(Level))
def test_b03_longer_queues_against_every_order_of_them(size, queues, level):
    """Every order reckoned in minutes here, because the forecast of 40,320 orders would take too long."""
    for seed in range(queues):
        queue = some_queue(Random(f"{size} {level} {seed}"), size)

        found = suggest(queue, NOW, level)

        assert found.is_exact
        assert is_allowed(queue, found.order, level)
        assert (len(found.late_after), found.lateness_after) == best_in_minutes(queue, level)


def best_in_minutes(queue: Queue, level: Level) -> tuple[int, int]:
    begins = max([0, *((one.due_at - NOW) // MINUTE for one in queue.in_progress[-1:])])
    jobs = [(one.minutes, (one.due_at - NOW) // MINUTE) for one in queue.waiting]
    held = [place for place, one in enumerate(queue.waiting) if level is Level.SM1 and one.level is Level.SM2]
    best: tuple[int, int] | None = None
    for order in permutations(range(len(jobs))):
        if any(order[place] != place for place in held):
            continue
        late = [finish - jobs[number][1] for number, finish in finishes(jobs, order, begins)]
        cost = (sum(one > 0 for one in late), sum(max(0, one) for one in late))
        if (best is None or cost < best) and is_allowed(queue, tuple(queue.waiting[n].ref for n in order), level):
            best = cost
    assert best is not None
    return best


def finishes(jobs: list[tuple[int, int]], order: tuple[int, ...], begins: int) -> list[tuple[int, int]]:
    found = []
    for number in order:
        begins += jobs[number][0]
        found.append((number, begins))
    return found


def moore_hodgson(jobs: list[tuple[int, int]]) -> int:
    """The fewest late jobs when all start together: by due time, the longest put off whenever one would be late."""
    kept: list[int] = []
    for minutes, due in sorted(jobs, key=lambda job: job[1]):
        kept.append(minutes)
        if sum(kept) > due:
            kept.remove(max(kept))
    return len(jobs) - len(kept)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(-200, 6000)), max_size=30))
def test_b03_the_count_of_moore_and_hodgson_is_reached(jobs):
    queue = Queue(waiting=tuple(ticket(ref, 0, minutes, due) for ref, (minutes, due) in enumerate(jobs)))

    found = suggest(queue, NOW, Level.SM1)

    assert len(found.late_after) == moore_hodgson(jobs)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(-60, 900), st.sampled_from(Level)), min_size=13, max_size=30),
    st.sampled_from(Level),
)
def test_b03_a_long_queue_is_never_made_worse_and_a2_holds(jobs, level):
    starts, waiting = 0, []
    for ref, (minutes, due, assigned_as) in enumerate(jobs):
        waiting.append(ticket(ref, starts, minutes, due if assigned_as is Level.SM1 else None, assigned_as))
        starts += minutes
    queue = Queue(in_progress=(slot(99, "08:00", 90, promised=True),), waiting=tuple(waiting))

    found = suggest(queue, NOW, level)

    assert is_allowed(queue, found.order, level)
    assert (len(found.late_after), found.lateness_after) == score(queue, found.order)
    assert score(queue, found.order) < score(queue, present(queue)) or found.order == present(queue)
    assert suggest(queue, NOW, level) == found


def test_b03_an_order_that_cannot_be_beaten_stays():
    queue = Queue(waiting=(ticket(1, 0, 5, 20), ticket(2, 5, 3, 20), ticket(3, 8, 5, 20)))

    found = suggest(queue, NOW, Level.SM2)

    assert (found.order, found.late_after, found.is_exact) == ((1, 2, 3), (), True)


def test_b03_nothing_waiting_is_an_order_too():
    assert suggest(Queue(), NOW, Level.SM1).order == ()


def test_b03_the_late_ones_are_named_in_the_order_they_stand_in():
    queue = Queue(waiting=(ticket(1, 0, 60, 200), ticket(2, 60, 30, 40), ticket(3, 90, 30, 60)))

    found = suggest(queue, NOW, Level.SM1)

    assert found.late_before == ("N-EXP-1002", "N-EXP-1003")
    assert (found.order, found.late_after) == ((2, 3, 1), ())
    assert (found.lateness_before, found.lateness_after) == (50 + 60, 0)


def test_b03_two_of_one_length_may_change_places_across_what_sm2_assigned():
    """A2 fixes place, start and due time of the SM2 ticket; the same length ahead of it leaves all three."""
    queue = Queue(
        waiting=(ticket(1, 0, 10, 90), ticket(2, 10, 5, level=Level.SM2), ticket(3, 15, 10, 12), ticket(4, 25, 4, 90))
    )

    found = suggest(queue, NOW, Level.SM1)

    assert found.order == (3, 2, 1, 4)


def test_b03_what_sm2_assigned_keeps_its_start_although_one_ahead_has_left_the_line():
    """A2: any change ahead would plan the SM2 ticket from now, so the tickets ahead of it stay, those behind move."""
    queue = Queue(
        waiting=(
            ticket(1, 0, 10, 90),
            ticket(2, 10, 10, 12),
            ticket(3, 60, 5, level=Level.SM2),
            ticket(4, 65, 30, 200),
            ticket(5, 95, 5, 40),
        )
    )

    assert suggest(queue, NOW, Level.SM1).order == (1, 2, 3, 5, 4)
    assert suggest(queue, NOW, Level.SM2).order[0] == 2


class OfficeHours:
    """Nine to five by UTC, every day; seconds count too."""

    def add(self, moment: datetime, minutes: int) -> datetime:
        left = minutes * MINUTE
        while True:
            opens = moment.replace(hour=9, minute=0, second=0, microsecond=0)
            closes = opens.replace(hour=17)
            moment = max(moment, opens)
            if moment < closes and moment + left <= closes:
                return moment + left
            left -= max(timedelta(), closes - moment)
            moment = opens + timedelta(days=1)

    def minutes_between(self, start: datetime, end: datetime) -> int:
        worked, day = timedelta(), start.replace(hour=9, minute=0, second=0, microsecond=0)
        while day < end:
            worked += max(timedelta(), min(end, day.replace(hour=17)) - max(start, day))
            day += timedelta(days=1)
        return max(0, worked // MINUTE)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 700), st.integers(-3 * 86400, 9 * 86400)).map(
            lambda drawn: (drawn[0], datetime(2026, 11, 18, tzinfo=UTC) + timedelta(seconds=drawn[1]))
        ),
        max_size=7,
    ),
    st.integers(0, 86400),
)
def test_b03_minutes_of_the_search_are_those_of_the_forecast_under_a_calendar(jobs, second):
    """C9, C10: due times outside working hours, in the past and between two full minutes."""
    moment = datetime(2026, 11, 18, tzinfo=UTC) + timedelta(seconds=second)
    waiting = [replace(ticket(ref, 0, minutes), due_at=due) for ref, (minutes, due) in enumerate(jobs)]
    queue = Queue(waiting=tuple(waiting), time=OfficeHours())

    found = suggest(queue, moment, Level.SM1)

    assert (len(found.late_before), found.lateness_before) == score(queue, present(queue), moment)
    assert (len(found.late_after), found.lateness_after) == score(queue, found.order, moment)


def test_b03_a_search_cut_short_says_that_it_may_not_be_the_best():
    """Nothing ends in time, so neither the rules of thumb nor a bound can settle it without the search."""
    jobs = tuple(
        Job(minutes=minutes, latest=due, offset=-due) for minutes, due in zip(range(9, 1, -1), range(1, 9), strict=True)
    )
    line = Line(jobs, frozenset(), {place: {} for place in range(len(jobs))})

    order, is_exact = best_order(line, placements=10)

    assert not is_exact
    assert line.cost(order) <= line.cost(line.present)
    assert best_order(line)[1]


def test_a2_a_line_allows_the_present_order_and_those_that_leave_fixed_jobs_where_and_when_they_are():
    line = Line(tuple(Job(minutes=10, latest=60, offset=0) for _ in range(3)), frozenset({2}), {0: {2: 20}})

    assert [line.allows(order) for order in ((0, 1, 2), (1, 0, 2), (2, 1, 0))] == [True, True, False]
