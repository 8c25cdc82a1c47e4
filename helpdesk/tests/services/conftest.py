"""The engineer most of these tests are about."""

import pytest

from helpdesk.models import User
from tests.factories import EngineerFactory


@pytest.fixture
def asha() -> User:
    return EngineerFactory(name="Asha")
