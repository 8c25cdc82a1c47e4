"""`manage.py demo_clock +90m | +2d3h | reset | show`: move the demo desk's clock and let the desk notice at once."""

import re
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import Max

from helpdesk import tasks
from helpdesk.clock import database_now
from helpdesk.models import TicketEvent
from helpdesk.services import heartbeats
from project.demo import clock
from project.demo.demo_command import DemoCommand

SPAN = re.compile(
    r"\+(?=\d)(?:(?P<days>\d{1,4})d)?(?:(?P<hours>\d{1,5})h)?(?:(?P<minutes>\d{1,6})m)?(?:(?P<seconds>\d{1,7})s)?"
)


class Command(DemoCommand):
    help = "Move the demo desk's clock forward and run the sweeps: +90m, +2d3h, +45s. Also: show, reset."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "change", nargs="?", default="show", help="+ and days (d), hours (h), minutes (m), seconds (s); show; reset"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        change = options["change"]
        if change == "show":
            self._show()
            return
        if change == "reset":
            self._reset()
        else:
            clock.move_forward(span_of(change))
        self._show()
        counts = ", ".join(f"{name} {count}" for name, count in tasks.tick().items())
        heartbeats.leave()
        self.stdout.write(f"The sweeps ran: {counts}.")

    def _reset(self) -> None:
        latest = TicketEvent.objects.aggregate(latest=Max("timestamp"))["latest"]
        if latest is not None and latest > database_now():
            raise CommandError(
                f"The clock cannot go back: something happened at {latest:%Y-%m-%d %H:%M} UTC of the desk's time, which is still to come."
            )
        clock.back_to_real_time()

    def _show(self) -> None:
        self.stdout.write(
            f"The desk's clock says {clock.shifted_now():%Y-%m-%d %H:%M:%S} UTC, {in_words(clock.current_shift())}."
        )


def span_of(text: str) -> timedelta:
    """`+2d3h` as a span; CommandError for anything else."""
    match = SPAN.fullmatch(text)
    if match is None:
        raise CommandError(
            f"{text!r} is no way to move the clock. It goes forward only: +90m, +2d3h, +45s; or show, or reset."
        )
    return timedelta(**{unit: int(number) for unit, number in match.groupdict().items() if number})


def in_words(shift: timedelta) -> str:
    return f"{shift} ahead of real time" if shift else "which is real time"
