"""`manage.py demo_token EMAIL`: a bearer token of a sample person, from the demo's own provider."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from project.demo.demo_command import DemoCommand
from project.demo.entra_tokens import FAULTS
from project.demo.environment import DemoAddresses


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
        self.stdout.write(token_of(options["email"], fault=options["fault"] or ""))


def token_of(email: str, *, fault: str) -> str:
    """Ask the provider, which gives tokens without a browser only to who knows this demo's secret."""
    addresses = DemoAddresses.read(int(os.environ.get("PORT", "8000")))
    form = urllib.parse.urlencode({"email": email, "fault": fault}).encode()
    request = urllib.request.Request(  # noqa: S310 - our own provider's address
        f"{settings.ENTRA_AUTHORITY}/demo/token", data=form, headers={"X-Demo-Secret": addresses.demo_secret}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 - as above
            return str(json.load(response)["access_token"])
    except urllib.error.HTTPError as error:
        raise CommandError(json.load(error).get("error_description") or "The provider refused the request.") from error
    except OSError as error:
        raise CommandError("The demo's provider does not answer. Is the demo running on this PORT?") from error
