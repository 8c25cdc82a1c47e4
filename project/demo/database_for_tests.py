"""The one Postgres of a test run."""

import atexit
import os
from pathlib import Path

from project.demo.postgres import ensure

CHECKOUT = Path(__file__).resolve().parent.parent.parent
FOLDER = CHECKOUT / ".local" / "test-postgres"
VARIABLE = "DATABASE_URL"


def url_for_tests(folder: Path = FOLDER) -> str:
    """Where the tests find their Postgres: `DATABASE_URL`, else the embedded one of this checkout.

    The process that starts it puts the address into the environment, so the workers it starts use the same server, and
    stops it on its way out. The data stays for the next run's speed. Two runs at once share one server: the last one stops it.
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
