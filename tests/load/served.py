"""Settings of a web server that a measurement starts: those of the tests, with the bucket of its environment."""

from project.settings.files import bucket
from project.settings.test import *  # noqa: F403

S3 = bucket()
