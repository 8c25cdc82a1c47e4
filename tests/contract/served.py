"""Settings of the web server that made-up calls are sent to: those of the tests, with the S3 and the provider that run beside it."""

import os

from project.settings.files import bucket
from project.settings.test import *  # noqa: F403

S3 = bucket()
ENTRA_AUTHORITY = os.environ["ENTRA_AUTHORITY"]
