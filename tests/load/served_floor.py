"""Settings of the floor: the same desk without anything of ours before the view but who is signed in."""

from tests.load.served_api import *  # noqa: F403

ROOT_URLCONF = "tests.load.floor"
MIDDLEWARE = [
    "tests.load.counting.CountingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
