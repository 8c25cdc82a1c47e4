"""What every test may ask for."""

from collections.abc import Iterator

import pytest

from tests import clock as test_clock


@pytest.fixture(autouse=True)
def clock() -> Iterator[test_clock.HeldClock]:
    """The desk's clock, at noon of a Wednesday until the test moves it."""
    test_clock.held.set(test_clock.NOON)
    yield test_clock.held
    test_clock.held.set(test_clock.NOON)
