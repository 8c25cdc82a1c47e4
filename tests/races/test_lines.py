"""Several people at the same lines at once: places stay dense, nothing is lost, and nobody sees a deadlock (A1, A6, C6, C8, E1)."""

from collections.abc import Callable
from random import Random

import pytest
from django.db import transaction

from helpdesk.models import Assignment, Ticket, TicketEvent, User
from helpdesk.selectors import queues
from helpdesk.services import locks
from helpdesk.services.assignment import assign_many, assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import resolve_ticket, start_ticket
from tests.clock import HeldClock
from tests.factories import EngineerFactory
from tests.races.cast import Cast, refusals, winners
from tests.races.harness import Track, rounds, track
from tests.races.invariants import broken
from tests.races.position import rounds_from_here
from workflow.errors import CommentRequired, QueueChanged, WorkflowError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def line(engineer: User) -> list[int]:
    waiting = Assignment.objects.filter(engineer=engineer, place__isnull=False)
    return list(waiting.order_by("place").values_list("pk", flat=True))


class Mover:
    """Somebody who does one random act after the other on whatever stands in the lines at that moment."""

    def __init__(self, cast: Cast, engineers: list[User], chance: Random) -> None:
        self.cast, self.engineers, self.chance = cast, engineers, chance
        self.done = self.refused = 0

    def move(self, times: int) -> None:
        acts: list[Callable[[], object]] = [
            self.reorder,
            self.reorder,
            self.to_another,
            self.insert,
            self.commit,
            self.start,
        ]
        for _ in range(times):
            try:
                self.chance.choice(acts)()
                self.done += 1
            except WorkflowError:
                self.refused += 1

    def reorder(self) -> None:
        engineer = self.chance.choice(self.engineers)
        order = line(engineer)
        self.chance.shuffle(order)
        reorder_queue(actor=self.cast.sm2, engineer_id=engineer.pk, order=order, comment="So.")

    def to_another(self) -> None:
        one, to = self.one(), self.chance.choice(self.engineers)
        assign_ticket(
            actor=self.cast.sm2,
            ticket_id=one.ticket_id,
            engineer_id=to.pk,
            assign_anyway=True,
            place=self.chance.choice([None, 1, 2, 9]),
            comment="There.",
        )

    def insert(self) -> None:
        """A new one goes ahead, and one in progress is resolved, so that the lines neither grow nor run dry."""
        engineer = self.chance.choice(self.engineers)
        ticket = self.cast.ticket()
        assign_ticket(
            actor=self.cast.sm2,
            ticket_id=ticket.pk,
            engineer_id=engineer.pk,
            assign_anyway=True,
            place=1,
            comment="Now.",
        )
        started = Assignment.objects.filter(engineer=engineer, ticket__status="in_progress").first()
        if started is not None:
            resolve_ticket(actor=engineer, ticket_id=started.ticket_id, note="Done.")

    def commit(self) -> None:
        one = self.one()
        commit_ticket(actor=one.engineer, ticket_id=one.ticket_id, resolution_minutes=self.chance.randint(60, 900))

    def start(self) -> None:
        one = self.one()
        minutes = None if one.committed_at else 600
        start_ticket(actor=one.engineer, ticket_id=one.ticket_id, resolution_minutes=minutes)

    def one(self) -> Assignment:
        waiting = Assignment.objects.filter(place__isnull=False, engineer__in=self.engineers).select_related("engineer")
        return self.chance.choice(list(waiting))


def test_six_people_move_tickets_in_three_lines(cast: Cast) -> None:
    """C4: so many moves by six at once; nobody is told of a deadlock, places stay 1..n, no ticket is lost."""
    moves = len(rounds(10_000))
    engineers = [cast.engineer, cast.other, EngineerFactory()]
    for engineer in engineers:
        for _ in range(4):
            cast.promised(engineer=engineer)
    movers = [Mover(cast, engineers, Random(number)) for number in range(6)]

    with track(6) as racing:
        results = racing.race(*[lambda mover=mover: mover.move(-(-moves // 6)) for mover in movers])

    assert results == [None] * 6
    assert sum(mover.done for mover in movers) > sum(mover.refused for mover in movers)
    held = Ticket.objects.filter(assignment__isnull=False).exclude(status__in=("resolved", "in_progress"))
    assert sum(len(line(engineer)) for engineer in engineers) == held.count()
    assert broken() == []


def test_two_orders_made_for_the_same_line(two: Track, cast: Cast) -> None:
    engineer = cast.engineer
    a, b, c = (cast.given().pk for _ in range(3))
    seen = queues.queue_version(engineer.pk)
    for _ in rounds_from_here():
        results = two.race(
            lambda: reorder_queue(actor=cast.sm1, engineer_id=engineer.pk, order=(c, a, b), seen=seen),
            lambda: reorder_queue(actor=cast.sm2, engineer_id=engineer.pk, order=(b, c, a), seen=seen),
        )

        (plan,) = winners(results)
        (told,) = [one for one in results if isinstance(one, QueueChanged)]
        assert line(engineer) == [slot.ref for slot in plan.queue.waiting]
        assert told.data["by"] in (cast.sm1.name, cast.sm2.name)


def test_an_order_is_made_while_the_sweep_escalates(two: Track, cast: Cast, clock: HeldClock) -> None:
    """E1: the promise that has passed escalates once and is never planned anew, whoever is first."""
    engineer = cast.engineer
    passed = cast.promised(minutes=30)
    b, c = (cast.promised(minutes=600).pk for _ in range(2))
    late = clock.forward(minutes=30)
    order = (passed.pk, c, b)
    for _ in rounds_from_here():
        results = two.race(
            lambda: reorder_queue(actor=cast.sm2, engineer_id=engineer.pk, order=order, comment="So."),
            lambda: sweep_escalations(late),
        )

        winners(results)
        now = Assignment.objects.select_related("ticket").get(pk=passed.pk)
        assert (now.ticket.status, now.due_at, now.place) == ("escalated", passed.due_at, None)
        assert TicketEvent.objects.filter(ticket=now.ticket, action="ticket_escalated").count() == 1
        assert line(engineer) == ([b, c] if refusals(results) else [c, b])


def test_a_line_with_a_passed_promise_somebody_holds_is_about_to_change(cast: Cast, clock: HeldClock) -> None:
    """E1: an engineer's lock never waits for a ticket's; who comes at that moment is asked to look again."""
    passed, other = cast.promised(minutes=30), cast.promised()
    clock.forward(minutes=30)

    with track(1) as elsewhere, transaction.atomic():
        locks.hold(passed.ticket_id)
        (told,) = elsewhere.race(
            lambda: reorder_queue(actor=cast.sm2, engineer_id=cast.engineer.pk, order=[other.pk], comment="So.")
        )

    assert isinstance(told, QueueChanged)
    assert sweep_escalations(clock.moment) == 1
    assert broken() == []


def test_several_at_once_and_one_of_them_alone(two: Track, cast: Cast) -> None:
    """All or nothing: who assigns three does not get two of them."""
    engineer, other = cast.engineer, cast.other
    chosen = [cast.ticket().pk for _ in range(3)]
    for _ in rounds_from_here():
        many, alone = two.race(
            lambda: assign_many(actor=cast.sm2, ticket_ids=chosen, engineer_id=engineer.pk),
            lambda: assign_ticket(actor=cast.sm2, ticket_id=chosen[1], engineer_id=other.pk),
        )

        assert len(winners([many, alone])) == 1
        assert refusals([many, alone]) == [CommentRequired]
        assert len(line(engineer)) == (0 if isinstance(many, Exception) else 3)


def test_several_at_once_in_opposite_orders_wait_for_each_other_once(two: Track, cast: Cast) -> None:
    first, second = cast.engineer, cast.other
    chosen = [cast.ticket().pk for _ in range(3)]

    def assign(engineer: User, order: list[int]) -> list[Assignment]:
        return assign_many(actor=cast.sm2, ticket_ids=order, engineer_id=engineer.pk, comment="Mine.")

    for _ in rounds_from_here():
        results = two.race(lambda: assign(first, chosen), lambda: assign(second, chosen[::-1]))

        assert len(winners(results)) == 2
        assert sorted([len(line(first)), len(line(second))]) == [0, 3]
