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
from tests.races.harness import Track, rounds, track
from tests.races.invariants import broken
from tests.races.position import rounds_from_here
from workflow.errors import AlreadyCommitted, AssignedBySm2, ChangedSinceLoaded, Conflict, WrongStatus

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_two_scrum_masters_assign_the_same_ticket(two: Track, cast: Cast) -> None:
    """C2: one assignment, one mail, and the other hears who was faster."""
    people = [(cast.sm1, cast.engineer), (cast.sm2, cast.other)]
    ticket = cast.ticket()
    seen = tickets.version_of(ticket)

    def assign(sm: User, engineer: User) -> Assignment:
        return assign_ticket(
            actor=sm, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, comment="x", seen=seen
        )

    for _ in rounds_from_here(5_000):
        results = two.race(*[lambda pair=pair: assign(*pair) for pair in people])

        (won,) = winners(results)
        assert refusals(results) == [ChangedSinceLoaded]
        (told,) = [one for one in results if isinstance(one, ChangedSinceLoaded)]
        assert (told.data["by"], told.data["engineer"]) == (won.assigned_by.name, won.engineer.name)
        assert Assignment.objects.filter(ticket=ticket).count() == 1
        assert Notification.objects.filter(ticket=ticket, kind="assigned").count() == 1


def test_two_scrum_masters_find_the_same_engineer_free(two: Track, cast: Cast) -> None:
    one, other = cast.ticket(), cast.ticket()
    for _ in rounds_from_here():
        results = two.race(
            lambda: assign_ticket(actor=cast.sm1, ticket_id=one.pk, engineer_id=cast.engineer.pk),
            lambda: assign_ticket(actor=cast.sm2, ticket_id=other.pk, engineer_id=cast.engineer.pk),
        )

        assert len(winners(results)) == 1
        assert [refused.__name__ for refused in refusals(results)] == ["EngineerBusy"]


def test_what_sm2_takes_over_is_never_lost_to_sm1(two: Track, cast: Cast) -> None:
    """C1: whoever of the two is first, the ticket ends where SM2 put it and SM1 never changes it again."""
    ticket = cast.given(engineer=EngineerFactory()).ticket
    shown = tickets.version_of(Ticket.objects.select_related("assignment").get(pk=ticket.pk))

    def assign(sm: User, engineer: User, seen: str | None) -> Assignment:
        return assign_ticket(
            actor=sm, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, comment="Mine.", seen=seen
        )

    for number in rounds_from_here(5_000):
        seen = None if number % 2 else shown

        results = two.race(
            lambda v=seen: assign(cast.sm1, cast.engineer, v), lambda v=seen: assign(cast.sm2, cast.other, v)
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


def test_the_engineer_resolves_while_the_sweep_escalates(two: Track, cast: Cast, clock: HeldClock) -> None:
    """C3 at the due time: it has passed, whoever is first."""
    ticket = cast.working(30)
    late = clock.forward(minutes=30)
    for _ in rounds_from_here(5_000):
        two.race(
            lambda: resolve_ticket(actor=cast.engineer, ticket_id=ticket.pk, note="Done."),
            lambda: sweep_escalations(late),
        )

        assert outcome_of(ticket) == ("resolved_escalated", 1, True, {cast.sm1.pk, cast.sm2.pk})


def test_the_engineer_resolves_at_the_last_moment(two: Track, cast: Cast, clock: HeldClock) -> None:
    """C3 a moment before: resolved first it never escalates, escalated first it is resolved after escalation."""
    ticket = cast.working(30)
    late = clock.forward(minutes=29) + timedelta(minutes=1)
    for _ in rounds_from_here(5_000):
        two.race(
            lambda: resolve_ticket(actor=cast.engineer, ticket_id=ticket.pk, note="Done."),
            lambda: sweep_escalations(late),
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
    cast.working(40)
    an_assignment(ticket=cast.ticket(priority="high"), engineer=cast.other, by=cast.sm1)
    cast.ticket(priority="high")
    for _ in rounds_from_here():
        soon = clock.forward(minutes=15)
        two.race(*[lambda now=soon: sweep_reminders(now)] * 2)
        late = clock.forward(minutes=25)
        two.race(*[lambda now=late: sweep_escalations(now)] * 2)
        two.race(*[lambda now=late: sweep_stale(now)] * 2)
        sweep_stale(late)

        found = list(TicketEvent.objects.values_list("action", flat=True))
        once = ("ticket_escalated", "ticket_reminded", "triage_stale", "acceptance_stale")
        assert [found.count(action) for action in once] == [1, 1, 1, 1]


def test_the_engineer_commits_twice_at_once(two: Track, cast: Cast) -> None:
    assignment = cast.given()

    def commit(minutes: int) -> Assignment:
        return commit_ticket(actor=cast.engineer, ticket_id=assignment.ticket_id, resolution_minutes=minutes)

    for _ in rounds_from_here():
        results = two.race(lambda: commit(60), lambda: commit(90))

        assert len(winners(results)) == 1
        assert refusals(results) == [AlreadyCommitted]


@pytest.mark.parametrize("act", ["start", "resolve", "withdraw", "priority"])
def test_the_same_act_at_once_happens_once(two: Track, cast: Cast, act: str) -> None:
    engineer = cast.engineer
    if act == "start":
        ticket = cast.promised().ticket
        run = lambda: start_ticket(actor=engineer, ticket_id=ticket.pk)  # noqa: E731
    elif act == "resolve":
        ticket = cast.working()
        run = lambda: resolve_ticket(actor=engineer, ticket_id=ticket.pk, note="Done.")  # noqa: E731
    elif act == "withdraw":
        ticket = cast.ticket()
        run = lambda: withdraw_ticket(actor=cast.reporter, ticket_id=ticket.pk, reason="Gone.")  # noqa: E731
    else:
        ticket = cast.ticket()
        run = lambda: change_priority(actor=cast.sm1, ticket_id=ticket.pk, priority="high", reason="Now.")  # noqa: E731

    for _ in rounds_from_here():
        results = two.race(run, run)

        assert len(winners(results)) == 1
        assert len(refusals(results)) == 1


def test_one_takes_back_what_another_assigns(two: Track, cast: Cast) -> None:
    ticket = cast.ticket()
    for _ in rounds_from_here():
        results = two.race(
            lambda: withdraw_ticket(actor=cast.reporter, ticket_id=ticket.pk, reason="Gone."),
            lambda: assign_ticket(actor=cast.sm1, ticket_id=ticket.pk, engineer_id=cast.engineer.pk),
        )

        assert len(winners(results)) == 1
        assert refusals(results) == [WrongStatus]
        assert issubclass(WrongStatus, Conflict)


def test_one_form_sent_twice_at_once_raises_one_ticket(two: Track) -> None:
    reporter, application, key = ReporterFactory(), ApplicationFactory(), uuid4()
    SM1Factory()

    def send() -> Ticket:
        return raise_ticket(
            actor=reporter,
            application_code=application.code,
            title="Twice",
            description="Clicked twice.",
            priority="low",
            request_key=key,
        )

    for _ in rounds_from_here():
        results = two.race(send, send)

        assert len(winners(results)) == 2
        assert results[0] == results[1]
        assert Notification.objects.filter(kind="raised").count() == 1


def test_one_comment_sent_twice_at_once_stands_once(two: Track) -> None:
    ticket, key = a_ticket(), uuid4()

    def send() -> Comment:
        return add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body="Hello.", request_key=key)

    for _ in rounds_from_here():
        results = two.race(send, send)

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
