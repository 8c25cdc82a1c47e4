"""`manage.py error_table`: every error with its code, as docs/errors.md, made from the errors so that it cannot drift."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from helpdesk.api import faults, refusals
from helpdesk.api.errors import STATUS_OF_KIND
from workflow.errors import WorkflowError, all_errors

INTRODUCTION = """# Errors

Generated from `workflow/errors/` by `make docs`; a test compares this page with the code. The staff desk and the portal show the
sentence; the API answers with the code, the sentence and the data as `application/problem+json`.

| code | status | what it says |
|---|---|---|
"""

OF_HTTP = """
## Of the call itself

What no rule is about: tokens, bodies, limits. Only programs meet these; what to do is in [api.md](api.md#errors).

| code | status | what it says |
|---|---|---|
"""
MEANINGS = {
    "invalid": "A value, a field or a parameter is wrong or unknown; `errors` names it.",
    "parse_error": "The body is no JSON that can be read.",
    "not_authenticated": "The call carries neither a token nor a session.",
    "token_invalid": "The token is not valid here, or not any more.",
    "person_unknown": "The person of the token never signed in to this desk, or is not active (P8).",
    "permission_denied": "The session's CSRF token is missing, or the call is not this person's.",
    "not_found": "There is no such address.",
    "method_not_allowed": "The address does not know this method.",
    "not_acceptable": "The desk does not speak the format asked for.",
    "unsupported_media_type": "The body is in a format that the desk does not read.",
    "error": "Something went wrong here; the log has it under the request id.",
    "provider_unreachable": "The keys that prove a token cannot be read just now.",
}
"""Codes that no class of ours explains."""


def page() -> str:
    """The whole of docs/errors.md, by status and code: those of the rules, then those of the call itself."""
    rules = {error.code: (_status(error), error.__doc__ or "") for error in all_errors()}
    explained = MEANINGS | {kind.default_code: kind.__doc__ or "" for kind in vars(faults).values() if _is_fault(kind)}
    of_http = {code: (status, explained[code]) for code, status in refusals.OWN.items()}
    return INTRODUCTION + _rows(rules) + OF_HTTP + _rows(of_http)


def _rows(meanings: dict[str, tuple[int, str]]) -> str:
    found = sorted((status, code, " ".join(meaning.split())) for code, (status, meaning) in meanings.items())
    return "".join(f"| `{code}` | {status} | {meaning} |\n" for status, code, meaning in found)


def _is_fault(kind: Any) -> bool:
    """Whether it is one of the refusals of `helpdesk.api.faults`, and not what these are made of."""
    return isinstance(kind, type) and kind.__module__ == faults.__name__


def _status(error: type[WorkflowError]) -> int:
    return next(int(status) for kind, status in STATUS_OF_KIND.items() if issubclass(error, kind))


class Command(BaseCommand):
    """Print the table, or write it to a file."""

    help = "Every error with its code and HTTP status, as a Markdown page."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="Write the page to this file instead of printing it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["output"]:
            options["output"].write_text(page())
        else:
            self.stdout.write(page(), ending="")
