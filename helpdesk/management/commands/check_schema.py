"""`manage.py check_schema`: does the database fit this code, for a start script that waits for an upgrade."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from helpdesk.selectors import schema


class Command(BaseCommand):
    help = "Say whether the database fits this code; exit code 1 when it does not answer or lacks migrations."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            found = schema.fit()
        except DatabaseError as error:
            said = str(error).strip().splitlines()[:1]
            raise CommandError(f"The database does not answer: {''.join(said)}") from error
        if found.lacks:
            raise CommandError(found.sentence)
        self.stdout.write(found.sentence or "The database fits this code.")
