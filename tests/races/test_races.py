"""Acts at the same moment, from connections of their own: one wins, the other hears why, nothing is half-done.

Proves T1, A2, A5, A6, C1-C5 and E1 under contention.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from helpdesk.models import Assignment, Comment, Notification, Ticket, TicketEvent, User
from helpdesk.selectors import tickets
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.comments import add_comment
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.staleness import sweep_stale
from helpdesk.services.tickets import change_priority, raise_ticket, resolve_ticket, start_ticket, withdraw_ticket
from tests.clock import HeldClock
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from tests.races.harness import ROUNDS, Track, track
from tests.races.invariants import broken
from workflow.errors import AlreadyCommitted, ChangedSinceLoaded, Conflict, WorkflowError, WrongStatus

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@pytest.fixture
def two() -> Iterator[Track]:
    """A track for two, after which every invariant holds."""
    with track(2) as racing:
        yield racing
    assert broken() == []


def winners(results: list[Any]) -> list[Any]:
    unexpected = [one for one in results if isinstance(one, Exception) and not isinstance(one, WorkflowError)]
    assert unexpected == []
    return [one for one in results if not isinstance(one, Exception)]


def refusals(results: list[Any]) -> list[type]:
    return [type(one) for one in results if isinstance(one, Exception)]


def test_two_scrum_masters_assign_the_same_ticket(two: Track) -> None:
    people = [(SM1Factory(), EngineerFactory()), (SM2Factory(), EngineerFactory())]
    for _ in range(ROUNDS):
        ticket = a_ticket()
        seen = tickets.version_of(ticket)

        def assign(sm: User, engineer: User, ticket: Ticket = ticket, seen: str = seen) -> Assignment:
            return assign_ticket(
                actor=sm, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, comment="x", seen=seen
            )

        results = two.race(*[lambda pair=pair: assign(*pair) for pair in people])

        assert len(winners(results)) == 1
        assert refusals(results) == [ChangedSinceLoaded]
        assert Assignment.objects.filter(ticket=ticket).count() == 1
        assert Notification.objects.filter(ticket=ticket, kind="assigned").count() == 1


def test_two_scrum_masters_find_the_same_engineer_free(two: Track) -> None:
    first, second = SM1Factory(), SM1Factory()
    for _ in range(ROUNDS):
        engineer, pair = EngineerFactory(), [a_ticket(), a_ticket()]

        results = two.race(
            lambda e=engineer, t=pair[0]: assign_ticket(actor=first, ticket_id=t.pk, engineer_id=e.pk),
            lambda e=engineer, t=pair[1]: assign_ticket(actor=second, ticket_id=t.pk, engineer_id=e.pk),
        )

        assert len(winners(results)) == 1
        assert [refused.__name__ for refused in refusals(results)] == ["EngineerBusy"]


def test_what_sm2_takes_over_is_never_lost_to_sm1(two: Track) -> None:
    sm1, sm2 = SM1Factory(), SM2Factory()
    for _ in range(ROUNDS):
        ticket = an_assignment(by=sm1, engineer=EngineerFactory()).ticket
        first, second = EngineerFactory(), EngineerFactory()

        two.race(
            lambda t=ticket, e=first: assign_ticket(actor=sm1, ticket_id=t.pk, engineer_id=e.pk, comment="As SM1."),
            lambda t=ticket, e=second: assign_ticket(actor=sm2, ticket_id=t.pk, engineer_id=e.pk, comment="As SM2."),
        )

        now = Assignment.objects.get(ticket=ticket, is_active=True)
        assert (now.engineer, now.level) == (second, "sm2")


def test_the_engineer_resolves_while_the_sweep_escalates(two: Track, clock: HeldClock) -> None:
    engineer = EngineerFactory()
    for _ in range(ROUNDS):
        ticket = in_progress(engineer=engineer, minutes=30)
        late = clock.forward(minutes=30)

        two.race(
            lambda t=ticket: resolve_ticket(actor=engineer, ticket_id=t.pk, note="Done."),
            lambda now=late: sweep_escalations(now),
        )

        assert Ticket.objects.get(pk=ticket.pk).status == "resolved_escalated"
        assert TicketEvent.objects.filter(ticket=ticket, action="ticket_escalated").count() == 1


def test_two_clusters_sweep_at_once(two: Track, clock: HeldClock) -> None:
    SM1Factory()
    for _ in range(ROUNDS):
        in_progress(minutes=40)
        an_assignment(ticket=a_ticket(priority="high"))
        a_ticket(priority="high")
        soon = clock.forward(minutes=15)
        two.race(*[lambda now=soon: sweep_reminders(now)] * 2)
        late = clock.forward(minutes=25)
        two.race(*[lambda now=late: sweep_escalations(now)] * 2)
        two.race(*[lambda now=late: sweep_stale(now)] * 2)
        sweep_stale(late)

    found = TicketEvent.objects.values_list("action", flat=True)
    told = {action: list(found).count(action) for action in set(found)}
    assert told["ticket_escalated"] == told["ticket_reminded"] == ROUNDS
    assert told["triage_stale"] == told["acceptance_stale"] == ROUNDS


def test_the_engineer_commits_twice_at_once(two: Track) -> None:
    engineer = EngineerFactory()
    for _ in range(ROUNDS):
        assignment = an_assignment(engineer=engineer)
        commit = lambda m, a=assignment: commit_ticket(actor=engineer, ticket_id=a.ticket_id, resolution_minutes=m)  # noqa: E731

        results = two.race(lambda c=commit: c(60), lambda c=commit: c(90))

        assert len(winners(results)) == 1
        assert refusals(results) == [AlreadyCommitted]


@pytest.mark.parametrize("act", ["start", "resolve", "withdraw", "priority"])
def test_the_same_act_at_once_happens_once(two: Track, act: str) -> None:
    sm1, engineer = SM1Factory(), EngineerFactory()
    for _ in range(ROUNDS):
        if act == "start":
            ticket = a_promise(engineer=engineer).ticket
            run = lambda t=ticket: start_ticket(actor=engineer, ticket_id=t.pk)  # noqa: E731
        elif act == "resolve":
            ticket = in_progress(engineer=engineer)
            run = lambda t=ticket: resolve_ticket(actor=engineer, ticket_id=t.pk, note="Done.")  # noqa: E731
        elif act == "withdraw":
            ticket = a_ticket()
            run = lambda t=ticket: withdraw_ticket(actor=t.reporter, ticket_id=t.pk, reason="Gone.")  # noqa: E731
        else:
            ticket = a_ticket()
            run = lambda t=ticket: change_priority(actor=sm1, ticket_id=t.pk, priority="high", reason="Now.")  # noqa: E731

        results = two.race(run, run)

        assert len(winners(results)) == 1
        assert len(refusals(results)) == 1


def test_one_takes_back_what_another_assigns(two: Track) -> None:
    sm1, engineer = SM1Factory(), EngineerFactory()
    for _ in range(ROUNDS):
        ticket = a_ticket()

        results = two.race(
            lambda t=ticket: withdraw_ticket(actor=t.reporter, ticket_id=t.pk, reason="Gone."),
            lambda t=ticket: assign_ticket(actor=sm1, ticket_id=t.pk, engineer_id=engineer.pk, assign_anyway=True),
        )

        assert len(winners(results)) == 1
        assert refusals(results) == [WrongStatus]
        assert issubclass(WrongStatus, Conflict)


def test_one_form_sent_twice_at_once_raises_one_ticket(two: Track) -> None:
    reporter, application = ReporterFactory(), ApplicationFactory()
    SM1Factory()
    for round_ in range(ROUNDS):
        key = uuid4()

        results = two.race(
            *[
                lambda k=key: raise_ticket(
                    actor=reporter,
                    application_code=application.code,
                    title="Twice",
                    description="Clicked twice.",
                    priority="low",
                    request_key=k,
                )
            ]
            * 2
        )

        assert len(winners(results)) == 2
        assert results[0] == results[1]
        assert Notification.objects.filter(kind="raised").count() == round_ + 1


def test_one_comment_sent_twice_at_once_stands_once(two: Track) -> None:
    ticket = a_ticket()
    for _ in range(ROUNDS):
        key = uuid4()

        results = two.race(
            *[lambda k=key: add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body="Hello.", request_key=k)] * 2
        )

        assert len(winners(results)) == 2
        assert Comment.objects.filter(request_key=key).count() == 1


def test_case_ids_have_no_duplicate_and_no_gap_though_raises_fail() -> None:
    reporter, application = ReporterFactory(), ApplicationFactory()

    def raise_many(writer: int) -> None:
        for number in range(ROUNDS):
            try:
                with transaction.atomic():
                    raise_ticket(
                        actor=reporter,
                        application_code=application.code,
                        title=f"{writer}-{number}",
                        description="One of many.",
                        priority="low",
                    )
                    if (writer + number) % 10 == 0:
                        raise InterruptedError
            except InterruptedError:
                continue

    with track(8) as racing:
        results = racing.race(*[lambda w=writer: raise_many(w) for writer in range(8)])

    assert results == [None] * 8
    assert broken() == []


def test_the_line_stays_dense_while_three_people_move_in_it(two: Track, clock: HeldClock) -> None:
    sm2 = SM2Factory()
    for _ in range(ROUNDS):
        first, second = EngineerFactory(), EngineerFactory()
        line = [a_promise(engineer=first, minutes=600) for _ in range(2)]
        other = a_promise(engineer=second, minutes=600)

        results = two.race(
            lambda a=line[0], to=second: assign_ticket(
                actor=sm2, ticket_id=a.ticket_id, engineer_id=to.pk, assign_anyway=True, comment="There."
            ),
            lambda a=other, to=first: assign_ticket(
                actor=sm2, ticket_id=a.ticket_id, engineer_id=to.pk, assign_anyway=True, comment="Here."
            ),
        )

        assert len(winners(results)) == 2
        two.race(
            lambda a=line[1], who=first: start_ticket(actor=who, ticket_id=a.ticket_id),
            lambda a=line[0], who=second: commit_ticket(actor=who, ticket_id=a.ticket_id, resolution_minutes=700),
        )
