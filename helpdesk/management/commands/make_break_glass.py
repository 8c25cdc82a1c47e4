"""`manage.py make_break_glass USERNAME`: an account for the day Entra ID is away, or with --renew new secrets for it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk import clock
from helpdesk.services import break_glass


class Command(BaseCommand):
    help = "Make a break-glass account with the role admin; its password and one-time code secret are shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--renew", action="store_true", help="new secrets for an account there is; the old ones end"
        )

    def handle(self, *_args: Any, username: str, renew: bool, **_options: Any) -> None:
        try:
            account = break_glass.make_account(username=username, renew=renew, now=clock.now())
        except break_glass.NameUnusable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Name:      {account.username}")
        self.stdout.write(f"Password:  {account.password}")
        self.stdout.write(f"One-time code, for an authenticator app: {account.otpauth}")
        self.stdout.write("Neither is shown again. Keep them apart from each other, and away from this machine.")
        if not settings.LINEUP_BREAK_GLASS:
            self.stdout.write("The break-glass sign-in is off: it opens with LINEUP_BREAK_GLASS=on and a restart.")
