"""The worked example of rules.md section 4 (C2-C8), played through the services on real Postgres."""

from datetime import UTC, datetime

import pytest

from helpdesk.models import Assignment, Notification, SLARecord, Ticket, TicketEvent, User
from helpdesk.selectors import queues
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import resolve_ticket, start_ticket
from tests.clock import HeldClock
from tests.factories import ApplicationFactory, EngineerFactory, ReporterFactory, SM1Factory, SM2Factory, a_ticket
from workflow import lineup
from workflow.errors import CommentRequired, EngineerBusy

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    hour, minute = map(int, text.split(":"))
    return datetime(2026, 3, 4, hour, minute, tzinfo=UTC)


def stands(*tickets: Ticket) -> dict[str, str]:
    """Start and due time of each, "?" where the due time is only expected."""
    rows = Assignment.objects.filter(ticket__in=tickets, is_active=True).select_related("ticket").order_by("ticket")
    return {
        one.ticket.case_id: f"{one.starts_at:%H:%M} {one.due_at:%H:%M}{'' if one.is_committed else '?'}" for one in rows
    }


def mails(kind: str) -> list[tuple[str, list[str]]]:
    """Who got the mails of this kind, and which cases with their due times each one names; the newest last."""
    found = Notification.objects.filter(kind=kind).select_related("recipient").order_by("pk")
    return [
        (
            mail.recipient.name,
            [f"{move['case_id']} {move['due_from'][11:16]}->{move['due_to'][11:16]}" for move in moves],
        )
        for mail in found
        for moves in [mail.payload.get("moves", [])]
    ]


def forecast_of(engineer: User, now: datetime) -> dict[str, str]:
    queue = queues.queue_of(engineer.pk)
    found = lineup.forecast(queue, now)
    return {slot.case_id: f"{found[slot.ref].finish_at:%H:%M}" for slot in queue.in_line}


def test_the_day_of_asha(clock: HeldClock) -> None:
    """Every row of the table, with the times that are stored, the forecast and the mails."""
    asha, sm1, sm2 = EngineerFactory(name="Asha"), SM1Factory(name="Sam"), SM2Factory(name="Ravi")
    exponentia, people = ApplicationFactory(code="EXP"), ApplicationFactory(code="HRM")
    ria = ReporterFactory(name="Ria")
    first, second = (a_ticket(application=exponentia, priority="medium", reporter=ria) for _ in range(2))
    urgent = a_ticket(application=people, priority="high", reporter=ria)
    cases = (first, second, urgent)
    assert [t.case_id for t in cases] == ["N-EXP-1001", "N-EXP-1002", "N-HRM-1001"]

    clock.set(at("09:00"))
    assignment = assign_ticket(actor=sm1, ticket_id=first.pk, engineer_id=asha.pk)
    assert assignment.starts_at == at("09:00")

    clock.set(at("09:10"))
    start_ticket(actor=asha, ticket_id=first.pk, resolution_minutes=120)
    assert stands(*cases) == {"N-EXP-1001": "09:00 11:00"}

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
    assert lined_up.queued_after == assignment
    assert stands(*cases) == {"N-EXP-1001": "09:00 11:00", "N-EXP-1002": "11:00 19:00?"}

    clock.set(at("09:40"))
    commit_ticket(actor=asha, ticket_id=second.pk, resolution_minutes=180)
    assert stands(second) == {"N-EXP-1002": "11:00 14:00"}

    clock.set(at("10:00"))
    behind = assign_ticket(actor=sm1, ticket_id=urgent.pk, engineer_id=asha.pk, assign_anyway=True)
    assert behind.place == 2
    assert stands(urgent) == {"N-HRM-1001": "14:00 18:00?"}
    assert mails("due_moved") == []

    clock.set(at("10:05"))
    order = [behind.pk, lined_up.pk]
    with pytest.raises(CommentRequired):
        reorder_queue(actor=sm1, engineer_id=asha.pk, order=order)
    reorder_queue(actor=sm1, engineer_id=asha.pk, order=order, comment="People wait at the gate.")
    assert stands(*cases) == {"N-EXP-1001": "09:00 11:00", "N-EXP-1002": "15:00 18:00", "N-HRM-1001": "11:00 15:00?"}
    assert mails("due_moved") == [("Asha", ["N-EXP-1002 14:00->18:00"])]
    told = Notification.objects.get(kind="due_moved").payload
    assert (told["cause"], told["comment"]) == ("Sam moved N-HRM-1001 in the line of Asha", "People wait at the gate.")

    clock.set(at("10:10"))
    commit_ticket(actor=asha, ticket_id=urgent.pk, resolution_minutes=60)
    assert stands(*cases) == {"N-EXP-1001": "09:00 11:00", "N-EXP-1002": "12:00 15:00", "N-HRM-1001": "11:00 12:00"}
    assert mails("due_moved")[1:] == [("Asha", ["N-EXP-1002 18:00->15:00"])]

    clock.set(at("10:15"))
    request_extension(actor=asha, ticket_id=first.pk, extra_minutes=30, comment="The export is slow.")
    assert {name for name, _ in mails("extension_requested")} == {"Sam", "Ravi"}
    decide_extension(actor=sm2, ticket_id=first.pk, approve=True)
    clock.set(at("10:20"))
    decide_extension(actor=sm1, ticket_id=first.pk, approve=True)
    assert stands(*cases) == {"N-EXP-1001": "09:00 11:30", "N-EXP-1002": "12:30 15:30", "N-HRM-1001": "11:30 12:30"}
    assert mails("due_moved")[2:] == [("Asha", ["N-HRM-1001 12:00->12:30", "N-EXP-1002 15:00->15:30"])]
    assert {name for name, _ in mails("extension_approved")} == {"Asha", "Ria"}
    record = SLARecord.objects.get(ticket=first)
    assert (record.original_due_at, record.extended_due_at) == (at("11:00"), at("11:30"))

    clock.set(at("10:45"))
    resolve_ticket(actor=asha, ticket_id=first.pk, note="Restarted the export.")
    assert stands(second, urgent) == {"N-EXP-1002": "12:30 15:30", "N-HRM-1001": "11:30 12:30"}
    assert forecast_of(asha, at("10:45")) == {"N-HRM-1001": "11:45", "N-EXP-1002": "14:45"}

    clock.set(at("10:50"))
    reorder_queue(actor=sm2, engineer_id=asha.pk, order=[lined_up.pk, behind.pk], comment="The audit is today.")
    assert stands(second, urgent) == {"N-EXP-1002": "10:50 13:50", "N-HRM-1001": "13:50 14:50"}
    assert mails("due_moved")[3:] == [("Asha", ["N-EXP-1002 15:30->13:50", "N-HRM-1001 12:30->14:50"])]
    assert sweep_escalations(at("10:50")) == 0


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
