"""A worker with a replica: writes the next report and says, as one line of JSON, which database was asked what, and whether the replica can be written."""

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import django

django.setup()

from django.db import DatabaseError, connections  # noqa: E402 - after setup

from helpdesk.models import ApplicationCatalog  # noqa: E402
from reports.tasks import write_report  # noqa: E402


class Heard:
    """Every statement of one connection."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        self.said.append(str(sql))
        return execute(sql, *given)


def main() -> dict[str, Any]:
    heard = {alias: Heard() for alias in connections}
    with ExitStack() as stack:
        for alias, ear in heard.items():
            stack.enter_context(connections[alias].execute_wrapper(ear))
        written = write_report()
    try:
        ApplicationCatalog.objects.using("reports").update(name="Written")
    except DatabaseError as refused:
        return {"written": written, "refused": str(refused), **{alias: ear.said for alias, ear in heard.items()}}
    return {"written": written, "refused": "", **{alias: ear.said for alias, ear in heard.items()}}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
