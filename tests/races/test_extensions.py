"""Decisions on more time at the same moment as each other, an escalation, a resolution (X1-X4, E1)."""

from datetime import timedelta

import pytest

from helpdesk.models import Assignment, ExtensionRequest, ExtensionVote, Notification, Ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.tickets import resolve_ticket
from tests.clock import HeldClock
from tests.factories import EngineerFactory, SM1Factory, UserFactory
from tests.races.cast import Cast, refusals, winners
from tests.races.harness import Track
from tests.races.position import rounds_from_here
from workflow.errors import ExtensionClosed, ExtensionUsed, LevelDecided, SecondPersonNeeded
from workflow.states import Level

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def asked(cast: Cast, minutes: int = 600) -> ExtensionRequest:
    """Half an hour more on a promise that begins now."""
    engineer = EngineerFactory()
    ticket = cast.working(minutes, engineer=engineer)
    return request_extension(actor=engineer, ticket_id=ticket.pk, extra_minutes=30, comment="Slow.")


def test_both_levels_decide_at_once(two: Track, cast: Cast) -> None:
    extension = asked(cast)
    for number in rounds_from_here():
        agrees = number % 2 == 0

        results = two.race(
            lambda: decide_extension(actor=cast.sm1, ticket_id=extension.ticket_id, approve=True),
            lambda yes=agrees: decide_extension(actor=cast.sm2, ticket_id=extension.ticket_id, approve=yes),
        )

        assert len(winners(results)) == 2
        now = ExtensionRequest.objects.select_related("assignment").get(pk=extension.pk)
        assert now.status == ("approved" if agrees else "rejected")
        assert now.assignment.due_at - extension.assignment.due_at == timedelta(minutes=30 if agrees else 0)
        kind = f"extension_{now.status}"
        assert Notification.objects.filter(ticket=now.ticket_id, kind=kind).count() == (2 if agrees else 1)


def test_two_of_one_level_decide_at_once(two: Track, cast: Cast) -> None:
    another, extension = SM1Factory(), asked(cast)
    for _ in rounds_from_here():
        results = two.race(
            lambda: decide_extension(actor=cast.sm1, ticket_id=extension.ticket_id, approve=True),
            lambda: decide_extension(actor=another, ticket_id=extension.ticket_id, approve=False),
        )

        assert len(winners(results)) == 1
        assert refusals(results) == [LevelDecided]


def test_one_person_decides_at_both_levels_at_once(two: Track, cast: Cast) -> None:
    both, extension = UserFactory(roles=["sm1", "sm2"]), asked(cast)

    def decide(level: Level) -> ExtensionRequest:
        return decide_extension(actor=both, ticket_id=extension.ticket_id, approve=True, level=level)

    for _ in rounds_from_here():
        results = two.race(*[lambda at=level: decide(at) for level in Level])

        assert len(winners(results)) == 1
        assert refusals(results) == [SecondPersonNeeded]
        assert ExtensionVote.objects.filter(extension=extension).count() == 1


def test_the_last_decision_comes_while_the_ticket_escalates(two: Track, cast: Cast, clock: HeldClock) -> None:
    """X4: approved first it does not escalate, escalated first the request is closed and the decision refused."""
    extension = asked(cast, minutes=60)
    decide_extension(actor=cast.sm1, ticket_id=extension.ticket_id, approve=True)
    due = clock.moment + timedelta(minutes=60)
    clock.forward(minutes=59)
    for _ in rounds_from_here():
        vote, _swept = two.race(
            lambda: decide_extension(actor=cast.sm2, ticket_id=extension.ticket_id, approve=True),
            lambda: sweep_escalations(due),
        )

        status = Ticket.objects.get(pk=extension.ticket_id).status
        extension.refresh_from_db()
        if isinstance(vote, ExtensionClosed):
            assert (status, extension.status) == ("escalated", "rejected")
        else:
            assert winners([vote]) == [extension]
            assert (status, extension.status) == ("in_progress", "approved")


def test_more_time_is_asked_for_while_the_ticket_is_resolved(two: Track, cast: Cast) -> None:
    ticket = cast.working()
    for _ in rounds_from_here():
        request, resolved = two.race(
            lambda: request_extension(actor=cast.engineer, ticket_id=ticket.pk, extra_minutes=30, comment="Slow."),
            lambda: resolve_ticket(actor=cast.engineer, ticket_id=ticket.pk, note="Done."),
        )

        winners([request])
        assert winners([resolved]) == [ticket]
        closed = ExtensionRequest.objects.filter(ticket=ticket, status="rejected").exclude(closing_reason="")
        assert closed.exists() is not isinstance(request, Exception)


def test_more_time_is_asked_for_twice_at_once(two: Track, cast: Cast) -> None:
    ticket = cast.working()

    def ask(minutes: int) -> ExtensionRequest:
        return request_extension(actor=cast.engineer, ticket_id=ticket.pk, extra_minutes=minutes, comment="Slow.")

    for _ in rounds_from_here():
        results = two.race(lambda: ask(30), lambda: ask(60))

        assert len(winners(results)) == 1
        assert refusals(results) == [ExtensionUsed]
        assert not Assignment.objects.filter(engineer=cast.engineer, extra_minutes__gt=0).exists()
