"""`manage.py demo_token EMAIL`: a bearer token of a sample person, from the demo's own provider."""

from typing import Any

from django.core.management.base import CommandParser

from project.demo.demo_command import DemoCommand
from project.demo.entra_tokens import FAULTS
from project.demo.provider_call import ask_provider


class Command(DemoCommand):
    help = "Print a bearer token for Lineup's API, as the demo's provider signs it for a sample person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address of a sample person")
        wrong = parser.add_mutually_exclusive_group()
        wrong.add_argument(
            "--expired", action="store_const", const="expired", dest="fault", help="a token that has run out"
        )
        wrong.add_argument("--fault", choices=sorted(FAULTS), help="a token with this one thing wrong")

    def handle(self, *_args: Any, **options: Any) -> None:
        form = {"email": options["email"], "fault": options["fault"] or ""}
        self.stdout.write(str(ask_provider("/demo/token", form)["access_token"]))
