"""The tracks and the people of the races."""

from collections.abc import Iterator

import pytest

from tests.races.cast import Cast
from tests.races.harness import Track, track
from tests.races.invariants import broken


@pytest.fixture
def two() -> Iterator[Track]:
    """A track for two, after which every invariant holds."""
    with track(2) as racing:
        yield racing
    assert broken() == []


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The people every round of a race is run with."""
    return Cast()
