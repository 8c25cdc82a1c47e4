"""The test settings for a web server whose requests may take two seconds and whose database is reached as in production."""

from project.settings.test import *  # noqa: F403

LINEUP_REQUEST_SECONDS = 2
