"""`manage.py error_table`: every error a rule can raise, as docs/errors.md, made from the errors so that it cannot drift."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.api.errors import STATUS_OF_KIND
from workflow.errors import WorkflowError, all_errors

INTRODUCTION = """# Errors

Generated from `workflow/errors/` by `make docs`; a test compares this page with the code. The staff desk and the portal show the
sentence; the API answers with the code, the sentence and the data as `application/problem+json`.

| code | status | what it says |
|---|---|---|
"""


def page() -> str:
    """The whole of docs/errors.md, by status and code."""
    rows = sorted((_status(error), error.code, " ".join((error.__doc__ or "").split())) for error in all_errors())
    return INTRODUCTION + "".join(f"| `{code}` | {status} | {meaning} |\n" for status, code, meaning in rows)


def _status(error: type[WorkflowError]) -> int:
    return next(int(status) for kind, status in STATUS_OF_KIND.items() if issubclass(error, kind))


class Command(BaseCommand):
    """Print the table, or write it to a file."""

    help = "Every error a rule can raise, with its code and HTTP status, as a Markdown page."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="Write the page to this file instead of printing it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["output"]:
            options["output"].write_text(page())
        else:
            self.stdout.write(page(), ending="")
