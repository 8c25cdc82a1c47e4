"""Committing, starting, resolving, withdrawing, priorities and comments (C1, C3, C5, C6, T4-T6, P8, P9, S1)."""

import pytest

from helpdesk.models import Assignment, Notification, SLARecord, Ticket, TicketEvent, User
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.people import decide_role
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.tickets import change_priority, resolve_ticket, start_ticket, withdraw_ticket
from tests.clock import HeldClock, held
from tests.factories import (
    EngineerFactory,
    RAFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.errors import (
    AlreadyCommitted,
    ChangedSinceLoaded,
    FieldInvalid,
    NotCommitted,
    NoteRequired,
    NotTheAssignee,
    ReasonRequired,
    ResolutionTimeInvalid,
    ResolutionTimeTooShort,
    RoleNeeded,
    TicketMissing,
    WrongStatus,
)
from workflow.roles import Role

pytestmark = pytest.mark.django_db


def told(ticket: Ticket, kind: str) -> set[User]:
    return {row.recipient for row in Notification.objects.filter(ticket=ticket, kind=kind).select_related("recipient")}


def actions(ticket: Ticket) -> list[str]:
    return list(TicketEvent.objects.filter(ticket=ticket).order_by("pk").values_list("action", flat=True))


def test_commit_counts_from_the_assignment_however_late_the_engineer_commits(clock: HeldClock) -> None:
    assignment = an_assignment()
    assigned_at = clock.moment
    clock.forward(minutes=20)

    promised = commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=90)

    assert (promised.due_at - assigned_at).total_seconds() == 90 * 60
    assert SLARecord.objects.get().original_due_at == promised.due_at


@pytest.mark.parametrize("minutes", [0, -5, 30 * 24 * 60 + 1])
def test_commit_refuses_a_time_outside_its_limits(minutes: int) -> None:
    assignment = an_assignment()

    with pytest.raises(ResolutionTimeInvalid):
        commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=minutes)


def test_commit_refuses_a_due_time_that_has_passed_and_names_the_shortest_possible(clock: HeldClock) -> None:
    assignment = an_assignment()
    clock.forward(minutes=45)

    with pytest.raises(ResolutionTimeTooShort) as refused:
        commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=45)

    assert refused.value.data["shortest_minutes"] == 46
    assert commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=46)


def test_commit_happens_once() -> None:
    assignment = a_promise()

    with pytest.raises(AlreadyCommitted):
        commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=60)


def test_start_needs_a_resolution_time_and_writes_one_event_for_each_act() -> None:
    assignment = an_assignment()

    with pytest.raises(NotCommitted):
        start_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id)
    ticket = start_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=60)

    assert ticket.status == "in_progress"
    assert actions(ticket) == ["ticket_raised", "ticket_assigned", "ticket_committed", "ticket_started"]


def test_start_out_of_turn_closes_the_gap_and_says_whom_it_passed() -> None:
    engineer = EngineerFactory()
    first, second, third = (a_promise(engineer=engineer) for _ in range(3))

    ticket = start_ticket(actor=engineer, ticket_id=second.ticket_id)

    second.refresh_from_db()
    assert (second.out_of_turn, second.place) == (True, None)
    places = dict(Assignment.objects.filter(place__isnull=False).values_list("pk", "place"))
    assert places == {first.pk: 1, third.pk: 2}
    assert TicketEvent.objects.get(ticket=ticket, action="ticket_started").metadata == {
        "out_of_turn": [first.ticket.case_id]
    }


def test_resolve_in_time_tells_the_reporter_and_every_sm() -> None:
    sm1, sm2 = SM1Factory(), SM2Factory()
    ticket = in_progress(by=sm1)
    engineer = ticket.assignment.engineer

    resolve_ticket(actor=engineer, ticket_id=ticket.pk, note=" Restarted it. ")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution_note) == ("resolved", "Restarted it.")
    assert ticket.assignment.is_active
    sla = SLARecord.objects.get()
    assert (sla.resolved_at, sla.breached) == (ticket.resolved_at, False)
    assert told(ticket, "resolved") == {sm1, sm2, ticket.reporter}


def test_resolve_needs_a_note_and_work_begun() -> None:
    assignment = a_promise()
    engineer, ticket_id = assignment.engineer, assignment.ticket_id

    with pytest.raises(WrongStatus) as refused:
        resolve_ticket(actor=engineer, ticket_id=ticket_id, note="Done.")
    assert assignment.ticket.case_id in refused.value.sentence
    start_ticket(actor=engineer, ticket_id=ticket_id)
    with pytest.raises(NoteRequired):
        resolve_ticket(actor=engineer, ticket_id=ticket_id, note=" ")
    with pytest.raises(FieldInvalid):
        resolve_ticket(actor=engineer, ticket_id=ticket_id, note="x" * 20_001)


def test_resolve_twice_is_refused_with_the_present_state() -> None:
    ticket = in_progress()
    engineer = ticket.assignment.engineer
    resolve_ticket(actor=engineer, ticket_id=ticket.pk, note="Done.")

    with pytest.raises(WrongStatus, match="resolved"):
        resolve_ticket(actor=engineer, ticket_id=ticket.pk, note="Done.")

    assert actions(ticket).count("ticket_resolved") == 1


def test_only_the_assignee_works_on_a_ticket() -> None:
    ticket = in_progress()

    for stranger, error in ((SM1Factory(), NotTheAssignee), (EngineerFactory(), TicketMissing)):
        with pytest.raises(error):
            resolve_ticket(actor=stranger, ticket_id=ticket.pk, note="Done.")


def test_an_assignee_who_lost_the_role_can_no_longer_work_on_it() -> None:
    ticket = in_progress()
    engineer = ticket.assignment.engineer
    decide_role(actor=None, user=engineer, role=Role.REPORTER, decision="given", reason="", now=held.moment)
    decide_role(actor=None, user=engineer, role=Role.ENGINEER, decision="withdrawn", reason="", now=held.moment)

    with pytest.raises(NotTheAssignee):
        resolve_ticket(actor=engineer, ticket_id=ticket.pk, note="Done.")


def test_withdraw_by_the_reporter_ends_in_resolved_without_an_sla_record() -> None:
    sm1, ticket = SM1Factory(), a_ticket()
    other = a_ticket(reporter=ticket.reporter)

    withdraw_ticket(actor=ticket.reporter, ticket_id=ticket.pk, reason="Twice.", repeats=other.case_id.lower())

    ticket.refresh_from_db()
    assert (ticket.status, ticket.is_withdrawn, ticket.repeats) == ("resolved", True, other)
    assert SLARecord.objects.count() == 0
    assert told(ticket, "withdrawn") == {sm1}


def test_withdraw_by_an_sm_tells_the_reporter() -> None:
    sm1, ticket = SM1Factory(), a_ticket()

    withdraw_ticket(actor=sm1, ticket_id=ticket.pk, reason="Not ours.")

    assert told(ticket, "withdrawn") == {sm1, ticket.reporter}


@pytest.mark.parametrize("repeats", ["N-NOPE-1001", "rubbish", "foreign"])
def test_withdraw_refuses_to_name_a_case_the_actor_cannot_see(repeats: str) -> None:
    ticket = a_ticket()
    named = a_ticket().case_id if repeats == "foreign" else repeats

    with pytest.raises(FieldInvalid) as refused:
        withdraw_ticket(actor=ticket.reporter, ticket_id=ticket.pk, reason="Twice.", repeats=named)

    assert list(refused.value.errors) == ["repeats"]


def test_withdraw_needs_a_reason_and_an_unassigned_ticket() -> None:
    ticket = a_ticket()
    with pytest.raises(ReasonRequired):
        withdraw_ticket(actor=ticket.reporter, ticket_id=ticket.pk, reason="")
    an_assignment(ticket=ticket)

    with pytest.raises(WrongStatus):
        withdraw_ticket(actor=ticket.reporter, ticket_id=ticket.pk, reason="Gone.")


def test_change_priority_is_the_sms_and_leaves_the_expectation_alone() -> None:
    assignment = an_assignment()
    expected = assignment.due_at
    ticket = assignment.ticket

    with pytest.raises(RoleNeeded):
        change_priority(actor=ticket.reporter, ticket_id=ticket.pk, priority="high", reason="Urgent.")
    changed = change_priority(actor=SM1Factory(), ticket_id=ticket.pk, priority="high", reason="Payday.")

    assert changed.priority == "high"
    assert Assignment.objects.get().due_at == expected
    event = TicketEvent.objects.get(action="priority_changed")
    assert event.metadata == {"priority_from": "medium", "priority_to": "high", "reason": "Payday."}


@pytest.mark.parametrize("priority", ["medium", "urgent", ""])
def test_change_priority_refuses_the_same_and_the_unknown(priority: str) -> None:
    with pytest.raises(FieldInvalid):
        change_priority(actor=SM1Factory(), ticket_id=a_ticket().pk, priority=priority, reason="So.")


def test_who_comes_too_late_reads_what_was_done_in_a_sentence(clock: HeldClock) -> None:
    """A6: the last thing that changed the ticket, not a reminder sent since."""
    assignment = an_assignment(engineer=EngineerFactory(name="Asha", reporting_authority=RAFactory()))
    said = []

    def hear() -> None:
        with pytest.raises(ChangedSinceLoaded) as late:
            commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=60, seen="0.0")
        said.append(late.value.sentence.partition(": ")[2].partition(" on ")[0])

    commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=60)
    hear()
    clock.forward(minutes=40)
    assert sweep_reminders(clock.moment) == 1
    hear()
    change_priority(actor=assignment.assigned_by, ticket_id=assignment.ticket_id, priority="high", reason="It spreads.")
    hear()
    clock.forward(minutes=40)
    assert sweep_escalations(clock.moment) == 1
    hear()

    by = assignment.assigned_by.name
    assert said == [
        "Asha gave it a resolution time",
        "Asha gave it a resolution time",
        f"{by} changed its priority",
        "the system escalated it",
    ]
