"""Settings of a worker that a test starts: those of a measured desk, with the bucket of its environment."""

from project.settings.files import bucket
from tests.load.served_api import *  # noqa: F403

S3 = bucket()
