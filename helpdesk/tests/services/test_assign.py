"""Assigning and reassigning (A1-A7, C2-C4, E3, S2)."""

import pytest
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import AssigneeLoad, Assignment, DeskSettings, Notification, SLARecord, Ticket, TicketEvent, User
from helpdesk.selectors import tickets
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.comments import add_comment
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from tests.clock import HeldClock
from tests.factories import (
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.errors import (
    AssignedBySm2,
    AssignerForged,
    ChangedSinceLoaded,
    CommentRequired,
    EngineerBusy,
    LevelNotHeld,
    NotInPool,
    OverrideOff,
    OwnTicket,
    PersonMissing,
    RoleNeeded,
    SameEngineer,
    TicketMissing,
    WorkflowError,
    WrongStatus,
)
from workflow.states import Level

pytestmark = pytest.mark.django_db


def told(ticket: Ticket, kind: str) -> set[User]:
    return {row.recipient for row in Notification.objects.filter(ticket=ticket, kind=kind).select_related("recipient")}


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Assignment, SLARecord, TicketEvent, Notification))


def test_assign_ticket_to_a_free_engineer_starts_now_and_is_expected_by_the_default(clock: HeldClock) -> None:
    sm1, engineer, ticket = SM1Factory(), EngineerFactory(), a_ticket(priority="high")

    assignment = assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignment) == ("assigned", assignment)
    assert (assignment.engineer, assignment.assigned_by, assignment.level) == (engineer, sm1, "sm1")
    assert (assignment.place, assignment.queued_after, assignment.expected_minutes) == (1, None, 240)
    assert assignment.starts_at == clock.moment
    assert (assignment.due_at - assignment.starts_at).total_seconds() == 4 * 3600
    assert not assignment.is_committed
    assert told(ticket, "assigned") == {engineer}
    assert list(AssigneeLoad.objects.values_list("user_id", "status")) == [(engineer.pk, "assigned")]


def test_assign_ticket_to_a_busy_engineer_changes_nothing_and_names_what_would_be() -> None:
    engineer, sm1 = EngineerFactory(), SM1Factory()
    working_on, ticket = in_progress(engineer=engineer), a_ticket()
    before = counts()

    with pytest.raises(EngineerBusy) as busy:
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk)

    assert counts() == before
    assert busy.value.data["open_tickets"] == [working_on.case_id]
    anyway = assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True)
    assert (anyway.starts_at, anyway.due_at) == (busy.value.data["starts_at"], busy.value.data["due_at"])


def test_an_engineer_with_only_resolved_and_escalated_tickets_is_not_busy(clock: HeldClock) -> None:
    engineer = EngineerFactory()
    done = in_progress(engineer=engineer)
    resolve_ticket(actor=engineer, ticket_id=done.pk, note="Done.")
    late = in_progress(engineer=engineer, minutes=30)
    clock.forward(hours=1)
    add_comment(actor=engineer, ticket_id=late.pk, body="Still at it.")

    assignment = an_assignment(engineer=engineer, assign_anyway=False)

    assert assignment.starts_at == clock.moment
    assert Ticket.objects.get(pk=late.pk).status == "escalated"


def test_reassign_ends_the_first_assignment_and_tells_both_engineers() -> None:
    ticket = a_promise().ticket
    first, second, sm2 = ticket.assignment.engineer, EngineerFactory(), SM2Factory()

    assignment = assign_ticket(
        actor=sm2, ticket_id=ticket.pk, engineer_id=second.pk, comment="Knows the export better."
    )

    ended = Assignment.objects.get(ticket=ticket, is_active=False)
    assert (ended.engineer, ended.place) == (first, None)
    assert ended.sla.ended_at == ended.ended_at == assignment.assigned_at
    assert (assignment.level, assignment.is_committed) == ("sm2", False)
    ticket.refresh_from_db()
    assert ticket.status == "assigned"
    assert told(ticket, "reassigned") == {first, second}
    assert (
        TicketEvent.objects.filter(ticket=ticket, action="ticket_reassigned")
        .get()
        .metadata["comment"]
        .startswith("Knows")
    )


def test_reassign_closes_the_gap_in_the_first_queue_and_moves_no_due_time() -> None:
    engineer = EngineerFactory()
    line = [a_promise(engineer=engineer) for _ in range(3)]
    due = [one.due_at for one in Assignment.objects.order_by("pk")]

    assign_ticket(
        actor=SM2Factory(), ticket_id=line[0].ticket_id, engineer_id=EngineerFactory().pk, comment="Somebody else."
    )

    rest = list(Assignment.objects.filter(engineer=engineer, is_active=True).order_by("place"))
    assert [(one.pk, one.place) for one in rest] == [(line[1].pk, 1), (line[2].pk, 2)]
    assert [one.due_at for one in rest] == due[1:]


def test_reassign_of_an_escalated_ticket_keeps_the_broken_due_time_and_takes_no_place(clock: HeldClock) -> None:
    ticket = in_progress(minutes=30)
    broken = Assignment.objects.get(ticket=ticket).due_at
    busy = EngineerFactory()
    in_progress(engineer=busy, minutes=600)
    clock.forward(hours=2)

    assignment = assign_ticket(actor=SM1Factory(), ticket_id=ticket.pk, engineer_id=busy.pk, comment="Take over.")

    ticket.refresh_from_db()
    assert ticket.status == "escalated"
    assert (assignment.place, assignment.starts_at, assignment.due_at) == (None, None, broken)
    assert ticket.escalation.assignment.engineer != busy
    assert SLARecord.objects.filter(breached=True).count() == 1


@pytest.mark.parametrize(
    ("level", "override", "error"),
    [("sm1", True, AssignedBySm2), ("sm2", True, None), ("sm2", False, None)],
    ids=["SM1 cannot change what SM2 assigned", "SM2 can", "SM2 can also with the switch off"],
)
def test_what_sm2_assigned(level: str, override: bool, error: type[WorkflowError] | None) -> None:
    DeskSettings(pk=1, sm2_may_override=override).save()
    ticket = an_assignment(by=SM2Factory(name="Ravi")).ticket
    actor = SM1Factory() if level == "sm1" else SM2Factory()
    args = {"actor": actor, "ticket_id": ticket.pk, "engineer_id": EngineerFactory().pk, "comment": "Better so."}

    if error is None:
        assert assign_ticket(**args).level == "sm2"
        return
    with pytest.raises(error) as refused:
        assign_ticket(**args)
    assert "SM2 Ravi" in refused.value.sentence


def test_sm2_does_not_override_sm1_while_the_switch_is_off() -> None:
    DeskSettings(pk=1, sm2_may_override=False).save()
    ticket = an_assignment(by=SM1Factory()).ticket

    with pytest.raises(OverrideOff):
        assign_ticket(actor=SM2Factory(), ticket_id=ticket.pk, engineer_id=EngineerFactory().pk, comment="Mine now.")


def test_somebody_with_both_levels_acts_under_the_one_they_chose() -> None:
    both = UserFactory(roles=["sm1", "sm2"])

    assert an_assignment(by=both).level == "sm2"
    assert an_assignment(by=both, level=Level.SM1).level == "sm1"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"actor": ReporterFactory}, TicketMissing),
        ({"actor": EngineerFactory}, TicketMissing),
        ({"level": Level.SM2}, LevelNotHeld),
        ({"assigned_by_id": 999_999}, AssignerForged),
        ({"engineer_id": 999_999}, PersonMissing),
        ({"engineer": ReporterFactory}, NotInPool),
        ({"engineer": lambda: EngineerFactory(is_active=False)}, NotInPool),
        ({"ticket_id": 999_999}, TicketMissing),
        ({"seen": "1.7"}, ChangedSinceLoaded),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "-".join(value),
)
def test_assign_ticket_refuses(changes: dict[str, object], error: type[WorkflowError]) -> None:
    args: dict[str, object] = {"actor": SM1Factory(), "ticket_id": a_ticket().pk, "engineer_id": EngineerFactory().pk}
    for name, value in changes.items():
        if name == "engineer":
            args["engineer_id"] = value().pk  # type: ignore[operator]
        else:
            args[name] = value() if callable(value) else value
    before = counts()

    with pytest.raises(error):
        assign_ticket(**args)

    assert counts() == before


def test_the_reporter_of_a_ticket_cannot_assign_it() -> None:
    reporter = ReporterFactory()

    with pytest.raises(RoleNeeded):
        assign_ticket(actor=reporter, ticket_id=a_ticket(reporter=reporter).pk, engineer_id=EngineerFactory().pk)


def test_an_engineer_gets_their_own_ticket_only_when_that_is_confirmed() -> None:
    engineer = EngineerFactory()
    ticket = a_ticket(reporter=engineer)

    with pytest.raises(OwnTicket):
        assign_ticket(actor=SM1Factory(), ticket_id=ticket.pk, engineer_id=engineer.pk)
    assert assign_ticket(actor=SM1Factory(), ticket_id=ticket.pk, engineer_id=engineer.pk, confirm_own_ticket=True)


@pytest.mark.parametrize(("comment", "same", "error"), [("", False, CommentRequired), ("Why not.", True, SameEngineer)])
def test_reassign_refuses(comment: str, same: bool, error: type[WorkflowError]) -> None:
    assignment = an_assignment()
    engineer = assignment.engineer if same else EngineerFactory()

    with pytest.raises(error):
        assign_ticket(actor=SM2Factory(), ticket_id=assignment.ticket_id, engineer_id=engineer.pk, comment=comment)


def test_a_resolved_and_a_withdrawn_ticket_cannot_be_assigned() -> None:
    done, sm1 = in_progress(), SM1Factory()
    resolve_ticket(actor=Assignment.objects.get().engineer, ticket_id=done.pk, note="Done.")
    gone = a_ticket()
    withdraw_ticket(actor=gone.reporter, ticket_id=gone.pk, reason="Solved itself.")

    for ticket in (done, gone):
        with pytest.raises(WrongStatus):
            assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=EngineerFactory().pk, comment="Again.")


def test_a_role_withdrawn_in_between_is_noticed_though_the_request_remembers_it() -> None:
    sm1, ticket = SM1Factory(), a_ticket()
    sm1.desk_roles = frozenset({"sm1"})
    sm1.user_roles.update(decision="withdrawn")

    with pytest.raises(TicketMissing):
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=EngineerFactory().pk)


def test_the_second_of_two_who_saw_the_same_ticket_hears_who_was_faster() -> None:
    ticket, first = a_ticket(), SM1Factory(name="Maya")
    seen = tickets.version_of(ticket)
    assign_ticket(actor=first, ticket_id=ticket.pk, engineer_id=EngineerFactory(name="Asha").pk, seen=seen)

    with pytest.raises(ChangedSinceLoaded) as conflict:
        assign_ticket(actor=SM2Factory(), ticket_id=ticket.pk, engineer_id=EngineerFactory().pk, seen=seen, comment="x")

    assert "Maya assigned it to Asha" in conflict.value.sentence


def test_a_comment_is_no_change_for_those_who_looked_before() -> None:
    ticket = a_ticket()
    seen = tickets.version_of(ticket)
    add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body="One more thing.")

    assert assign_ticket(actor=SM1Factory(), ticket_id=ticket.pk, engineer_id=EngineerFactory().pk, seen=seen)


@pytest.mark.parametrize("held", [0, 12])
def test_assign_ticket_takes_at_most_25_statements(
    held: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    engineer, sm1, ticket = EngineerFactory(), SM1Factory(), a_ticket()
    for _ in range(held):
        an_assignment(engineer=engineer, by=sm1)

    with django_assert_max_num_queries(25):
        assign_ticket(actor=sm1, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True)
