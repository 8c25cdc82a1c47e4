"""`manage.py reconcile_files [--delete] [--days N]`: what lies in the bucket without a ticket, and what is missing there."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk.services import housekeeping
from workflow.errors import StorageUnavailable


class Command(BaseCommand):
    help = "Compare the bucket with the files of tickets, both ways; ends with 1 when they do not agree."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete objects that no ticket has")
        parser.add_argument("--days", type=int, help="only tickets reported in the last so many days")

    def handle(self, *_args: Any, delete: bool, days: int | None, **_options: Any) -> None:
        try:
            found = housekeeping.reconcile(delete=delete, days=days)
        except StorageUnavailable as trouble:
            raise CommandError(trouble.sentence) from trouble
        for key in found.strays:
            self.stdout.write(f"without a ticket: {key}")
        for key in found.lost:
            self.stdout.write(f"missing in the bucket: {key}")
        self.stdout.write(f"{len(found.strays)} without a ticket ({found.deleted} deleted), {len(found.lost)} missing.")
        if found.lost or len(found.strays) > found.deleted:
            raise CommandError("The bucket and the tickets do not agree.", returncode=1)
