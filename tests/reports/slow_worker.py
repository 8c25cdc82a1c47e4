"""A worker of its own for a test that kills it: writes the next report, ten rows at a time, and rests after each ten."""

import time

import django

django.setup()

from reports.exports import making, turns  # noqa: E402 - after setup
from reports.tasks import write_report  # noqa: E402

tell = turns.tell


def slowly(*given: object, **named: object) -> None:
    """Told as ever, and then nothing for a while."""
    tell(*given, **named)  # type: ignore[arg-type]
    time.sleep(0.1)


if __name__ == "__main__":
    making.STEP, turns.tell = 10, slowly  # type: ignore[misc]
    write_report()
