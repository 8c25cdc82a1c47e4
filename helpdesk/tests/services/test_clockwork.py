"""Reminders, escalations and stale tickets: once each, to the right people, at the right moment (R1, E1-E4, P5, S1, S2)."""

from datetime import timedelta

import pytest

from helpdesk.models import Assignment, Escalation, Notification, SLARecord, Ticket, TicketEvent, User
from helpdesk.selectors import buckets
from helpdesk.services import escalations
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.staleness import sweep_stale
from helpdesk.services.tickets import resolve_ticket, start_ticket
from tests.clock import HeldClock
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.errors import WrongStatus
from workflow.states import Bucket

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[User]:
    return {row.recipient for row in Notification.objects.filter(kind=kind).select_related("recipient")}


def test_the_reminder_comes_30_minutes_before_and_once(clock: HeldClock) -> None:
    ticket = in_progress(minutes=120)

    assert sweep_reminders(clock.forward(minutes=89)) == 0
    assert sweep_reminders(clock.forward(minutes=1)) == 1
    assert sweep_reminders(clock.forward(minutes=1)) == 0

    assert told("due_soon") == {ticket.assignment.engineer}
    assert TicketEvent.objects.filter(action="ticket_reminded").count() == 1


def test_a_short_promise_is_reminded_of_at_once(clock: HeldClock) -> None:
    in_progress(minutes=10)

    assert sweep_reminders(clock.moment) == 1


def test_a_moved_due_time_gets_a_reminder_of_its_own(clock: HeldClock) -> None:
    assignment = a_promise(minutes=20)
    assert sweep_reminders(clock.moment) == 1
    assignment.refresh_from_db()
    assignment.due_at += timedelta(minutes=5)
    assignment.save()

    assert sweep_reminders(clock.moment) == 1


def test_no_reminder_after_the_due_time_nor_of_what_is_resolved_or_only_expected(clock: HeldClock) -> None:
    done = in_progress(minutes=20)
    resolve_ticket(actor=done.assignment.engineer, ticket_id=done.pk, note="Done.")
    in_progress(minutes=20)
    an_assignment()

    assert sweep_reminders(clock.forward(minutes=20)) == 0


def test_a_promise_is_escalated_at_its_due_time_and_once(clock: HeldClock) -> None:
    authority, sm1, sm2 = RAFactory(), SM1Factory(), SM2Factory()
    ticket = in_progress(engineer=EngineerFactory(reporting_authority=authority), by=sm1, minutes=60)
    due = Assignment.objects.get().due_at

    assert sweep_escalations(clock.set(due - timedelta(seconds=1))) == 0
    assert sweep_escalations(clock.set(due)) == 1
    assert sweep_escalations(clock.forward(minutes=5)) == 0

    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.escalated_at) == ("escalated", due)
    assert SLARecord.objects.get().breached_at == due
    assert Escalation.objects.get().escalated_to == authority
    assert told("escalated") == {authority, sm1, sm2}


@pytest.mark.parametrize(
    "lead",
    [
        lambda engineer: None,
        lambda engineer: RAFactory(is_active=False),
        lambda engineer: UserFactory(roles=["reporter"]),
    ],
    ids=["no authority", "inactive authority", "no longer an authority"],
)
def test_without_a_usable_authority_it_goes_to_the_others_and_the_admins_and_says_so(
    lead: object, clock: HeldClock
) -> None:
    other, admin, engineer = RAFactory(), AdminFactory(), EngineerFactory()
    engineer.reporting_authority = lead(engineer)  # type: ignore[operator]
    engineer.save()
    in_progress(engineer=engineer, minutes=60)

    sweep_escalations(clock.forward(hours=1))

    assert {other, admin} <= told("escalated")
    escalation = Escalation.objects.get()
    assert escalation.escalated_to is None
    assert "reporting authority" in escalation.reason
    assert "every other reporting authority" in Notification.objects.get(kind="escalated", recipient=admin).because


def test_an_expected_due_time_is_never_escalated(clock: HeldClock) -> None:
    an_assignment()

    assert sweep_escalations(clock.forward(days=30)) == 0


def test_an_escalated_waiting_ticket_leaves_the_line(clock: HeldClock) -> None:
    engineer = EngineerFactory()
    first, second = a_promise(engineer=engineer, minutes=30), a_promise(engineer=engineer, minutes=600)

    sweep_escalations(clock.forward(minutes=30))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.place, second.place) == (None, 1)


def test_a_late_resolve_ends_after_escalation_though_no_sweep_has_run(clock: HeldClock) -> None:
    ticket = in_progress(minutes=60)
    clock.forward(minutes=60)

    resolved = resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="A little late.")

    assert resolved.status == "resolved_escalated"
    actions = TicketEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions)[-2:] == ["ticket_escalated", "ticket_resolved"]
    assert Escalation.objects.count() == 1


def test_a_resolve_a_second_before_is_in_time(clock: HeldClock) -> None:
    ticket = in_progress(minutes=60)
    clock.forward(minutes=59, seconds=59)

    assert resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="Done.").status == "resolved"
    assert sweep_escalations(clock.forward(hours=1)) == 0


def test_an_act_that_is_refused_leaves_the_escalation_to_the_sweep(clock: HeldClock) -> None:
    assignment = a_promise(minutes=30)
    clock.forward(hours=1)

    with pytest.raises(WrongStatus):
        start_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id)

    assert sweep_escalations(clock.moment) == 1


def test_one_ticket_that_cannot_be_escalated_delays_no_other(clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned, healthy = in_progress(minutes=30), in_progress(minutes=30)
    sound = escalations.escalate_if_broken

    def fails_once(ticket: Ticket, now: object) -> bool:
        if ticket.pk == poisoned.pk:
            raise RuntimeError("poison")
        return sound(ticket, now)  # type: ignore[arg-type]

    monkeypatch.setattr(escalations, "escalate_if_broken", fails_once)

    assert sweep_escalations(clock.forward(hours=1)) == 1
    assert Ticket.objects.get(pk=healthy.pk).status == "escalated"


def test_engineers_see_only_their_own_escalations_and_authorities_all(clock: HeldClock) -> None:
    mine, other = in_progress(minutes=30), in_progress(minutes=30)
    sweep_escalations(clock.forward(hours=1))
    engineer = mine.assignment.engineer

    assert list(buckets.bucket(Bucket.ESCALATED, engineer)) == [mine]
    assert set(buckets.bucket(Bucket.ESCALATED, RAFactory())) == {mine, other}
    assert buckets.counts(SM1Factory(), [Bucket.ESCALATED, Bucket.UNASSIGNED]) == {
        Bucket.ESCALATED: 2,
        Bucket.UNASSIGNED: 0,
    }


def test_a_ticket_unassigned_beyond_its_target_is_told_once(clock: HeldClock) -> None:
    sm1 = SM1Factory()
    high, low = a_ticket(priority="high"), a_ticket(priority="low")

    assert sweep_stale(clock.forward(minutes=30)) == 0
    assert sweep_stale(clock.forward(minutes=1)) == 1
    assert sweep_stale(clock.forward(minutes=1)) == 0

    assert told("stale") == {sm1}
    flagged = set(Ticket.objects.filter(triage_flagged_at__isnull=False).values_list("pk", flat=True))
    assert flagged == {high.pk}
    assert low.pk not in flagged


def test_an_assigned_ticket_without_a_promise_is_told_once_each(clock: HeldClock) -> None:
    an_assignment(ticket=a_ticket(priority="high"))
    a_promise(ticket=a_ticket(priority="high"))

    assert sweep_stale(clock.forward(minutes=31)) == 1
    assert sweep_stale(clock.forward(minutes=31)) == 0
    assert TicketEvent.objects.filter(action="acceptance_stale").count() == 1


def test_field_history_carries_the_moment_of_the_act(clock: HeldClock) -> None:
    ticket = in_progress(minutes=60)
    resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="Done.")

    moments = {row.history_date for row in ticket.history.all()}

    assert moments == {clock.moment}
