"""When `load_sample` loads nothing."""

import pytest
from django.core.management import CommandError

from helpdesk.models import Ticket, User
from helpdesk.tests.loading.test_load_sample import load
from tests.factories import a_ticket

pytestmark = pytest.mark.django_db


def test_it_refuses_a_desk_with_tickets_unless_told_to_add() -> None:
    a_ticket()

    with pytest.raises(CommandError, match="This database has tickets"):
        load()
    assert Ticket.objects.count() == 1


def test_it_refuses_the_settings_of_a_real_desk_unless_told(settings) -> None:
    settings.LINEUP_SAMPLES = False

    with pytest.raises(CommandError, match="settings of a real desk"):
        load()
    assert User.objects.count() == 0
    assert "Loaded 100 tickets" in load(tickets=100, into_production=True)


def test_it_refuses_a_size_too_small_to_be_a_desk() -> None:
    with pytest.raises(CommandError, match="at least 100"):
        load(tickets=99)
