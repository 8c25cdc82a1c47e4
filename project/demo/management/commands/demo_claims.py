"""`manage.py demo_claims EMAIL --roles sm1 engineer`: what the demo's provider says of a sample person at their next sign-ins."""

from typing import Any

from django.core.management.base import CommandParser

from project.demo.demo_command import DemoCommand
from project.demo.entra_people import role_names
from project.demo.provider_call import ask_provider


class Command(DemoCommand):
    help = "Let the demo's provider claim other roles of a sample person, none, or too many groups, until it is told otherwise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address of a sample person")
        said = parser.add_mutually_exclusive_group(required=True)
        said.add_argument("--roles", nargs="+", choices=role_names(), help="claims exactly these roles")
        for name, meaning in {
            "none": "claims no role: the lists are there and empty",
            "absent": "a token without any claim of roles or groups",
            "overage": "too many groups for a token; app roles as usual",
            "usual": "what the sample data says",
        }.items():
            said.add_argument(f"--{name}", action="store_const", const=name, dest="way", help=meaning)

    def handle(self, *_args: Any, **options: Any) -> None:
        form = {"email": options["email"], "way": options["way"] or "roles", "roles": " ".join(options["roles"] or ())}
        self.stdout.write(str(ask_provider("/demo/claims", form)["said"]))
