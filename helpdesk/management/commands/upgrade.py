"""`manage.py upgrade`: bring the database to this code while the desk runs on; before new web servers and clusters start.

A migration waits for a table's lock 200 ms at most, so that nobody's page waits behind it, then lets go and tries again; each
migration is a transaction of its own, and what was done stays done. Two upgrades at once go one after the other.
"""

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from helpdesk import database_role, schedules

ONE_AT_A_TIME = 4_102_008
"""The number of the database's advisory lock that an upgrade holds."""
LOCK_MILLISECONDS = 200
TRIES = 60
PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = "Migrate without holding anybody up, grant the desk's role its rights, and make the schedules equal to the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=int, default=60, metavar="SECONDS", help="how long to wait for the database")

    def handle(self, *_args: Any, wait: int, **_options: Any) -> None:
        self._wait_for_database(wait)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            self._migrate()
            role = settings.LINEUP_DATABASE_APP_ROLE
            if role:
                database_role.grant(role)
                self.stdout.write(f"The role {role} has its rights.")
        except database_role.NoSuchRole as error:
            raise CommandError(str(error)) from error
        finally:
            connection.close()
        for change in schedules.sync() or ["The schedules are in step."]:
            self.stdout.write(change)

    def _wait_for_database(self, seconds: int) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                connection.ensure_connection()
            except OperationalError as error:
                if time.monotonic() > deadline:
                    raise CommandError(f"The database does not answer after {seconds} seconds: {error}") from error
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def _migrate(self) -> None:
        for attempt in range(1, TRIES + 1):
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
            try:
                call_command("migrate", interactive=False, stdout=self.stdout)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable) or attempt == TRIES:
                    raise
                self.stdout.write(f"A table is in use; letting go and trying again ({attempt} of {TRIES}) ...")
                time.sleep(PAUSE_SECONDS)
            else:
                return
