"""The clock the tests hold: it stands still until a test moves it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class HeldClock:
    """A clock of the desk that stands at `moment`; tests move it by hand."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> datetime:
        self.moment = moment
        return moment

    def forward(self, **span: float) -> datetime:
        """Move on by a timedelta given in words: `clock.forward(minutes=30)`."""
        return self.set(self.moment + timedelta(**span))

    @contextmanager
    def standing_at(self, moment: datetime) -> Iterator[None]:
        """Another moment within the block, and the one before it afterwards."""
        before = self.moment
        self.set(moment)
        try:
            yield
        finally:
            self.set(before)


held = HeldClock()
