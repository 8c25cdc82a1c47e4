"""The line most tests of the board move tickets in."""

import pytest

from helpdesk.models import User
from tests.factories import EngineerFactory, a_promise, an_assignment, in_progress


@pytest.fixture
def asha() -> User:
    """One in progress until 14:00, then a promise of 3 h and one that is only expected."""
    engineer = EngineerFactory(name="Asha Nair")
    in_progress(engineer=engineer, minutes=120)
    a_promise(engineer=engineer, minutes=180)
    an_assignment(engineer=engineer)
    return engineer
