"""Acts at the same moment, from connections of their own: one wins, the other hears why, nothing is half-done.

Proves T1, A2, A5, A6, C1-C5 and E1 under contention.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from helpdesk.models import Assignment, Comment, Notification, SLARecord, Ticket, TicketEvent, User
from helpdesk.selectors import tickets
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.comments import add_comment
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.staleness import sweep_stale
from helpdesk.services.tickets import change_priority, raise_ticket, resolve_ticket, start_ticket, withdraw_ticket
from tests.clock import HeldClock
from tests.factories import ApplicationFactory, EngineerFactory, ReporterFactory, SM1Factory, a_ticket, an_assignment
from tests.races.cast import Cast, refusals, winners
from tests.races.harness import ROUNDS, Track, rounds, track
from tests.races.invariants import broken
from workflow.errors import AlreadyCommitted, AssignedBySm2, ChangedSinceLoaded, Conflict, WrongStatus

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_two_scrum_masters_assign_the_same_ticket(two: Track, cast: Cast) -> None:
    """C2: one assignment, one mail, and the other hears who was faster."""
    people = [(cast.sm1, cast.engineer), (cast.sm2, cast.other)]
    for _ in rounds(5_000):
        ticket = cast.ticket()
        seen = tickets.version_of(ticket)

        def assign(sm: User, engineer: User, ticket: Ticket = ticket, seen: str = seen) -> Assignment:
            return assign_ticket(
                actor=sm, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, comment="x", seen=seen
            )

        results = two.race(*[lambda pair=pair: assign(*pair) for pair in people])

        (won,) = winners(results)
        assert refusals(results) == [ChangedSinceLoaded]
        (told,) = [one for one in results if isinstance(one, ChangedSinceLoaded)]
        assert (told.data["by"], told.data["engineer"]) == (won.assigned_by.name, won.engineer.name)
        assert Assignment.objects.filter(ticket=ticket).count() == 1
        assert Notification.objects.filter(ticket=ticket, kind="assigned").count() == 1
        clear(ticket)


def clear(ticket: Ticket) -> None:
    """Have it resolved, so that the line of its engineer stays short however many rounds there are."""
    assignment = Assignment.objects.select_related("engineer").get(ticket=ticket, is_active=True)
    with transaction.atomic():
        start_ticket(actor=assignment.engineer, ticket_id=ticket.pk, resolution_minutes=600)
        resolve_ticket(actor=assignment.engineer, ticket_id=ticket.pk, note="Done.")


def test_two_scrum_masters_find_the_same_engineer_free(two: Track, cast: Cast) -> None:
    for _ in rounds():
        engineer, pair = EngineerFactory(), [cast.ticket(), cast.ticket()]

        results = two.race(
            lambda e=engineer, t=pair[0]: assign_ticket(actor=cast.sm1, ticket_id=t.pk, engineer_id=e.pk),
            lambda e=engineer, t=pair[1]: assign_ticket(actor=cast.sm2, ticket_id=t.pk, engineer_id=e.pk),
        )

        assert len(winners(results)) == 1
        assert [refused.__name__ for refused in refusals(results)] == ["EngineerBusy"]


def test_what_sm2_takes_over_is_never_lost_to_sm1(two: Track, cast: Cast) -> None:
    """C1: whoever of the two is first, the ticket ends where SM2 put it and SM1 never changes it again."""
    for number in rounds(5_000):
        ticket = cast.given(engineer=EngineerFactory()).ticket
        seen = None if number % 2 else tickets.version_of(Ticket.objects.select_related("assignment").get(pk=ticket.pk))

        results = two.race(
            lambda t=ticket, v=seen: assign_ticket(
                actor=cast.sm1,
                ticket_id=t.pk,
                engineer_id=cast.engineer.pk,
                assign_anyway=True,
                comment="As SM1.",
                seen=v,
            ),
            lambda t=ticket, v=seen: assign_ticket(
                actor=cast.sm2, ticket_id=t.pk, engineer_id=cast.other.pk, assign_anyway=True, comment="As SM2.", seen=v
            ),
        )

        now = Assignment.objects.get(ticket=ticket, is_active=True)
        as_sm1, as_sm2 = results
        if seen is None:
            assert (now.engineer, now.level) == (cast.other, "sm2")
            assert not isinstance(as_sm2, Exception)
            assert isinstance(as_sm1, AssignedBySm2 | Assignment)
        else:
            (won,) = winners(results)
            assert (now, refusals(results)) == (won, [ChangedSinceLoaded])
        clear(ticket)


def test_the_engineer_resolves_while_the_sweep_escalates(two: Track, cast: Cast, clock: HeldClock) -> None:
    """C3 at the due time: it has passed, whoever is first."""
    for _ in rounds(5_000):
        ticket = cast.working(30)
        late = clock.forward(minutes=30)

        two.race(
            lambda t=ticket: resolve_ticket(actor=cast.engineer, ticket_id=t.pk, note="Done."),
            lambda now=late: sweep_escalations(now),
        )

        assert outcome_of(ticket) == ("resolved_escalated", 1, True, {cast.sm1.pk, cast.sm2.pk})


def test_the_engineer_resolves_at_the_last_moment(two: Track, cast: Cast, clock: HeldClock) -> None:
    """C3 a moment before: resolved first it never escalates, escalated first it is resolved after escalation."""
    for _ in rounds(5_000):
        ticket = cast.working(30)
        clock.forward(minutes=29)

        two.race(
            lambda t=ticket: resolve_ticket(actor=cast.engineer, ticket_id=t.pk, note="Done."),
            lambda now=clock.moment + timedelta(minutes=1): sweep_escalations(now),
        )

        assert outcome_of(ticket) in (
            ("resolved", 0, False, set()),
            ("resolved_escalated", 1, True, {cast.sm1.pk, cast.sm2.pk}),
        )


def outcome_of(ticket: Ticket) -> tuple[str, int, bool, set[int]]:
    """Status, escalations, breach, and who got a mail about the escalation."""
    ticket.refresh_from_db()
    return (
        ticket.status,
        TicketEvent.objects.filter(ticket=ticket, action="ticket_escalated").count(),
        SLARecord.objects.get(ticket=ticket).breached,
        set(Notification.objects.filter(ticket=ticket, kind="escalated").values_list("recipient", flat=True)),
    )


def test_two_clusters_sweep_at_once(two: Track, cast: Cast, clock: HeldClock) -> None:
    for _ in rounds():
        cast.working(40, engineer=EngineerFactory())
        an_assignment(ticket=cast.ticket(priority="high"), engineer=EngineerFactory(), by=cast.sm1)
        cast.ticket(priority="high")
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


def test_the_engineer_commits_twice_at_once(two: Track, cast: Cast) -> None:
    for _ in rounds():
        engineer = EngineerFactory()
        assignment = cast.given(engineer)
        commit = lambda m, a=assignment, e=engineer: commit_ticket(actor=e, ticket_id=a.ticket_id, resolution_minutes=m)  # noqa: E731

        results = two.race(lambda c=commit: c(60), lambda c=commit: c(90))

        assert len(winners(results)) == 1
        assert refusals(results) == [AlreadyCommitted]


@pytest.mark.parametrize("act", ["start", "resolve", "withdraw", "priority"])
def test_the_same_act_at_once_happens_once(two: Track, cast: Cast, act: str) -> None:
    for _ in rounds():
        engineer = EngineerFactory()
        if act == "start":
            ticket = cast.promised(engineer=engineer).ticket
            run = lambda t=ticket, e=engineer: start_ticket(actor=e, ticket_id=t.pk)  # noqa: E731
        elif act == "resolve":
            ticket = cast.working(engineer=engineer)
            run = lambda t=ticket, e=engineer: resolve_ticket(actor=e, ticket_id=t.pk, note="Done.")  # noqa: E731
        elif act == "withdraw":
            ticket = cast.ticket()
            run = lambda t=ticket: withdraw_ticket(actor=t.reporter, ticket_id=t.pk, reason="Gone.")  # noqa: E731
        else:
            ticket = cast.ticket()
            run = lambda t=ticket: change_priority(actor=cast.sm1, ticket_id=t.pk, priority="high", reason="Now.")  # noqa: E731

        results = two.race(run, run)

        assert len(winners(results)) == 1
        assert len(refusals(results)) == 1


def test_one_takes_back_what_another_assigns(two: Track, cast: Cast) -> None:
    for _ in rounds():
        ticket, engineer = cast.ticket(), EngineerFactory()

        results = two.race(
            lambda t=ticket: withdraw_ticket(actor=t.reporter, ticket_id=t.pk, reason="Gone."),
            lambda t=ticket, e=engineer: assign_ticket(actor=cast.sm1, ticket_id=t.pk, engineer_id=e.pk),
        )

        assert len(winners(results)) == 1
        assert refusals(results) == [WrongStatus]
        assert issubclass(WrongStatus, Conflict)


def test_one_form_sent_twice_at_once_raises_one_ticket(two: Track) -> None:
    reporter, application = ReporterFactory(), ApplicationFactory()
    SM1Factory()
    for round_ in rounds():
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
    for _ in rounds():
        key = uuid4()

        results = two.race(
            *[lambda k=key: add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body="Hello.", request_key=k)] * 2
        )

        assert len(winners(results)) == 2
        assert Comment.objects.filter(request_key=key).count() == 1


def test_case_ids_have_no_duplicate_and_no_gap_though_raises_fail() -> None:
    reporter, application = ReporterFactory(), ApplicationFactory()

    def raise_many(writer: int) -> None:
        for number in rounds():
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
