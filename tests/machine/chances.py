"""What Hypothesis may choose from, what succeeds more often than what is refused."""

from collections.abc import Callable

from hypothesis import strategies as st

from tests.machine.cases import Case
from tests.machine.world import ENGINEERS, PEOPLE

MOST_CASES = 8

ANYBODY = st.sampled_from(list(PEOPLE))
REPORTERS = st.sampled_from(["Ria", "Eva", "Ria", "Nora", "Bea"])
MASTERS = st.sampled_from(["Sam", "Ravi", "Bea"] * 3 + ["Ria", "Ada"])
LEVELS = st.sampled_from([None, None, "sm1", "sm2"])
WHICH = st.integers(0, MOST_CASES - 1)
ENGINEER = st.sampled_from(ENGINEERS * 3 + ["Ria"])
TEXT = st.sampled_from(["Because of the fair.", "Because of the fair.", "Because of the fair.", ""])
MINUTES = st.sampled_from([30, 60, 60, 90, 240, 1, 600, 0, 43201])
MOSTLY = st.sampled_from([True, True, True, False])
PLACES = st.sampled_from([None, None, 1, 1, 2])
PRIORITIES = st.sampled_from(["high", "medium", "low"])
SOMETIMES = st.sampled_from([None, None, None, True])
OTHERS = st.sampled_from([None] * 24 + list(PEOPLE))
"""Who acts; none of them stands for the person whose act it is."""


STANDS: dict[str, Callable[[Case], object]] = {
    "unassigned": lambda case: case.status == "unassigned",
    "open": lambda case: case.status in ("unassigned", "assigned", "in_progress", "escalated"),
    "unpromised": lambda case: case.status == "assigned" and not case.job.is_promised,
    "waits": lambda case: case.status == "assigned",
    "workable": lambda case: case.status in ("in_progress", "escalated"),
    "extendable": lambda case: case.runs and case.job.is_promised and case.request is None,
    "asked": lambda case: case.request and case.request.status == "pending",
}
"""Where an aimed act finds its case."""
