"""`manage.py load_sample`: fill an empty desk with any number of tickets that keep its rules, to measure with."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from helpdesk import clock
from helpdesk.loading import desk
from helpdesk.models import Ticket


class Command(BaseCommand):
    """Loads people, applications, tickets, assignments, records, events, mails, comments and grants by COPY.

    Left out: the field history of tickets, files, extensions, reminders, stale marks in the history, and the mails of more than
    30 days ago but for those to the engineers who got a ticket.
    """

    help = "Load a sample desk of any size: people who cannot sign in and tickets of the last two years."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tickets", type=int, required=True, help="how many tickets, at least 100")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same desk")
        parser.add_argument("--add", action="store_true", help="load into a database that has tickets already")
        parser.add_argument(
            "--into-production", action="store_true", help="load although these are the settings of a real desk"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse(options)
        began = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        sample = desk.Sample(tickets=options["tickets"], seed=options["seed"], now=clock.now())
        sample.load(lambda done: self._say(f"{done:>9,} tickets after {time.monotonic() - began:5.0f} s"))
        desk.freshen()
        self._say(f"Loaded {options['tickets']:,} tickets in {time.monotonic() - began:.0f} s.")

    def _refuse(self, options: dict[str, Any]) -> None:
        if options["tickets"] < 100:
            raise CommandError("A sample has at least 100 tickets.")
        if not settings.LINEUP_SAMPLES and not options["into_production"]:
            raise CommandError(
                "These are the settings of a real desk; sample people and tickets could not be told from real ones "
                "and never be removed. To load them all the same, add --into-production."
            )
        if not options["add"] and Ticket.objects.exists():
            raise CommandError("This database has tickets. To load more beside them, add --add.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
