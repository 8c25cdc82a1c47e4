"""The one Postgres of a test run."""

import atexit
import os
import sys
from pathlib import Path

from project.demo.postgres import ensure

CHECKOUT = Path(__file__).resolve().parent.parent.parent
FOLDER = CHECKOUT / ".local" / "test-postgres"
VARIABLE = "DATABASE_URL"


def provide_database() -> None:
    """Put the address of the tests' Postgres into the environment, unless DATABASE_URL is there already.

    The process that starts it stops it on its way out; the workers it starts find the address and use the same server.
    The data stays for the next run's speed. Two runs at once share one server, and the last one stops it. Only pytest
    gets one: mypy and manage.py read the tests' settings too, ask no database, and mypy leaves without running exit functions.
    """
    if os.environ.get(VARIABLE, "").strip() or "pytest" not in sys.modules:
        return
    server = ensure(FOLDER, disposable=True)
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner:
            server.stop()

    atexit.register(stop)
    os.environ[VARIABLE] = server.url
