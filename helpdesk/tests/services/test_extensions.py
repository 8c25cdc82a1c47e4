"""Asking for more time, and the decision of two (X1, X2)."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, transaction

from helpdesk.models import (
    Assignment,
    ExtensionRequest,
    ExtensionVote,
    SLARecord,
    TicketEvent,
    User,
)
from helpdesk.selectors import access, extensions
from helpdesk.services.extensions import decide_extension, request_extension
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
from workflow.states import Level

pytestmark = pytest.mark.django_db


HALF = timedelta(minutes=30)


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
    with pytest.raises(RoleNeeded):
        decide_extension(actor=AdminFactory(), ticket_id=none.ticket_id, approve=True)


def test_x2_a_request_that_is_not_the_tickets_is_not_decided(asha: User) -> None:
    extension, other = asked(asha), asked(EngineerFactory())

    with pytest.raises(ExtensionMissing):
        decide_extension(actor=SM1Factory(), ticket_id=extension.ticket_id, approve=True, extension_id=other.pk)

    assert not ExtensionVote.objects.exists()


@pytest.mark.parametrize("how", ["update", "delete"])
def test_x2_the_database_keeps_a_decision(asha: User, how: str) -> None:
    extension = asked(asha)
    decide_extension(actor=SM1Factory(), ticket_id=extension.ticket_id, approve=False)

    change = ExtensionVote.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change.update(approves=True) if how == "update" else change.delete()

    assert not ExtensionVote.objects.get().approves
