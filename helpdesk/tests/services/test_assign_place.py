"""Assigning to a place in line (A2, A3, A5, A6, C2, C6, E1, E3)."""

from datetime import timedelta

import pytest

from helpdesk.models import Assignment, DeskSettings, Notification, TicketEvent, User
from helpdesk.selectors import queues
from helpdesk.services.assignment import assign_ticket
from helpdesk.tests.services.lined import line, places, rows
from tests.clock import HeldClock
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.errors import (
    AssignedBySm2,
    CommentRequired,
    EngineerBusy,
    FieldInvalid,
    OverrideOff,
    QueueChanged,
    SameEngineer,
)

pytestmark = pytest.mark.django_db


HOUR = timedelta(hours=1)


def test_assign_ticket_to_a_place_goes_ahead_and_moves_those_behind(asha: User, clock: HeldClock) -> None:
    sm1 = SM1Factory(name="Mira")
    a, b = a_promise(engineer=asha, by=sm1, minutes=60), a_promise(engineer=asha, by=sm1, minutes=60)
    ticket = a_ticket(priority="high")
    clock.forward(minutes=10)

    given = assign_ticket(
        actor=sm1, ticket_id=ticket.pk, engineer_id=asha.pk, assign_anyway=True, place=2, comment="Month end."
    )

    assert line(asha) == [a.pk, given.pk, b.pk]
    assert places(asha) == [1, 2, 3]
    assert (given.starts_at, given.due_at, given.queued_after) == (a.due_at, a.due_at + 4 * HOUR, a)
    b.refresh_from_db()
    assert b.due_at == a.due_at + 5 * HOUR
    assigned = TicketEvent.objects.get(ticket=ticket, action="ticket_assigned")
    assert (assigned.metadata["queued_after"], assigned.metadata["due_at"]) == (
        a.ticket.case_id,
        given.due_at.isoformat(),
    )
    pushed = TicketEvent.objects.filter(ticket=b.ticket).latest("pk")
    assert (pushed.action, pushed.metadata["cause"]) == (
        "due_moved",
        f"Mira put {ticket.case_id} ahead in the line of Asha",
    )
    assert not TicketEvent.objects.filter(action="queue_reordered").exists()
    mail = Notification.objects.get(kind="due_moved")
    assert [move["case_id"] for move in mail.payload["moves"]] == [b.ticket.case_id]


@pytest.mark.parametrize("place", [None, 3, 4, 900])
def test_without_a_place_or_beyond_the_end_it_is_the_last(asha: User, place: int | None) -> None:
    a, b = a_promise(engineer=asha), a_promise(engineer=asha)

    given = assign_ticket(
        actor=SM1Factory(), ticket_id=a_ticket().pk, engineer_id=asha.pk, assign_anyway=True, place=place
    )

    assert line(asha) == [a.pk, b.pk, given.pk]
    assert given.starts_at == b.due_at
    assert not TicketEvent.objects.filter(action="due_moved").exists()


def test_a_place_ahead_of_a_promise_needs_a_comment_and_one_below_1_is_none(asha: User) -> None:
    first, ticket, sm1 = a_promise(engineer=asha), a_ticket(), SM1Factory()
    before = rows()

    with pytest.raises(CommentRequired) as refused:
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=asha.pk, assign_anyway=True, place=1)
    assert refused.value.data["case_ids"] == [first.ticket.case_id]
    with pytest.raises(FieldInvalid):
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=asha.pk, assign_anyway=True, place=0, comment="x")
    assert rows() == before


def test_a2_as_sm1_nothing_goes_ahead_of_what_sm2_assigned(asha: User) -> None:
    fixed, ticket = an_assignment(engineer=asha, by=SM2Factory()), a_ticket()

    with pytest.raises(AssignedBySm2) as refused:
        assign_ticket(actor=SM1Factory(), ticket_id=ticket.pk, engineer_id=asha.pk, assign_anyway=True, place=1)
    assert refused.value.data["case_id"] == fixed.ticket.case_id
    assign_ticket(actor=SM2Factory(), ticket_id=ticket.pk, engineer_id=asha.pk, assign_anyway=True, place=1)

    assert len(line(asha)) == 2


def test_a5_the_busy_prompt_names_the_times_of_that_place(asha: User) -> None:
    a_promise(engineer=asha, minutes=60)
    second = a_promise(engineer=asha, minutes=60)

    with pytest.raises(EngineerBusy) as busy:
        assign_ticket(actor=SM1Factory(), ticket_id=a_ticket().pk, engineer_id=asha.pk, place=2, comment="x")

    assert busy.value.data["starts_at"] == second.starts_at
    assert len(busy.value.data["open_tickets"]) == 2


def test_a_ticket_goes_to_a_place_in_the_line_of_another_engineer(asha: User) -> None:
    ben, sm1 = EngineerFactory(name="Ben"), SM1Factory()
    a, b, c = (a_promise(engineer=asha, by=sm1, minutes=60) for _ in range(3))
    x, y = (a_promise(engineer=ben, by=sm1, minutes=60) for _ in range(2))

    given = assign_ticket(
        actor=sm1, ticket_id=a.ticket_id, engineer_id=ben.pk, assign_anyway=True, place=1, comment="Ben knows it."
    )

    assert (line(asha), line(ben)) == ([b.pk, c.pk], [given.pk, x.pk, y.pk])
    assert (places(asha), places(ben)) == ([1, 2], [1, 2, 3])
    assert {one.due_at for one in Assignment.objects.filter(pk__in=(b.pk, c.pk))} == {b.due_at, c.due_at}
    assert set(Notification.objects.filter(ticket=a.ticket, kind="reassigned").values_list("recipient", flat=True)) == {
        asha.pk,
        ben.pk,
    }


def test_a2_a3_a_move_to_another_engineer_is_a_reassignment(asha: User) -> None:
    by_sm2, by_sm1 = an_assignment(by=SM2Factory()), an_assignment(by=SM1Factory())
    sm1, sm2 = SM1Factory(), SM2Factory()

    with pytest.raises(AssignedBySm2):
        assign_ticket(actor=sm1, ticket_id=by_sm2.ticket_id, engineer_id=asha.pk, place=1, comment="x")
    with pytest.raises(CommentRequired):
        assign_ticket(actor=sm1, ticket_id=by_sm1.ticket_id, engineer_id=asha.pk, place=1)
    with pytest.raises(SameEngineer):
        assign_ticket(actor=sm1, ticket_id=by_sm1.ticket_id, engineer_id=by_sm1.engineer_id, place=1, comment="x")
    DeskSettings.objects.update_or_create(pk=1, defaults={"sm2_may_override": False})
    with pytest.raises(OverrideOff):
        assign_ticket(actor=sm2, ticket_id=by_sm1.ticket_id, engineer_id=asha.pk, place=1, comment="x")
    assert line(asha) == []


def test_e3_an_escalated_ticket_takes_no_place(asha: User, clock: HeldClock) -> None:
    late = in_progress(minutes=30)
    clock.forward(hours=1)
    waiting = a_promise(engineer=asha, minutes=60)
    broken_due = late.assignment.due_at if late.assignment else None

    given = assign_ticket(actor=SM2Factory(), ticket_id=late.pk, engineer_id=asha.pk, place=1, comment="Help her.")

    assert (given.place, given.starts_at, given.due_at) == (None, None, broken_due)
    waiting.refresh_from_db()
    assert (waiting.place, line(asha)) == (1, [waiting.pk])


def test_e1_a_passed_promise_in_the_line_is_escalated_before_it_is_planned_anew(asha: User, clock: HeldClock) -> None:
    a, b, c = (a_promise(engineer=asha, minutes=60) for _ in range(3))
    clock.forward(hours=1)

    given = assign_ticket(
        actor=SM2Factory(), ticket_id=a_ticket().pk, engineer_id=asha.pk, assign_anyway=True, place=3, comment="x"
    )

    a.refresh_from_db()
    assert (a.ticket.status, a.place) == ("escalated", None)
    assert line(asha) == [b.pk, given.pk, c.pk]


def test_a6_a_line_that_changed_since_the_actor_looked_is_a_conflict(asha: User) -> None:
    ticket, other = a_ticket(), a_ticket()
    seen = queues.queue_version(asha.pk)
    assign_ticket(actor=SM1Factory(name="Mira"), ticket_id=other.pk, engineer_id=asha.pk)

    with pytest.raises(QueueChanged) as refused:
        assign_ticket(
            actor=SM2Factory(), ticket_id=ticket.pk, engineer_id=asha.pk, place=1, assign_anyway=True, line_seen=seen
        )

    assert f"{other.case_id}: Mira assigned it" in refused.value.sentence
    assert len(line(asha)) == 1
