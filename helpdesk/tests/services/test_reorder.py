"""Putting an engineer's waiting tickets in another order (A2, A3, A4, C6, C8, T5)."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import (
    Assignment,
    DeskSettings,
    Notification,
    TicketEvent,
    User,
)
from helpdesk.selectors import queues
from helpdesk.services.reordering import reorder_cases, reorder_queue
from helpdesk.tests.services.lined import due, line, three_promises
from tests.clock import HeldClock
from tests.factories import (
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    an_assignment,
    in_progress,
)
from workflow.errors import (
    AssignedBySm2,
    CommentRequired,
    FieldInvalid,
    LevelNotHeld,
    PersonMissing,
    QueueChanged,
    RoleNeeded,
    RoleNotAssigned,
    WorkflowError,
)
from workflow.states import Level
from workflow.texts import COMMENT_MAX

pytestmark = pytest.mark.django_db


HOUR = timedelta(hours=1)


def test_reorder_queue_plans_from_the_first_changed_place_on(asha: User, clock: HeldClock) -> None:
    a, b, c = three_promises(asha)
    clock.forward(minutes=10)

    plan = reorder_queue(actor=SM1Factory(), engineer_id=asha.pk, order=[a.pk, c.pk, b.pk], comment="Month end.")

    assert line(asha) == [a.pk, c.pk, b.pk] == [slot.ref for slot in plan.queue.waiting]
    start = a.starts_at
    assert start is not None
    assert [due(one) for one in (a, c, b)] == [start + HOUR, start + 2 * HOUR, start + 3 * HOUR]
    assert [slot.due_at for slot in queues.queue_of(asha.pk).waiting] == [slot.due_at for slot in plan.queue.waiting]


def test_t5_each_ticket_it_changes_has_one_event_and_the_engineer_one_mail(asha: User) -> None:
    a, b, c = three_promises(asha)
    sm1 = SM1Factory(name="Mira")
    before = TicketEvent.objects.count()

    reorder_queue(actor=sm1, engineer_id=asha.pk, order=[c.pk, a.pk, b.pk], comment="The board waits.")

    events = {event.ticket_id: event for event in TicketEvent.objects.order_by("pk")[before:]}
    assert len(events) == TicketEvent.objects.count() - before == 3
    moved = events[c.ticket_id]
    assert (moved.action, moved.actor, moved.metadata["place_from"], moved.metadata["place_to"]) == (
        "queue_reordered", sm1, 3, 1,
    )  # fmt: skip
    assert (moved.metadata["level"], moved.metadata["comment"]) == ("sm1", "The board waits.")
    assert moved.metadata["due_to"] == due(c).isoformat()
    for pushed in (a, b):
        told = events[pushed.ticket_id]
        assert (told.action, told.metadata["comment"]) == ("due_moved", "The board waits.")
        assert told.metadata["cause"] == f"Mira moved {c.ticket.case_id} in the line of Asha"
        assert (told.metadata["due_from"], told.metadata["due_to"]) == (
            pushed.due_at.isoformat(),
            due(pushed).isoformat(),
        )
    mail = Notification.objects.get(kind="due_moved")
    assert mail.recipient == asha
    assert [move["case_id"] for move in mail.payload["moves"]] == [one.ticket.case_id for one in (c, a, b)]
    assert mail.payload["comment"] == "The board waits."


def test_an_order_of_expected_tickets_is_told_to_nobody_and_needs_no_comment(asha: User) -> None:
    first, second = an_assignment(engineer=asha), an_assignment(engineer=asha)

    reorder_queue(actor=SM1Factory(), engineer_id=asha.pk, order=[second.pk, first.pk])

    assert line(asha) == [second.pk, first.pk]
    assert not Notification.objects.filter(kind="due_moved").exists()
    assert TicketEvent.objects.filter(action__in=("queue_reordered", "due_moved")).count() == 2


def test_the_present_order_is_no_decision(asha: User, clock: HeldClock) -> None:
    a, b, c = three_promises(asha)
    before = TicketEvent.objects.count(), [due(one) for one in (a, b, c)]
    clock.forward(minutes=30)

    plan = reorder_queue(actor=SM1Factory(), engineer_id=asha.pk, order=[a.pk, b.pk, c.pk])

    assert plan.moves == ()
    assert (TicketEvent.objects.count(), [due(one) for one in (a, b, c)]) == before


def test_c6_delaying_a_promise_needs_a_comment_that_names_it(asha: User) -> None:
    a, b, c = three_promises(asha)

    with pytest.raises(CommentRequired) as refused:
        reorder_queue(actor=SM1Factory(), engineer_id=asha.pk, order=[b.pk, a.pk, c.pk], comment=" ")

    assert refused.value.data["case_ids"] == [a.ticket.case_id]
    assert line(asha) == [a.pk, b.pk, c.pk]


def test_a_comment_keeps_its_limit(asha: User) -> None:
    a, b, c = three_promises(asha)

    with pytest.raises(FieldInvalid):
        reorder_queue(
            actor=SM1Factory(), engineer_id=asha.pk, order=[b.pk, a.pk, c.pk], comment="x" * (COMMENT_MAX + 1)
        )


def test_tickets_in_progress_stay_ahead_of_every_order(asha: User, clock: HeldClock) -> None:
    working = in_progress(engineer=asha, minutes=120)
    a, b = a_promise(engineer=asha, minutes=60), a_promise(engineer=asha, minutes=60)
    assert working.assignment is not None

    reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=[b.pk, a.pk], comment="So.")

    assert [due(one) for one in (working.assignment, b, a)] == [clock.moment + hours * HOUR for hours in (2, 3, 4)]


@pytest.mark.parametrize("level", [None, Level.SM1])
def test_a2_as_sm1_nothing_of_sm2_moves_and_the_whole_order_is_refused(asha: User, level: Level | None) -> None:
    sm2 = SM2Factory(name="Grace")
    a, b, c = three_promises(asha)
    fixed = a_promise(engineer=asha, by=sm2, minutes=60)
    last = a_promise(engineer=asha, minutes=60)
    sm1 = SM1Factory()
    before = line(asha), [due(one) for one in (a, b, c, fixed, last)]

    with pytest.raises(AssignedBySm2) as refused:
        reorder_queue(
            actor=sm1,
            engineer_id=asha.pk,
            order=[a.pk, b.pk, c.pk, last.pk, fixed.pk],
            level=level,
            comment="Mine first.",
        )

    assert refused.value.sentence == f"{fixed.ticket.case_id} was assigned by SM2 Grace; only SM2 can change it."
    assert (line(asha), [due(one) for one in (a, b, c, fixed, last)]) == before
    reorder_queue(
        actor=sm1, engineer_id=asha.pk, order=[b.pk, a.pk, c.pk, fixed.pk, last.pk], level=level, comment="Around it."
    )
    assert line(asha) == [b.pk, a.pk, c.pk, fixed.pk, last.pk]


def test_a2_a_person_holding_both_levels_moves_it_as_sm2_and_not_as_sm1(asha: User) -> None:
    both = UserFactory(roles=["sm1", "sm2"])
    fixed, other = a_promise(engineer=asha, by=SM2Factory()), a_promise(engineer=asha, by=SM1Factory())
    order = [other.pk, fixed.pk]

    with pytest.raises(AssignedBySm2):
        reorder_queue(actor=both, engineer_id=asha.pk, order=order, level=Level.SM1, comment="As SM1.")
    reorder_queue(actor=both, engineer_id=asha.pk, order=order, comment="As SM2.")

    assert line(asha) == order


def test_a3_with_the_switch_off_sm2_still_reorders_what_sm1_assigned(asha: User) -> None:
    DeskSettings.objects.update_or_create(pk=1, defaults={"sm2_may_override": False})
    a, b, c = three_promises(asha, by=SM1Factory())

    reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=[c.pk, b.pk, a.pk], comment="Turned round.")

    assert line(asha) == [c.pk, b.pk, a.pk]
    assert set(Assignment.objects.filter(engineer=asha).values_list("level", flat=True)) == {"sm1"}


@pytest.mark.parametrize(
    ("roles", "level", "error"),
    [
        pytest.param(["sm1"], Level.SM2, LevelNotHeld, id="A4 a level not held"),
        pytest.param(["sm2"], Level.SM1, LevelNotHeld, id="A4 nor the lower one"),
        pytest.param(["engineer"], None, RoleNeeded, id="an engineer"),
        pytest.param(["admin", "ra"], None, RoleNeeded, id="an admin"),
        pytest.param([], None, RoleNotAssigned, id="P6 no role"),
    ],
)
def test_who_may_not(asha: User, roles: list[str], level: Level | None, error: type[WorkflowError]) -> None:
    a, b, c = three_promises(asha)

    with pytest.raises(error):
        reorder_queue(
            actor=UserFactory(roles=roles), engineer_id=asha.pk, order=[b.pk, a.pk, c.pk], level=level, comment="x"
        )

    assert line(asha) == [a.pk, b.pk, c.pk]


def test_an_order_for_an_engineer_who_never_held_anything_names_no_change(asha: User) -> None:
    with pytest.raises(QueueChanged) as refused:
        reorder_queue(actor=SM1Factory(), engineer_id=asha.pk, order=[5])

    assert refused.value.sentence == "The queue of Asha changed since you loaded it. Please look at it again."


def test_an_engineer_who_does_not_exist() -> None:
    with pytest.raises(PersonMissing):
        reorder_queue(actor=SM1Factory(), engineer_id=987_654, order=[])


@pytest.mark.parametrize("bad", ["missing", "foreign", "doubled", "in progress", "unknown", "none at all"])
def test_c6_an_order_of_other_tickets_than_those_waiting_is_a_conflict(asha: User, bad: str) -> None:
    working = in_progress(engineer=asha, minutes=600)
    a, b, c = three_promises(asha)
    foreign = a_promise()
    assert working.assignment is not None
    order = {
        "missing": [b.pk, a.pk],
        "foreign": [b.pk, a.pk, c.pk, foreign.pk],
        "doubled": [b.pk, b.pk, c.pk],
        "in progress": [working.assignment.pk, b.pk, a.pk, c.pk],
        "unknown": [b.pk, a.pk, 2**70],
        "none at all": [],
    }[bad]

    with pytest.raises(QueueChanged) as refused:
        reorder_queue(actor=SM1Factory(), engineer_id=asha.pk, order=order, comment="x")

    assert refused.value.data["waiting"] == [one.ticket.case_id for one in (a, b, c)]
    assert line(asha) == [a.pk, b.pk, c.pk]


def test_reorder_of_ten_takes_at_most_25_statements(
    asha: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sm1 = SM1Factory()
    ten = [a_promise(engineer=asha, by=sm1, minutes=60).pk for _ in range(10)]

    with django_assert_max_num_queries(25):
        reorder_queue(actor=sm1, engineer_id=asha.pk, order=ten[::-1], comment="Turned round.")


def test_c6_an_order_of_cases_that_is_none_says_which_are_wrong_and_changes_nothing(asha: User) -> None:
    a, b, c = three_promises(asha)
    cases = [one.ticket.case_id for one in (a, b, c)]

    with pytest.raises(FieldInvalid) as refused:
        reorder_cases(actor=SM1Factory(), engineer_id=asha.pk, order=[cases[1], cases[1], "N-EXP-0", cases[0]])

    assert refused.value.errors == {
        "order": [
            f"{cases[1]} is named twice.",
            f"N-EXP-0 does not wait in the line of {asha.name}.",
            f"{cases[2]} waits too and is not named.",
        ]
    }
    assert line(asha) == [a.pk, b.pk, c.pk]


def test_c6_cases_are_put_in_the_order_they_are_named_in(asha: User) -> None:
    a, b, c = three_promises(asha)

    order = [f" {one.ticket.case_id.lower()} " for one in (c, a, b)]
    reorder_cases(actor=SM1Factory(), engineer_id=asha.pk, order=order, comment="Month end.")

    assert line(asha) == [c.pk, a.pk, b.pk]
