"""The story's plan at any moment of the week, and its loading: all or nothing, once, in the demo only."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import override_settings
from django_q.models import OrmQ

from helpdesk.models import ApplicationCatalog, Notification, Ticket, User
from project.demo.management.commands import load_story
from project.demo.story import plan
from project.demo.story.acts import Desk
from project.demo.story.calendar import Calendar
from project.demo.story.happening import Happening
from project.demo.story.play import play
from tests.clock import NOON, held
from tests.factories import ReporterFactory, a_ticket


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 3, 3, 0, 3, tzinfo=UTC), id="tuesday just after midnight"),
        pytest.param(datetime(2026, 3, 7, 15, 0, tzinfo=UTC), id="saturday"),
        pytest.param(datetime(2026, 3, 31, 8, 0, tzinfo=UTC), id="clock change in between"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Auckland"])
def test_the_past_is_over_before_the_last_hours_begin(now: datetime, zone: str):
    """Otherwise old tickets would stand in the queues that the last hours' are planned into."""
    issues = plan.issues(Calendar(now=now, zone=ZoneInfo(zone))).values()
    recent = [one for one in issues if one.happenings[0].at > now - timedelta(hours=6)]
    past = [one for one in issues if one not in recent]
    first = min(one.happenings[0].at for one in recent)

    assert len(recent) > 20
    assert len(past) > 35
    assert max(happening.at for one in past for happening in one.happenings) < first
    assert max(happening.at for one in recent for happening in one.happenings) < now


def test_working_days_leave_out_weekends_and_today():
    calendar = Calendar(now=NOON, zone=ZoneInfo("Europe/Berlin"))

    assert calendar.moment("-1 09:30") == datetime(2026, 3, 3, 8, 30, tzinfo=UTC)
    assert calendar.moment("-3 09:30") == datetime(2026, 2, 27, 8, 30, tzinfo=UTC)
    assert calendar.moment(-90) == NOON - timedelta(minutes=90)


@pytest.mark.django_db
def test_a_failure_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    carried_out = []

    def fails_at_the_third(desk: Desk, happening: Happening) -> None:
        carried_out.append(happening)
        if len(carried_out) == 3:
            raise IntegrityError
        desk.acts[happening.do](happening)

    monkeypatch.setattr(Desk, "carry_out", fails_at_the_third)
    with pytest.raises(IntegrityError):
        play(now=NOON, travel=held.standing_at)

    left = [model.objects.count() for model in (User, ApplicationCatalog, Ticket, Notification, OrmQ)]
    assert left == [0, 0, 0, 0, 0]
    assert held() == NOON


@pytest.mark.django_db
def test_load_story_refuses_other_settings_than_the_demos():
    with pytest.raises(CommandError, match="demo"):
        call_command(load_story.Command())

    assert not User.objects.exists()


@pytest.mark.django_db
@override_settings(LINEUP_DEMO=True)
def test_load_story_refuses_a_desk_with_tickets():
    a_ticket(reporter=ReporterFactory())

    with pytest.raises(CommandError, match="empty desk"):
        call_command(load_story.Command())

    assert Ticket.objects.count() == 1
