"""The log as production writes it, beside whatever else a test does."""

import logging
from collections.abc import Iterator

import pytest

from tests.operations.production_log import Log


@pytest.fixture
def log() -> Iterator[Log]:
    found = Log()
    root = logging.getLogger()
    root.addHandler(found.handler)
    yield found
    root.removeHandler(found.handler)
