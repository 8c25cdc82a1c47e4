"""`manage.py load_story`: fill the empty demo desk with its sample people, applications and twelve working days of tickets."""

import time
from typing import Any

from django.core.management.base import CommandError

from helpdesk import clock
from helpdesk.models import ApplicationCatalog, Ticket
from project.demo.clock import travel_to
from project.demo.demo_command import DemoCommand
from project.demo.story.play import play


class Command(DemoCommand):
    help = "Fill the demo desk with its sample data, once: all of it or, when something fails, nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Ticket.objects.exists() or ApplicationCatalog.objects.exists():
            raise CommandError(
                "This desk has tickets or applications already; the sample data is loaded into an empty desk only."
            )
        began = time.monotonic()
        count = play(now=clock.now(), travel=travel_to)
        self.stdout.write(f"The sample data is loaded: {count} tickets in {time.monotonic() - began:.1f} s.")
