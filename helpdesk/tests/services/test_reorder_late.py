"""An order for a line that changed, or in which a promise has passed (A6, E1, S2)."""

from datetime import timedelta

import pytest

from helpdesk.models import (
    Assignment,
    ExtensionRequest,
    SLARecord,
    Ticket,
    TicketEvent,
    User,
)
from helpdesk.selectors import queues, tickets
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import start_ticket
from helpdesk.tests.services.lined import due, line, three_promises
from tests.clock import HeldClock
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    an_assignment,
)
from workflow.errors import (
    ChangedSinceLoaded,
    CommentRequired,
    QueueChanged,
)

pytestmark = pytest.mark.django_db


HOUR = timedelta(hours=1)


def test_a6_who_looked_at_another_line_hears_who_changed_it(asha: User) -> None:
    a, b, c = three_promises(asha)
    seen = queues.queue_version(asha.pk)
    mira, other = SM1Factory(name="Mira"), SM1Factory()
    reorder_queue(actor=mira, engineer_id=asha.pk, order=[c.pk, a.pk, b.pk], comment="First.", seen=seen)

    with pytest.raises(QueueChanged) as refused:
        reorder_queue(actor=other, engineer_id=asha.pk, order=[b.pk, c.pk, a.pk], comment="Second.", seen=seen)

    assert refused.value.data["by"] == "Mira"
    assert refused.value.sentence.startswith("The queue of Asha changed since you loaded it. N-")
    assert line(asha) == [c.pk, a.pk, b.pk]


@pytest.mark.parametrize(
    "change", ["a start", "an assignment", "a reassignment", "a commitment", "an extension", "no change"]
)
def test_the_version_of_a_line_changes_with_whatever_an_order_rests_on(asha: User, change: str) -> None:
    a = a_promise(engineer=asha, minutes=60)
    b = an_assignment(engineer=asha)
    sm1, sm2 = SM1Factory(), SM2Factory()
    seen = queues.queue_version(asha.pk)

    if change == "a start":
        start_ticket(actor=asha, ticket_id=a.ticket_id)
    elif change == "an assignment":
        an_assignment(engineer=asha)
    elif change == "a reassignment":
        assign_ticket(actor=sm1, ticket_id=b.ticket_id, engineer_id=EngineerFactory().pk, comment="Away.")
    elif change == "a commitment":
        start_ticket(actor=asha, ticket_id=b.ticket_id, resolution_minutes=b.expected_minutes)
    elif change == "an extension":
        request_extension(actor=asha, ticket_id=a.ticket_id, extra_minutes=5, comment="Slow.")
        assert queues.queue_version(asha.pk) == seen
        decide_extension(actor=sm1, ticket_id=a.ticket_id, approve=True)
        decide_extension(actor=sm2, ticket_id=a.ticket_id, approve=True)

    assert (queues.queue_version(asha.pk) == seen) is (change == "no change")
    assert queues.versions_of(queues.held_by([asha.pk])) == {asha.pk: queues.queue_version(asha.pk)}


def test_a6_whoever_looked_at_a_ticket_whose_due_time_an_order_moved_hears_of_it(asha: User) -> None:
    a, b, c = three_promises(asha)
    ticket = Ticket.objects.select_related("assignment").get(pk=a.ticket_id)
    seen = tickets.version_of(ticket)

    reorder_queue(actor=SM1Factory(name="Mira"), engineer_id=asha.pk, order=[b.pk, a.pk, c.pk], comment="So.")

    with pytest.raises(ChangedSinceLoaded) as refused:
        start_ticket(actor=asha, ticket_id=a.ticket_id, seen=seen)
    assert "Mira moved its due time" in refused.value.sentence


def test_e1_a_waiting_promise_that_has_passed_is_escalated_and_never_unbroken(asha: User, clock: HeldClock) -> None:
    a, b, c = three_promises(asha)
    SM1Factory()
    broken_due = a.due_at
    clock.forward(hours=1)

    plan = reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=[a.pk, c.pk, b.pk], comment="Late already.")

    a.refresh_from_db()
    assert (a.ticket.status, a.place, a.due_at) == ("escalated", None, broken_due)
    assert SLARecord.objects.get(assignment=a).breached
    assert line(asha) == [c.pk, b.pk]
    assert [slot.due_at for slot in plan.queue.waiting] == [clock.moment + HOUR, clock.moment + 2 * HOUR]
    assert TicketEvent.objects.filter(ticket=a.ticket, action="ticket_escalated").count() == 1
    assert sweep_escalations(clock.moment) == 0


def test_e1_several_passed_at_once_leave_a_dense_line(asha: User, clock: HeldClock) -> None:
    a, b, c = three_promises(asha)
    d = a_promise(engineer=asha, minutes=60)
    clock.forward(hours=2)

    reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=[a.pk, b.pk, d.pk, c.pk], comment="Two are gone.")

    assert list(Assignment.objects.filter(engineer=asha, place__gt=0).order_by("place").values_list("pk", "place")) == [
        (d.pk, 1),
        (c.pk, 2),
    ]
    assert set(Ticket.objects.filter(status="escalated")) == {a.ticket, b.ticket}


def test_e1_an_order_made_after_the_page_showed_it_gone_is_accepted_too(asha: User, clock: HeldClock) -> None:
    a, b, c = three_promises(asha)
    clock.forward(hours=1)

    reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=[c.pk, b.pk], comment="Without it.")

    assert line(asha) == [c.pk, b.pk]
    a.ticket.refresh_from_db()
    assert a.ticket.status == "escalated"


def test_a_refused_order_leaves_the_passed_promise_to_the_sweep(asha: User, clock: HeldClock) -> None:
    a, b, c = three_promises(asha)
    clock.forward(hours=1)

    with pytest.raises(CommentRequired):
        reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=[a.pk, c.pk, b.pk])

    a.ticket.refresh_from_db()
    assert a.ticket.status == "assigned"
    assert sweep_escalations(clock.moment) == 1


def test_s2_the_extended_due_time_follows_a_reorder(asha: User) -> None:
    a, b = a_promise(engineer=asha, minutes=60), a_promise(engineer=asha, minutes=60)
    request_extension(actor=asha, ticket_id=a.ticket_id, extra_minutes=30, comment="Slow.")
    decide_extension(actor=SM1Factory(), ticket_id=a.ticket_id, approve=True)
    decide_extension(actor=SM2Factory(), ticket_id=a.ticket_id, approve=True)

    reorder_queue(actor=SM1Factory(), engineer_id=asha.pk, order=[b.pk, a.pk], comment="So.")

    record = SLARecord.objects.get(assignment=a)
    assert record.extended_due_at == due(a)
    assert record.original_due_at == a.due_at
    assert ExtensionRequest.objects.get().status == "approved"
