"""Decisions on more time at the same moment as each other, an escalation, a resolution (X1-X4, E1)."""

from datetime import timedelta

import pytest

from helpdesk.models import Assignment, ExtensionRequest, ExtensionVote, Notification, Ticket, User
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.tickets import resolve_ticket
from tests.clock import HeldClock
from tests.factories import EngineerFactory, SM1Factory, UserFactory
from tests.races.cast import Cast, refusals, winners
from tests.races.harness import Track, rounds
from workflow.errors import ExtensionClosed, ExtensionUsed, LevelDecided, SecondPersonNeeded
from workflow.states import Level

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def asked(cast: Cast, minutes: int = 600) -> ExtensionRequest:
    """Half an hour more on a promise that begins now."""
    engineer = EngineerFactory()
    ticket = cast.working(minutes, engineer=engineer)
    return request_extension(actor=engineer, ticket_id=ticket.pk, extra_minutes=30, comment="Slow.")


def test_both_levels_decide_at_once(two: Track, cast: Cast) -> None:
    for number in rounds():
        extension = asked(cast)
        agrees = number % 2 == 0

        results = two.race(
            lambda t=extension.ticket_id: decide_extension(actor=cast.sm1, ticket_id=t, approve=True),
            lambda t=extension.ticket_id, yes=agrees: decide_extension(actor=cast.sm2, ticket_id=t, approve=yes),
        )

        assert len(winners(results)) == 2
        now = ExtensionRequest.objects.select_related("assignment").get(pk=extension.pk)
        assert now.status == ("approved" if agrees else "rejected")
        assert now.assignment.due_at - extension.assignment.due_at == timedelta(minutes=30 if agrees else 0)
        kind = f"extension_{now.status}"
        assert Notification.objects.filter(ticket=now.ticket_id, kind=kind).count() == (2 if agrees else 1)


def test_two_of_one_level_decide_at_once(two: Track, cast: Cast) -> None:
    another = SM1Factory()
    for _ in rounds():
        extension = asked(cast)

        results = two.race(
            lambda t=extension.ticket_id: decide_extension(actor=cast.sm1, ticket_id=t, approve=True),
            lambda t=extension.ticket_id: decide_extension(actor=another, ticket_id=t, approve=False),
        )

        assert len(winners(results)) == 1
        assert refusals(results) == [LevelDecided]


def test_one_person_decides_at_both_levels_at_once(two: Track, cast: Cast) -> None:
    both = UserFactory(roles=["sm1", "sm2"])
    for _ in rounds():
        extension = asked(cast)

        results = two.race(
            *[
                lambda t=extension.ticket_id, at=level: decide_extension(
                    actor=both, ticket_id=t, approve=True, level=at
                )
                for level in Level
            ]
        )

        assert len(winners(results)) == 1
        assert refusals(results) == [SecondPersonNeeded]
        assert ExtensionVote.objects.filter(extension=extension).count() == 1


def test_the_last_decision_comes_while_the_ticket_escalates(two: Track, cast: Cast, clock: HeldClock) -> None:
    """X4: approved first it does not escalate, escalated first the request is closed and the decision refused."""
    for _ in rounds():
        extension = asked(cast, minutes=60)
        decide_extension(actor=cast.sm1, ticket_id=extension.ticket_id, approve=True)
        clock.forward(minutes=59)

        vote, _swept = two.race(
            lambda t=extension.ticket_id: decide_extension(actor=cast.sm2, ticket_id=t, approve=True),
            lambda now=clock.moment + timedelta(minutes=1): sweep_escalations(now),
        )

        status = Ticket.objects.get(pk=extension.ticket_id).status
        extension.refresh_from_db()
        if isinstance(vote, ExtensionClosed):
            assert (status, extension.status) == ("escalated", "rejected")
        else:
            assert winners([vote]) == [extension]
            assert (status, extension.status) == ("in_progress", "approved")
            resolve_ticket(actor=extension.requested_by, ticket_id=extension.ticket_id, note="Done.")


def test_more_time_is_asked_for_while_the_ticket_is_resolved(two: Track, cast: Cast) -> None:
    for _ in rounds():
        engineer = EngineerFactory()
        ticket = cast.working(engineer=engineer)

        request, resolved = two.race(
            lambda t=ticket, e=engineer: request_extension(actor=e, ticket_id=t.pk, extra_minutes=30, comment="Slow."),
            lambda t=ticket, e=engineer: resolve_ticket(actor=e, ticket_id=t.pk, note="Done."),
        )

        winners([request])
        assert winners([resolved]) == [ticket]
        closed = ExtensionRequest.objects.filter(ticket=ticket, status="rejected").exclude(closing_reason="")
        assert closed.exists() is not isinstance(request, Exception)


def test_more_time_is_asked_for_twice_at_once(two: Track, cast: Cast) -> None:
    for _ in rounds():
        engineer = EngineerFactory()
        ticket = cast.working(engineer=engineer)

        def ask(minutes: int, ticket: Ticket = ticket, engineer: User = engineer) -> ExtensionRequest:
            return request_extension(actor=engineer, ticket_id=ticket.pk, extra_minutes=minutes, comment="Slow.")

        results = two.race(lambda a=ask: a(30), lambda a=ask: a(60))

        assert len(winners(results)) == 1
        assert refusals(results) == [ExtensionUsed]
        assert not Assignment.objects.filter(engineer=engineer, extra_minutes__gt=0).exists()
