"""Settings of the desk's web server as it is measured: those of the tests, with the clock of a real desk."""

from project.settings.test import *  # noqa: F403
from project.settings.test import MIDDLEWARE as OF_THE_DESK

LINEUP_CLOCK = "helpdesk.clock.database_now"
MIDDLEWARE = ["tests.load.counting.CountingMiddleware", *OF_THE_DESK]
