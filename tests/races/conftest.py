"""The tracks and the people of the races."""

from collections.abc import Iterator

import pytest

from tests.races.cast import Cast
from tests.races.harness import Track, track


@pytest.fixture
def two() -> Iterator[Track]:
    """A track for two."""
    with track(2) as racing:
        yield racing


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The people of a race."""
    return Cast()
