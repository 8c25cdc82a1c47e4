"""Each call is held against what it says of itself: a refusal it does not name fails the test."""

from helpdesk.tests.api.conftest import only_named_refusals
from tests.files.conftest import s3
from tests.provider import entra, entra_server

__all__ = ["entra", "entra_server", "only_named_refusals", "s3"]
