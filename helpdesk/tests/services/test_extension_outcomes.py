"""What comes of a request for more time: approved, rejected, closed by what ends its promise (X3, X4, S2, C8, E1, A6)."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import (
    Assignment,
    ExtensionRequest,
    ExtensionVote,
    Notification,
    SLARecord,
    Ticket,
    TicketEvent,
    User,
)
from helpdesk.selectors import access, extensions, tickets
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tests.services.lined import asked, last_event, told
from tests.clock import HeldClock
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    an_assignment,
    in_progress,
)
from workflow.errors import (
    ChangedSinceLoaded,
    ExtensionClosed,
    WrongStatus,
)
from workflow.states import Act, Level

pytestmark = pytest.mark.django_db


HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)


def test_x3_approved_time_moves_those_behind_and_the_mail_names_the_approvers(asha: User, clock: HeldClock) -> None:
    sm1, sm2 = SM1Factory(name="Sam"), SM2Factory(name="Ravi")
    extension = asked(asha, by=sm1)
    behind, last = a_promise(engineer=asha, by=sm1, minutes=60), an_assignment(engineer=asha, by=sm1)
    ticket = extension.ticket
    decide_extension(actor=sm2, ticket_id=ticket.pk, approve=True, comment="Agreed.")
    shown = extensions.impact(extension, 30, clock.moment)

    decide_extension(actor=sm1, ticket_id=ticket.pk, approve=True)

    start = extension.assignment.starts_at
    assert start is not None
    for assignment, due in ((extension.assignment, 1.5), (behind, 2.5), (last, 10.5)):
        assignment.refresh_from_db()
        assert assignment.due_at == start + due * HOUR == shown.queue.slot(assignment.pk).due_at
    approved = last_event(ticket)
    assert approved.metadata["approvers"] == ["Ravi", "Sam"]
    assert approved.metadata["comments"] == ["Agreed."]
    assert told("extension_approved") == {asha, ticket.reporter}
    mail = Notification.objects.get(kind="due_moved")
    assert mail.recipient == asha
    assert [move["case_id"] for move in mail.payload["moves"]] == [behind.ticket.case_id]
    assert mail.payload["cause"] == f"{ticket.case_id} was extended by 30 min"
    assert last_event(last.ticket).metadata["is_promise"] is False


def test_x3_a_moved_due_time_gets_its_own_reminder(asha: User, clock: HeldClock) -> None:
    extension = asked(asha, minutes=120)
    clock.forward(minutes=40)
    assert sweep_reminders(clock.moment) == 1
    decide_extension(actor=SM1Factory(), ticket_id=extension.ticket_id, approve=True)
    decide_extension(actor=SM2Factory(), ticket_id=extension.ticket_id, approve=True)
    assert sweep_reminders(clock.moment) == 0

    clock.forward(minutes=111)

    assert sweep_reminders(clock.moment) == 1
    assert sweep_escalations(clock.moment) == 0


def test_x3_the_extended_due_time_decides_about_the_breach(asha: User, clock: HeldClock) -> None:
    ticket = in_progress(engineer=asha, minutes=60)
    request_extension(actor=asha, ticket_id=ticket.pk, extra_minutes=30, comment="Slow.")
    decide_extension(actor=SM1Factory(), ticket_id=ticket.pk, approve=True)
    decide_extension(actor=SM2Factory(), ticket_id=ticket.pk, approve=True)
    clock.forward(minutes=89)

    resolve_ticket(actor=asha, ticket_id=ticket.pk, note="Done.")

    assert Ticket.objects.get(pk=ticket.pk).status == "resolved"
    record = SLARecord.objects.get(ticket=ticket)
    assert not record.breached
    assert record.extended_due_at is not None
    assert record.original_due_at is not None
    assert record.extended_due_at - record.original_due_at == HALF


def test_x3_a_rejection_tells_the_assignee_who_and_why(asha: User) -> None:
    extension = asked(asha)
    decide_extension(actor=SM1Factory(name="Sam"), ticket_id=extension.ticket_id, approve=False, comment="Month end.")
    decide_extension(actor=SM2Factory(name="Ravi"), ticket_id=extension.ticket_id, approve=True, comment="Fine.")

    mail = Notification.objects.get(kind="extension_rejected")
    assert mail.recipient == asha
    assert (mail.payload["rejected_by"], mail.payload["comments"]) == (["Sam"], ["Month end.", "Fine."])


def closed(extension: ExtensionRequest) -> tuple[str, str, str]:
    """How the system closed it: status, reason, and the event's reason."""
    extension.refresh_from_db()
    event = TicketEvent.objects.get(ticket=extension.ticket, action="extension_rejected")
    assert event.actor is None
    return extension.status, extension.closing_reason, event.metadata["reason"]


def test_x4_the_clock_goes_on_and_an_escalation_closes_the_request(asha: User, clock: HeldClock) -> None:
    extension = asked(asha)
    decide_extension(actor=SM1Factory(), ticket_id=extension.ticket_id, approve=True)
    clock.forward(hours=1)

    assert sweep_escalations(clock.moment) == 1

    reason = "The promise passed before both levels had decided."
    assert closed(extension) == ("rejected", reason, reason)
    assert told("extension_rejected") == {asha}
    assert Ticket.objects.get(pk=extension.ticket_id).status == "escalated"


def test_x4_a_resolution_closes_it(asha: User) -> None:
    ticket = in_progress(engineer=asha)
    extension = request_extension(actor=asha, ticket_id=ticket.pk, extra_minutes=30, comment="Slow.")

    resolve_ticket(actor=asha, ticket_id=ticket.pk, note="Done after all.")

    reason = "The ticket was resolved before both levels had decided."
    assert closed(extension) == ("rejected", reason, reason)


def test_x4_a_reassignment_closes_it_and_tells_who_asked(asha: User) -> None:
    extension = asked(asha)

    assign_ticket(actor=SM2Factory(), ticket_id=extension.ticket_id, engineer_id=EngineerFactory().pk, comment="Ben.")

    reason = "The ticket was reassigned before both levels had decided."
    assert closed(extension) == ("rejected", reason, reason)
    assert told("extension_rejected") == {asha}


def test_x4_approved_time_ends_with_the_assignment(asha: User) -> None:
    extension = asked(asha)
    decide_extension(actor=SM1Factory(), ticket_id=extension.ticket_id, approve=True)
    decide_extension(actor=SM2Factory(), ticket_id=extension.ticket_id, approve=True)

    given = assign_ticket(
        actor=SM2Factory(), ticket_id=extension.ticket_id, engineer_id=EngineerFactory().pk, comment="Ben."
    )

    extension.refresh_from_db()
    assert (given.extra_minutes, extension.status) == (0, "approved")
    assert not TicketEvent.objects.filter(action="extension_rejected").exists()


def test_x4_a_late_request_and_a_late_decision_are_refused(asha: User, clock: HeldClock) -> None:
    late, extension = a_promise(engineer=EngineerFactory(), minutes=60), asked(asha)
    clock.forward(hours=1)

    with pytest.raises(WrongStatus):
        request_extension(actor=late.engineer, ticket_id=late.ticket_id, extra_minutes=30, comment="Late.")
    with pytest.raises(ExtensionClosed):
        decide_extension(actor=SM1Factory(), ticket_id=extension.ticket_id, approve=True)

    assert not ExtensionVote.objects.exists()


def test_e1_an_approval_escalates_what_has_passed_behind_it_and_never_unbreaks_it(asha: User, clock: HeldClock) -> None:
    sm1, sm2 = SM1Factory(), SM2Factory()
    long = a_promise(engineer=asha, minutes=600)
    short = a_promise(engineer=asha, minutes=60)
    after = a_promise(engineer=asha, minutes=60)
    Assignment.objects.filter(pk=short.pk).update(starts_at=clock.moment, due_at=clock.moment + HOUR)
    request_extension(actor=asha, ticket_id=long.ticket_id, extra_minutes=180, comment="Slow.")
    decide_extension(actor=sm1, ticket_id=long.ticket_id, approve=True)
    clock.forward(hours=2)
    shown = extensions.impact(ExtensionRequest.objects.get(), 180, clock.moment)

    decide_extension(actor=sm2, ticket_id=long.ticket_id, approve=True)

    short.refresh_from_db()
    after.refresh_from_db()
    long.refresh_from_db()
    assert (short.ticket.status, short.due_at, short.place) == ("escalated", clock.moment - HOUR, None)
    assert (after.place, after.due_at) == (2, long.due_at + HOUR)
    assert shown.queue.slot(after.pk).due_at == after.due_at


def test_a6_request_and_decision_change_the_ticket_for_those_who_looked_before(asha: User) -> None:
    extension, sm1, sm2 = asked(asha), SM1Factory(name="Sam"), SM2Factory()
    seen = tickets.version_of(access.ticket_for(sm2, extension.ticket_id))
    decide_extension(actor=sm1, ticket_id=extension.ticket_id, approve=True, seen=seen)

    with pytest.raises(ChangedSinceLoaded, match="Sam decided on its extension"):
        decide_extension(actor=sm2, ticket_id=extension.ticket_id, approve=True, seen=seen)


def test_an_approval_takes_at_most_25_statements(
    asha: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sm1, sm2 = SM1Factory(), SM2Factory()
    extension = asked(asha, by=sm1)
    for _ in range(9):
        a_promise(engineer=asha, by=sm1, minutes=60)
    decide_extension(actor=sm1, ticket_id=extension.ticket_id, approve=True)

    with django_assert_max_num_queries(25):
        decide_extension(actor=sm2, ticket_id=extension.ticket_id, approve=True)


@pytest.mark.parametrize(
    ("who", "allowed", "code", "shown"),
    [
        pytest.param("sm1", True, "", True, id="X2 SM1 may"),
        pytest.param("sm1 after sm1", False, "level_decided", True, id="X2 final for that level"),
        pytest.param("both after itself", False, "second_person_needed", True, id="X2 two different people"),
        pytest.param("the asker", False, "own_request", True, id="X2 not their own"),
        pytest.param("sm2 after both", False, "extension_closed", False, id="X2 closed"),
        pytest.param("admin", False, "role_needed", False, id="X2 not an admin"),
    ],
)
def test_x2_a_page_offers_what_the_rules_say(clock: HeldClock, who: str, allowed: bool, code: str, shown: bool) -> None:
    engineer = UserFactory(roles=["engineer", "sm1"])
    extension = asked(engineer)
    ticket_id, level = extension.ticket_id, Level.SM1
    viewer = {"the asker": engineer, "admin": AdminFactory()}.get(who) or UserFactory(
        roles=["sm1", "sm2"] if who.startswith("both") else [who[:3]]
    )
    if who == "sm1 after sm1":
        decide_extension(actor=SM1Factory(), ticket_id=ticket_id, approve=True)
    elif who == "both after itself":
        decide_extension(actor=viewer, ticket_id=ticket_id, approve=True, level=Level.SM2)
    elif who == "sm2 after both":
        decide_extension(actor=SM1Factory(), ticket_id=ticket_id, approve=True)
        decide_extension(actor=SM2Factory(), ticket_id=ticket_id, approve=True)
        level = Level.SM2

    ticket = access.ticket_for(viewer, ticket_id)
    option = {one.act: one for one in access.acts_of(viewer, ticket, clock.moment, level)}[Act.DECIDE_EXTENSION]

    assert (option.allowed, option.code, option.is_shown) == (allowed, code, shown)
