"""`manage.py sync_schedules`: run after `migrate` and before a worker cluster starts; running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from helpdesk import schedules


class Command(BaseCommand):
    help = "Make the schedules in the database equal to the table in helpdesk/schedules.py."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for change in schedules.sync() or ["The schedules are in step."]:
            self.stdout.write(change)
