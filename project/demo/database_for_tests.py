"""The one Postgres of a test run."""

import atexit
import os
from pathlib import Path

from project.demo.postgres import ensure

CHECKOUT = Path(__file__).resolve().parent.parent.parent
FOLDER = CHECKOUT / ".local" / "test-postgres"
VARIABLE = "DATABASE_URL"


def url_for_tests(folder: Path = FOLDER) -> str:
    """The address of the tests' Postgres: DATABASE_URL, else the embedded one of this checkout, started if need be.

    The process that starts it stops it on its way out; its environment carries the address on to the workers it starts,
    so that all use one server. The data stays for the next run's speed. Two runs at once share one server, and the last
    one stops it.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return given
    server = ensure(folder, disposable=True)
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner:
            server.stop()

    atexit.register(stop)
    os.environ[VARIABLE] = server.url
    return server.url
