"""What the database itself refuses (T5, A1, state-dependent truths)."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from helpdesk.models import Assignment, Ticket, TicketEvent
from tests.factories import a_promise, a_ticket, an_assignment, in_progress

pytestmark = pytest.mark.django_db


def refused(sql: str, error: type[Exception] = IntegrityError) -> None:
    with pytest.raises(error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{sql}; SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "sql",
    ["UPDATE helpdesk_ticketevent SET action = 'x'", "DELETE FROM helpdesk_ticketevent"],
    ids=["update", "delete"],
)
def test_events_are_append_only(sql: str) -> None:
    a_ticket()

    refused(sql, DatabaseError)

    assert TicketEvent.objects.count() == 1


def test_events_cannot_be_truncated() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE helpdesk_ticketevent ENABLE TRIGGER event_no_truncate")

    refused("TRUNCATE helpdesk_ticketevent CASCADE", DatabaseError)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE helpdesk_ticket SET status = 'assigned'",
        "UPDATE helpdesk_ticket SET status = 'resolved'",
        "UPDATE helpdesk_ticket SET status = 'closed'",
        "UPDATE helpdesk_ticket SET priority = 'urgent'",
        "UPDATE helpdesk_ticket SET resolved_at = created_at",
        "UPDATE helpdesk_ticket SET escalated_at = created_at",
        "UPDATE helpdesk_ticket SET is_withdrawn = true",
        "UPDATE helpdesk_ticket SET case_id = 'N-X-1'",
        "UPDATE helpdesk_ticket SET reported_date = '2020-01-01'",
        "UPDATE helpdesk_applicationcatalog SET code = 'lower'",
    ],
)
def test_an_unassigned_ticket_cannot_be_brought_into_a_state_that_is_none(sql: str) -> None:
    a_ticket()

    refused(sql)


def test_a_ticket_has_one_active_assignment() -> None:
    first = an_assignment()

    with pytest.raises(IntegrityError, match="assignment_one_active_per_ticket"), transaction.atomic():
        Assignment.objects.create(
            ticket=first.ticket,
            engineer=first.engineer,
            assigned_by=first.assigned_by,
            assigned_at=first.assigned_at,
            level="sm1",
            expected_minutes=60,
            starts_at=first.starts_at,
            due_at=first.due_at,
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE helpdesk_assignment SET resolution_minutes = NULL",
        "UPDATE helpdesk_assignment SET due_at = starts_at",
        "UPDATE helpdesk_assignment SET is_active = false",
        "UPDATE helpdesk_assignment SET assigned_level = 'sm3'",
        "UPDATE helpdesk_assignment SET place = 0",
        "UPDATE helpdesk_slarecord SET breached = true",
    ],
)
def test_a_promise_cannot_be_made_half(sql: str) -> None:
    a_promise()

    refused(sql)


def test_a_ticket_in_progress_has_no_place() -> None:
    in_progress()

    refused("UPDATE helpdesk_assignment SET place = 1")


def test_two_waiting_tickets_do_not_share_a_place() -> None:
    engineer = an_assignment().engineer
    an_assignment(engineer=engineer)

    refused("UPDATE helpdesk_assignment SET place = 1")


def test_status_moves_by_transitions_only() -> None:
    ticket = a_ticket()

    with pytest.raises(AttributeError):
        ticket.status = "resolved"

    assert Ticket.objects.get().status == "unassigned"
