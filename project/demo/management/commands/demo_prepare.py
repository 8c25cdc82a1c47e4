"""`manage.py demo_prepare [--story]`: what the demo's database needs before web and worker start, in one process."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from helpdesk import clock
from project.demo.clock import travel_to
from project.demo.demo_command import DemoCommand
from project.demo.story.files import attach


class Command(DemoCommand):
    help = "Migrate the demo's database, set its schedules, and with --story load the sample data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--story", action="store_true", help="load the sample people and tickets too")

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, stdout=self.stdout)
        call_command("sync_schedules", stdout=self.stdout)
        if options["story"]:
            call_command("load_story", stdout=self.stdout)
            sent = attach(now=clock.now(), travel=travel_to)
            self.stdout.write(f"{sent} files are attached to the sample tickets.")
