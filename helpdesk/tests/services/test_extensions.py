"""The one extension of a ticket: asked for, decided by two, closed by what ends its promise (X1-X4, S2, C8)."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, transaction
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
    CommentRequired,
    ExtensionClosed,
    ExtensionMissing,
    ExtensionUsed,
    ExtraTimeInvalid,
    LevelDecided,
    LevelNotHeld,
    NotCommitted,
    NotTheAssignee,
    OwnRequest,
    RoleNeeded,
    SecondPersonNeeded,
    TicketMissing,
    WorkflowError,
    WrongStatus,
)
from workflow.states import Act, Level

pytestmark = pytest.mark.django_db

HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)


@pytest.fixture
def asha() -> User:
    return EngineerFactory(name="Asha")


def asked(engineer: User, minutes: int = 30, **options: object) -> ExtensionRequest:
    """A request for half an hour more on an hour that was promised."""
    assignment = a_promise(engineer=engineer, minutes=60, **options)
    return request_extension(
        actor=engineer, ticket_id=assignment.ticket_id, extra_minutes=minutes, comment="It is slow."
    )


def told(kind: str) -> set[User]:
    return {row.recipient for row in Notification.objects.filter(kind=kind).select_related("recipient")}


def last_event(ticket: Ticket) -> TicketEvent:
    return TicketEvent.objects.filter(ticket=ticket).latest("pk")


def test_request_extension_tells_every_sm_and_moves_nothing(asha: User) -> None:
    sm1, sm2, admin = SM1Factory(), SM2Factory(), AdminFactory()
    assignment = a_promise(engineer=asha, by=sm1, minutes=60)

    extension = request_extension(actor=asha, ticket_id=assignment.ticket_id, extra_minutes=30, comment=" The vendor. ")

    assert (extension.status, extension.extra_minutes, extension.comment) == ("pending", 30, "The vendor.")
    assert told("extension_requested") == {sm1, sm2}
    event = last_event(assignment.ticket)
    assert (event.action, event.actor) == ("extension_requested", asha)
    assert event.metadata["due_if_approved"] == (assignment.due_at + HALF).isoformat()
    before = assignment.due_at
    assignment.refresh_from_db()
    assert (assignment.due_at, assignment.extra_minutes) == (before, 0)
    assert list(extensions.pending_for(sm2)) == [extension]
    assert list(extensions.pending_for(EngineerFactory())) == []
    assert extensions.extension_of(access.ticket_for(admin, assignment.ticket_id)) == extension


@pytest.mark.parametrize(
    ("minutes", "comment", "error"),
    [
        pytest.param(0, "x", ExtraTimeInvalid, id="X1 nothing"),
        pytest.param(-5, "x", ExtraTimeInvalid, id="X1 less than nothing"),
        pytest.param(43_201, "x", ExtraTimeInvalid, id="X1 over 30 days"),
        pytest.param(30, " \u200b", CommentRequired, id="X1 no comment"),
    ],
)
def test_x1_its_limits(asha: User, minutes: int, comment: str, error: type[WorkflowError]) -> None:
    assignment = a_promise(engineer=asha)

    with pytest.raises(error):
        request_extension(actor=asha, ticket_id=assignment.ticket_id, extra_minutes=minutes, comment=comment)

    assert not ExtensionRequest.objects.exists()


def test_x1_it_is_the_assignees_of_a_promise_that_runs(asha: User) -> None:
    promised, expected, sm1 = a_promise(engineer=asha), an_assignment(engineer=asha), SM1Factory()
    done = in_progress(engineer=asha)
    resolve_ticket(actor=asha, ticket_id=done.pk, note="Done.")

    for actor, ticket_id, error in (
        (sm1, promised.ticket_id, NotTheAssignee),
        (EngineerFactory(), promised.ticket_id, TicketMissing),
        (asha, expected.ticket_id, NotCommitted),
        (asha, done.pk, WrongStatus),
        (asha, 987_654, TicketMissing),
    ):
        with pytest.raises(error):
            request_extension(actor=actor, ticket_id=ticket_id, extra_minutes=30, comment="x")


@pytest.mark.parametrize("earlier", ["pending", "approved", "rejected", "of another engineer"])
def test_x1_there_is_one_in_a_tickets_whole_life(asha: User, earlier: str) -> None:
    extension = asked(asha)
    ticket, asker = extension.ticket, asha
    if earlier in ("approved", "rejected"):
        decide_extension(actor=SM1Factory(), ticket_id=ticket.pk, approve=True)
        decide_extension(actor=SM2Factory(), ticket_id=ticket.pk, approve=earlier == "approved")
    elif earlier == "of another engineer":
        asker = EngineerFactory()
        a_promise(ticket=ticket, engineer=asker, comment="Ben knows it.")

    with pytest.raises(ExtensionUsed):
        request_extension(actor=asker, ticket_id=ticket.pk, extra_minutes=30, comment="Again.")

    assert ExtensionRequest.objects.count() == 1


OUTCOMES = {
    ("approve", "approve"): "approved",
    ("approve", "reject"): "rejected",
    ("reject", "approve"): "rejected",
    ("reject", "reject"): "rejected",
}
"""X2; every pair in which one has not decided is pending."""


@pytest.mark.parametrize("first", ["sm1", "sm2"])
@pytest.mark.parametrize(("sm1_says", "sm2_says"), list(product(("approve", "reject", "none"), repeat=2)))
@pytest.mark.parametrize("people", ["one level each", "sm1 holds both", "sm2 holds both", "both hold both"])
def test_x2_truth_table(asha: User, clock: HeldClock, people: str, sm1_says: str, sm2_says: str, first: str) -> None:
    """(approve, reject, nothing) of SM1 x of SM2 x who decides x who is first."""
    both = ["sm1", "sm2"]
    voters = {
        "sm1": UserFactory(name="Sam", roles=both if people in ("sm1 holds both", "both hold both") else ["sm1"]),
        "sm2": UserFactory(name="Ravi", roles=both if people in ("sm2 holds both", "both hold both") else ["sm2"]),
    }
    says = {"sm1": sm1_says, "sm2": sm2_says}
    extension = asked(asha, by=SM1Factory())
    ticket, due = extension.ticket, extension.assignment.due_at

    for level in (first, "sm2" if first == "sm1" else "sm1"):
        if says[level] != "none":
            decide_extension(
                actor=voters[level],
                ticket_id=ticket.pk,
                approve=says[level] == "approve",
                level=Level(level),
                comment=f"{level} says {says[level]}",
            )

    extension.refresh_from_db()
    expected = OUTCOMES.get((sm1_says, sm2_says), "pending")
    assert extension.status == expected
    verdict = {"approve": True, "reject": False, "none": None}
    assert (extension.approved_by_sm1, extension.approved_by_sm2) == (verdict[sm1_says], verdict[sm2_says])
    assert (extension.decided_at is None) is (expected == "pending")
    assignment = Assignment.objects.get(pk=extension.assignment_id)
    more = HALF if expected == "approved" else timedelta(0)
    assert (assignment.due_at, assignment.extra_minutes) == (due + more, more / timedelta(minutes=1))
    assert SLARecord.objects.get(assignment=assignment).extended_due_at == (due + more if more else None)
    assert told("extension_approved") == ({asha, ticket.reporter} if expected == "approved" else set())
    assert told("extension_rejected") == ({asha} if expected == "rejected" else set())
    voted = sum(one != "none" for one in says.values())
    actions = list(TicketEvent.objects.filter(ticket=ticket).order_by("pk").values_list("action", flat=True))
    assert actions[actions.index("extension_requested") + 1 :] == (
        ["extension_voted"] * min(voted, 1) + ([f"extension_{expected}"] if voted == 2 else [])
    )


def test_x2_a_person_holding_both_levels_decides_once(asha: User) -> None:
    both = UserFactory(roles=["sm1", "sm2"])
    extension = asked(asha)

    decide_extension(actor=both, ticket_id=extension.ticket_id, approve=True)

    vote = ExtensionVote.objects.get()
    assert (vote.level, vote.voter) == ("sm2", both)
    for level in (None, Level.SM1):
        with pytest.raises(SecondPersonNeeded):
            decide_extension(actor=both, ticket_id=extension.ticket_id, approve=True, level=level)
    with pytest.raises(LevelDecided):
        decide_extension(actor=both, ticket_id=extension.ticket_id, approve=False, level=Level.SM2)
    assert ExtensionVote.objects.get().approves


def test_x2_without_a_level_it_is_the_highest_that_has_still_to_decide(asha: User) -> None:
    both = UserFactory(roles=["sm1", "sm2"])
    extension = asked(asha)
    decide_extension(actor=SM2Factory(), ticket_id=extension.ticket_id, approve=True)

    decided = decide_extension(actor=both, ticket_id=extension.ticket_id, approve=True)

    assert decided.status == "approved"
    assert ExtensionVote.objects.get(voter=both).level == "sm1"


def test_x2_an_engineer_who_is_an_sm_too_does_not_decide_on_their_own_request() -> None:
    two_hats = UserFactory(roles=["engineer", "sm1", "sm2"])
    extension = asked(two_hats)

    for level in (None, *Level):
        with pytest.raises(OwnRequest):
            decide_extension(actor=two_hats, ticket_id=extension.ticket_id, approve=True, level=level)

    assert not ExtensionVote.objects.exists()


@pytest.mark.parametrize(
    ("roles", "level", "error"),
    [
        pytest.param(["sm1"], Level.SM2, LevelNotHeld, id="A4 a forged level"),
        pytest.param(["sm2"], Level.SM1, LevelNotHeld, id="A4 nor the lower one"),
        pytest.param(["admin"], None, RoleNeeded, id="an admin"),
        pytest.param(["ra", "engineer"], None, TicketMissing, id="who does not see it"),
        pytest.param([], None, TicketMissing, id="P6 no role"),
    ],
)
def test_x2_who_does_not_decide(asha: User, roles: list[str], level: Level | None, error: type[WorkflowError]) -> None:
    extension = asked(asha)

    with pytest.raises(error):
        decide_extension(actor=UserFactory(roles=roles), ticket_id=extension.ticket_id, approve=True, level=level)

    assert not ExtensionVote.objects.exists()


def test_x2_a_level_decides_once(asha: User) -> None:
    extension = asked(asha)
    sm1, another = SM1Factory(), SM1Factory()
    decide_extension(actor=sm1, ticket_id=extension.ticket_id, approve=False, comment="No.")

    for actor in (sm1, another):
        with pytest.raises(LevelDecided):
            decide_extension(actor=actor, ticket_id=extension.ticket_id, approve=True)

    extension.refresh_from_db()
    assert (extension.status, extension.approved_by_sm1) == ("pending", False)


def test_x2_what_is_decided_or_was_never_asked_is_not_decided(asha: User) -> None:
    extension, none = asked(asha), a_promise()
    sm1, sm2 = SM1Factory(), SM2Factory()
    decide_extension(actor=sm1, ticket_id=extension.ticket_id, approve=True)
    decide_extension(actor=sm2, ticket_id=extension.ticket_id, approve=True)

    with pytest.raises(ExtensionClosed, match="approved already"):
        decide_extension(actor=SM2Factory(), ticket_id=extension.ticket_id, approve=False)
    with pytest.raises(ExtensionMissing):
        decide_extension(actor=sm1, ticket_id=none.ticket_id, approve=True)


@pytest.mark.parametrize("how", ["update", "delete"])
def test_x2_the_database_keeps_a_decision(asha: User, how: str) -> None:
    extension = asked(asha)
    decide_extension(actor=SM1Factory(), ticket_id=extension.ticket_id, approve=False)

    change = ExtensionVote.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change.update(approves=True) if how == "update" else change.delete()

    assert not ExtensionVote.objects.get().approves


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
