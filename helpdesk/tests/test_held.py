"""What an engineer holds is told by the database itself, whoever writes (A5, E3)."""

from datetime import timedelta

import pytest
from django.db import connection

from helpdesk.models import Assignment, Ticket
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket
from tests.clock import held
from tests.factories import EngineerFactory, SM1Factory, a_promise, an_assignment, in_progress

pytestmark = pytest.mark.django_db


def started() -> Assignment:
    assignment = in_progress().assignment
    assert assignment is not None
    return assignment


def is_held(assignment: Assignment) -> bool:
    return Assignment.objects.values_list("is_held", flat=True).get(pk=assignment.pk)


def resolved(assignment: Assignment) -> Assignment:
    resolve_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, note="Done.")
    return assignment


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_new_assignment_is_held_and_says_so_at_once():
    assignment = an_assignment()

    assert assignment.is_held
    assert is_held(assignment)


def test_what_is_resolved_is_held_no_more():
    assert not is_held(resolved(started()))


def test_an_escalated_ticket_is_held_until_it_is_resolved_late():
    assignment = started()
    sweep_escalations(assignment.due_at + timedelta(minutes=1))

    assert is_held(assignment)
    held.set(assignment.due_at + timedelta(minutes=2))
    assert not is_held(resolved(assignment))


def test_a_reassigned_ticket_is_held_by_the_one_who_has_it():
    before = an_assignment()
    after = assign_ticket(
        actor=SM1Factory(), ticket_id=before.ticket_id, engineer_id=EngineerFactory().pk, comment="She is away."
    )

    assert (is_held(before), is_held(after)) == (False, True)


@pytest.mark.parametrize("make", [a_promise, lambda: resolved(started())], ids=["unresolved", "resolved"])
def test_nothing_that_is_written_can_make_it_wrong(make):
    assignment = make()
    right = is_held(assignment)

    assignment.is_held = not right
    assignment.save()
    assert is_held(assignment) is right

    run("UPDATE helpdesk_assignment SET is_held = NOT is_held")
    assert is_held(assignment) is right


def test_a_version_that_does_not_know_the_column_keeps_it_too():
    """While a new schema is in place and the old version still serves, it writes statuses and rows without this column."""
    assignment = started()
    run(
        "UPDATE helpdesk_ticket SET status = 'resolved', resolved_at = %s WHERE id = %s",
        assignment.due_at,
        assignment.ticket_id,
    )

    assert not is_held(assignment)
    assert not Assignment.objects.held().exists()


def test_a_status_taken_back_by_hand_brings_the_work_back():
    """An operator who mends a row in the database need not know of it either."""
    assignment = resolved(started())
    run("UPDATE helpdesk_ticket SET status = 'in_progress', resolved_at = NULL WHERE id = %s", assignment.ticket_id)

    assert is_held(assignment)
    assert Ticket.objects.get().assignment == assignment
