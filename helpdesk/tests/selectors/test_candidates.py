"""Whom tickets can be given to: what is told before is what is stored afterwards, at any number of engineers (B02, A7)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Assignment, Ticket, TicketEvent, User
from helpdesk.selectors import lines, queues
from helpdesk.selectors.candidates import Candidate, candidates
from helpdesk.services.assignment import assign_many, assign_ticket
from helpdesk.services.escalations import sweep_escalations
from tests.clock import NOON, held
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.errors import AssignedBySm2, CommentRequired, LevelNotHeld
from workflow.states import Level
from workflow.whatif import Delay

pytestmark = pytest.mark.django_db


def of(engineer: User, found: list[Candidate]) -> Candidate:
    """The row of this engineer."""
    return next(one for one in found if one.engineer == engineer)


def statements(tickets: list[Ticket], by: User) -> int:
    """How many statements reading the pool takes, once it is known who asks and about what."""
    candidates(tickets, by=by, now=held())
    with CaptureQueriesContext(
        connection,
    ) as captured:
        candidates(tickets, by=by, now=held())
    return len(captured)


def a_line(engineer: User) -> tuple[Ticket, Assignment, Assignment]:
    """One at work until 14:00, a promise behind it until 15:00, an expectation behind that."""
    return (
        in_progress(engineer=engineer, minutes=120),
        a_promise(engineer=engineer, minutes=60),
        an_assignment(engineer=engineer),
    )


def test_pool_stands_by_earliest_finish_with_what_each_holds():
    free, short, long_ = EngineerFactory(name="Free"), EngineerFactory(name="Short"), EngineerFactory(name="Long")
    EngineerFactory(is_active=False)
    UserFactory(roles=["reporter"])
    working = in_progress(engineer=short, minutes=60)
    in_progress(engineer=long_, minutes=600)

    found = candidates([a_ticket(priority="high")], by=SM1Factory(), now=NOON)

    assert [(one.engineer, one.is_busy) for one in found] == [(free, False), (short, True), (long_, True)]
    assert (found[1].in_progress, found[1].open, found[1].held) == ((working.case_id,), 1, (working.case_id,))
    assert found[1].starts_at == NOON + timedelta(hours=1)
    assert found[1].due_at == found[1].finish_at == NOON + timedelta(hours=5)
    assert found[0].ahead is None, "nobody waits, so there is no other place"


def test_one_engineer_can_be_asked_about_alone():
    asha, _other = EngineerFactory(), EngineerFactory()
    sm1, ticket = SM1Factory(), a_ticket()

    assert [one.engineer for one in candidates([ticket], by=sm1, now=NOON, only=asha.pk)] == [asha]
    assert candidates([ticket], by=sm1, now=NOON, only=sm1.pk) == []


def test_same_statements_for_one_and_for_many_engineers():
    sm1, ticket = SM1Factory(), a_ticket()
    a_line(EngineerFactory())
    few = statements([ticket], sm1)
    for engineer in EngineerFactory.create_batch(30)[:5]:
        a_line(engineer)

    assert statements([ticket], sm1) == few
    assert statements([ticket, a_ticket(), a_ticket()], sm1) == few
    assert few <= 6


def test_queues_read_as_values_are_those_read_one_by_one():
    engineers = EngineerFactory.create_batch(3)
    a_line(engineers[0])
    a_line(engineers[1])
    late = a_promise(engineer=engineers[1], by=SM2Factory(), minutes=5000)
    held.forward(hours=20)
    sweep_escalations(now=held())

    found = lines.queues_of([engineer.pk for engineer in engineers])

    assert found == {engineer.pk: queues.queue_of(engineer.pk) for engineer in engineers}
    assert found[engineers[1].pk].slot(late.pk).level is Level.SM2
    assert lines.queues_of([]) == {}


@pytest.mark.parametrize("minutes_later", [0, 150])
def test_end_of_the_line_is_stored_as_it_was_told(minutes_later):
    engineer, sm1, ticket = EngineerFactory(), SM1Factory(), a_ticket()
    a_line(engineer)
    held.forward(minutes=minutes_later)
    told = of(engineer, candidates([ticket], by=sm1, now=held()))

    stored = assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True)

    assert (told.starts_at, told.due_at) == (stored.starts_at, stored.due_at)
    assert told.planned[0].behind == stored.queued_after.ticket.case_id


def test_first_in_line_is_stored_as_it_was_told_with_every_due_time_it_moves():
    engineer, sm1, ticket = EngineerFactory(), SM1Factory(), a_ticket(priority="high")
    working, promise, expected = a_line(engineer)
    told = of(engineer, candidates([ticket], by=sm1, now=held())).ahead

    stored = assign_ticket(
        actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, place=1, comment="The boss waits"
    )

    assert told.would_be_late == (Delay(case_id=promise.ticket.case_id, minutes=240),)
    assert (told.planned.starts_at, told.planned.due_at) == (stored.starts_at, stored.due_at)
    assert told.planned.behind == working.case_id
    moved = {move.ref: (move.starts_to, move.due_to) for move in told.plan.moves if move.ref > 0}
    kept = {one.pk: (one.starts_at, one.due_at) for one in Assignment.objects.filter(pk__in=[promise.pk, expected.pk])}
    assert moved == kept


def test_first_in_line_without_the_comment_is_refused_for_those_it_was_told_for():
    engineer, sm1, ticket = EngineerFactory(), SM1Factory(), a_ticket()
    _working, promise, _expected = a_line(engineer)
    told = of(engineer, candidates([ticket], by=sm1, now=held())).ahead
    before = TicketEvent.objects.count()

    with pytest.raises(CommentRequired) as refused:
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, place=1)

    assert refused.value.data["case_ids"] == [delay.case_id for delay in told.would_be_late] == [promise.ticket.case_id]
    assert TicketEvent.objects.count() == before


def test_a_promise_that_has_passed_is_no_longer_asked_about():
    engineer, sm1, ticket = EngineerFactory(), SM1Factory(), a_ticket()
    passed = a_promise(engineer=engineer, minutes=60)
    an_assignment(engineer=engineer)
    held.forward(hours=2)
    told = of(engineer, candidates([ticket], by=sm1, now=held())).ahead

    stored = assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, place=1)

    assert told.would_be_late == ()
    assert (told.planned.starts_at, told.planned.due_at) == (stored.starts_at, stored.due_at)
    assert Ticket.objects.get(pk=passed.ticket_id).status == "escalated"


def test_a_ticket_that_waits_for_what_nobody_began_would_be_late_with_it():
    engineer, sm1 = EngineerFactory(), SM1Factory()
    waiting = a_promise(engineer=engineer, minutes=120)
    held.forward(minutes=90)

    told = of(engineer, candidates([a_ticket()], by=sm1, now=held()))

    assert (told.late_minutes, told.behind) == (90, waiting.ticket.case_id)
    assert told.finish_at == told.due_at + timedelta(minutes=90)


def test_a2_sm1_may_not_displace_what_sm2_assigned_and_reads_by_whom():
    engineer, sm1, ravi = EngineerFactory(), SM1Factory(), SM2Factory(name="Ravi Menon")
    theirs = an_assignment(engineer=engineer, by=ravi)
    ticket = a_ticket()

    as_sm1 = of(engineer, candidates([ticket], by=sm1, now=held()))
    as_sm2 = of(engineer, candidates([ticket], by=ravi, now=held()))
    with pytest.raises(AssignedBySm2) as refused:
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True, place=1)

    assert as_sm1.ahead_refused == refused.value.sentence
    assert as_sm1.ahead_refused == f"{theirs.ticket.case_id} was assigned by SM2 Ravi Menon; only SM2 can change it."
    assert as_sm2.ahead_refused == ""


def test_level_is_that_of_the_tab_and_one_the_person_holds():
    engineer, both = EngineerFactory(), UserFactory(roles=["sm1", "sm2"])
    an_assignment(engineer=engineer, by=SM2Factory())
    ticket = a_ticket()

    assert of(engineer, candidates([ticket], by=both, now=held(), level=Level.SM1)).ahead_refused
    assert not of(engineer, candidates([ticket], by=both, now=held())).ahead_refused
    with pytest.raises(LevelNotHeld):
        candidates([ticket], by=SM1Factory(), now=held(), level=Level.SM2)


@pytest.mark.parametrize("is_swept", [True, False])
def test_an_escalated_ticket_finds_nobody_busy_and_keeps_its_due_time(is_swept):
    busy, promise = EngineerFactory(), a_promise(minutes=60)
    a_line(busy)
    held.forward(hours=2)
    if is_swept:
        sweep_escalations(now=held())
    ticket = Ticket.objects.select_related("application", "assignment__engineer").get(pk=promise.ticket_id)

    told = of(busy, candidates([ticket], by=SM2Factory(), now=held()))

    assert (told.is_busy, told.starts_at, told.due_at, told.ahead) == (False, None, promise.due_at, None)
    assert told.late_minutes is None


def test_several_tickets_are_stored_as_they_were_told_in_their_order():
    engineer, sm1 = EngineerFactory(), SM1Factory()
    a_line(engineer)
    tickets = [a_ticket(priority=priority) for priority in ("low", "high", "medium")]
    told = of(engineer, candidates(tickets, by=sm1, now=held()))

    stored = assign_many(actor=sm1, ticket_ids=[one.pk for one in tickets], engineer_id=engineer.pk, assign_anyway=True)

    assert [(one.starts_at, one.due_at) for one in told.planned] == [(one.starts_at, one.due_at) for one in stored]
    assert (told.starts_at, told.due_at) == (stored[0].starts_at, stored[-1].due_at)
    assert told.ahead is None, "several tickets go to the end"
