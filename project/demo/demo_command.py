"""What the demo's management commands share: they refuse to run anywhere else."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError


class DemoCommand(BaseCommand):
    """A command of the demo desk; outside the demo's settings it does nothing but say so."""

    requires_system_checks: list[str] = []

    def execute(self, *args: Any, **options: Any) -> str | None:
        if not settings.LINEUP_DEMO:
            raise CommandError("This command belongs to the demo desk and refuses to run with any other settings.")
        try:
            return super().execute(*args, **options)
        except OperationalError as error:
            raise CommandError(
                "The demo does not answer. Is it running on this PORT? Start it with: make demo"
            ) from error
