"""The clock that moves, and the commands around it, on the real database."""

import contextlib
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from helpdesk.clock import database_now
from helpdesk.models import Heartbeat
from helpdesk.selectors.jobs import CLUSTER
from project.demo import clock
from project.demo.management.commands import demo_claims, demo_clock, demo_prepare, demo_token
from project.demo.models import ClockShift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock_table(db: None) -> None:
    """The demo's app is installed by the demo's settings only, so its table is made here, inside the test's transaction."""
    with connection.schema_editor() as editor:
        editor.create_model(ClockShift)


def ahead() -> timedelta:
    return clock.shifted_now() - database_now()


def near(span: timedelta, expected: timedelta) -> bool:
    return abs(span - expected) < timedelta(seconds=5)


def test_an_untouched_clock_is_the_databases(clock_table: None) -> None:
    assert near(ahead(), timedelta(0))
    assert clock.shifted_now().tzinfo is not None


def test_moves_add_up(clock_table: None) -> None:
    clock.move_forward(timedelta(minutes=90))
    clock.move_forward(timedelta(days=2))

    assert near(ahead(), timedelta(days=2, minutes=90))
    assert clock.current_shift() == timedelta(days=2, minutes=90)
    clock.back_to_real_time()
    assert near(ahead(), timedelta(0))


def test_reading_the_clock_is_one_statement(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        clock.shifted_now()


def test_it_never_goes_back(clock_table: None) -> None:
    with pytest.raises(ValueError, match="only goes forward"):
        clock.move_forward(timedelta(minutes=-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockShift.objects.create(pk=1, shift=timedelta(minutes=-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockShift.objects.create(pk=2)


def test_a_traveller_stands_still_and_comes_back(clock_table: None) -> None:
    past, earlier = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 4, 9, tzinfo=UTC)

    with clock.travel_to(past):
        assert clock.shifted_now() == past
        with contextlib.suppress(RuntimeError), clock.travel_to(earlier):
            assert clock.shifted_now() == earlier
            raise RuntimeError
        assert clock.shifted_now() == past

    assert near(ahead(), timedelta(0))
    with pytest.raises(ValueError, match="aware"), clock.travel_to(datetime(2026, 1, 5)):  # noqa: DTZ001 - that is the fault
        pytest.fail("travelled to a naive moment")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("+90m", timedelta(minutes=90)),
        ("+2d3h", timedelta(days=2, hours=3)),
        ("+1h30m15s", timedelta(hours=1, minutes=30, seconds=15)),
    ],
)
def test_spans_are_understood(text: str, span: timedelta) -> None:
    assert demo_clock.span_of(text) == span


@pytest.mark.parametrize("text", ["90m", "+", "-90m", "+90", "+m", "+3h2d", "+1.5h", "tomorrow", "+99999d", ""])
def test_anything_else_gets_a_sentence(text: str) -> None:
    with pytest.raises(CommandError, match="no way to move the clock"):
        demo_clock.span_of(text)


@override_settings(LINEUP_DEMO=True, LINEUP_CLOCK="project.demo.clock.shifted_now")
def test_demo_clock_moves_the_desk_and_runs_the_sweeps() -> None:
    said = StringIO()

    demo_clock.Command(stdout=said).execute(change="+90m", force_color=False, no_color=True, skip_checks=True)

    assert near(ahead(), timedelta(minutes=90))
    assert "1:30:00 ahead of real time." in said.getvalue()
    assert "The sweeps ran: " in said.getvalue()
    assert "failed 0" in said.getvalue()
    assert not Heartbeat.objects.filter(name__startswith=CLUSTER).exists(), "a command is no cluster"


@pytest.mark.parametrize("command", [demo_clock.Command, demo_token.Command, demo_claims.Command, demo_prepare.Command])
def test_the_commands_refuse_outside_the_demo(command: type) -> None:
    with pytest.raises(CommandError, match="refuses to run with any other settings"):
        command().execute(
            change="+90m",
            email="asha.nair@corp.example",
            fault=None,
            way="none",
            story=False,
            force_color=False,
            no_color=True,
        )

    assert clock.current_shift() == timedelta(0)
