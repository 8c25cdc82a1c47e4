"""The worked example of rules.md section 4 (C2-C8), played through the services on real Postgres."""

from datetime import UTC, datetime

import pytest

from helpdesk.models import Assignment, Notification, TicketEvent
from helpdesk.selectors import queues
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.tickets import resolve_ticket, start_ticket
from tests.clock import HeldClock
from tests.factories import ApplicationFactory, EngineerFactory, SM1Factory, a_ticket
from workflow import lineup
from workflow.errors import EngineerBusy

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    hour, minute = map(int, text.split(":"))
    return datetime(2026, 3, 4, hour, minute, tzinfo=UTC)


def test_the_day_of_asha_until_the_second_commitment(clock: HeldClock) -> None:
    asha, sm1 = EngineerFactory(name="Asha"), SM1Factory()
    exponentia, people = ApplicationFactory(code="EXP"), ApplicationFactory(code="HRM")
    first, second = a_ticket(application=exponentia), a_ticket(application=exponentia, priority="medium")
    urgent = a_ticket(application=people, priority="high")
    assert [t.case_id for t in (first, second, urgent)] == ["N-EXP-1001", "N-EXP-1002", "N-HRM-1001"]

    clock.set(at("09:00"))
    assignment = assign_ticket(actor=sm1, ticket_id=first.pk, engineer_id=asha.pk)
    assert assignment.starts_at == at("09:00")

    clock.set(at("09:10"))
    start_ticket(actor=asha, ticket_id=first.pk, resolution_minutes=120)
    assert Assignment.objects.get(ticket=first).due_at == at("11:00")

    clock.set(at("09:30"))
    with pytest.raises(EngineerBusy) as busy:
        assign_ticket(actor=sm1, ticket_id=second.pk, engineer_id=asha.pk)
    assert busy.value.sentence == "Selected member is already engaged in another task"
    assert busy.value.data == {
        "engineer": "Asha",
        "open_tickets": ["N-EXP-1001"],
        "starts_at": at("11:00"),
        "due_at": at("19:00"),
    }
    lined_up = assign_ticket(actor=sm1, ticket_id=second.pk, engineer_id=asha.pk, assign_anyway=True)
    assert (lined_up.starts_at, lined_up.due_at) == (at("11:00"), at("19:00"))
    assert lined_up.queued_after == assignment

    clock.set(at("09:40"))
    assert commit_ticket(actor=asha, ticket_id=second.pk, resolution_minutes=180).due_at == at("14:00")

    clock.set(at("10:00"))
    behind = assign_ticket(actor=sm1, ticket_id=urgent.pk, engineer_id=asha.pk, assign_anyway=True)
    assert (behind.starts_at, behind.due_at, behind.place) == (at("14:00"), at("18:00"), 2)

    clock.set(at("10:45"))
    resolve_ticket(actor=asha, ticket_id=first.pk, note="Restarted the export.")
    second_now = Assignment.objects.get(ticket=second)
    assert second_now.due_at == at("14:00")
    forecast = lineup.forecast(queues.queue_of(asha.pk), at("10:45"))
    assert forecast[second_now.pk].finish_at == at("13:45")


def test_a_commitment_moves_those_waiting_behind_it_and_tells_their_engineer_of_promises(clock: HeldClock) -> None:
    asha, sm1 = EngineerFactory(name="Asha"), SM1Factory()
    tickets = [a_ticket(priority="medium") for _ in range(3)]
    clock.set(at("09:00"))
    for ticket in tickets:
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=asha.pk, assign_anyway=True)
    commit_ticket(actor=asha, ticket_id=tickets[2].pk, resolution_minutes=60)
    third = Assignment.objects.get(ticket=tickets[2])
    assert (third.starts_at, third.due_at) == (
        datetime(2026, 3, 5, 1, 0, tzinfo=UTC),
        datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
    )

    commit_ticket(actor=asha, ticket_id=tickets[0].pk, resolution_minutes=60)

    third.refresh_from_db()
    second = Assignment.objects.get(ticket=tickets[1])
    assert (second.starts_at, second.due_at) == (at("10:00"), at("18:00"))
    assert (third.starts_at, third.due_at) == (at("18:00"), at("19:00"))
    moved = TicketEvent.objects.filter(action="due_moved").order_by("pk")
    assert [event.ticket_id for event in moved] == [tickets[1].pk, tickets[2].pk]
    assert [event.metadata["is_promise"] for event in moved] == [False, True]
    mail = Notification.objects.get(kind="due_moved")
    assert (mail.recipient, mail.ticket) == (asha, tickets[2])
    assert [move["case_id"] for move in mail.payload["moves"]] == [tickets[2].case_id]
