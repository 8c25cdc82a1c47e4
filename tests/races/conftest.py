"""The tracks and the people of the races."""

from collections.abc import Iterator

import pytest

from tests.races.cast import Cast
from tests.races.harness import Track, track

LONGEST = (
    "test_two_ticks_share",
    "test_several_at_once_in_opposite_orders",
    "test_case_ids",
    "test_two_clusters",
    "test_six_people",
    "test_an_order_is_made",
    "test_several_at_once",
    "test_counts_of_many",
    "test_twenty_identical",
    "test_what_sm2_takes_over",
    "test_two_processes",
)
"""What takes longest at 300 rounds, begun first, so that no worker is left alone with it at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest races in front and leave the rest in its (random) order."""
    items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if item.name.startswith(name)), len(LONGEST)))


@pytest.fixture
def two() -> Iterator[Track]:
    """A track for two."""
    with track(2) as racing:
        yield racing


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The people of a race."""
    return Cast()
