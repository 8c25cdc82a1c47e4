"""The history in words: every kind of event has a sentence made of what it kept."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.admin.timeline import SENTENCES, lines_of
from helpdesk.models import TicketEvent
from workflow import facts
from workflow.states import Level, Priority

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TWO, THREE = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
GIVEN = {"engineer_id": 1, "engineer_name": "Asha", "level": Level.SM1}

SAID = [
    (facts.TicketRaised(application_code="EXP", title="It stops", priority=Priority.HIGH), "Priority high.", ""),
    (
        facts.TicketAssigned(**GIVEN, due_at=TWO, queued_after="N-EXP-1001"),
        "To Asha, as SM1, lined up behind N-EXP-1001; expected today 14:00.",
        "",
    ),
    (
        facts.TicketReassigned(
            **GIVEN, previous_engineer_id=2, previous_engineer_name="Ben", due_at=TWO, is_expected=False, comment="On leave"
        ),
        "To Asha instead of Ben, as SM1; due today 14:00.",
        "On leave",
    ),
    (facts.TicketCommitted(resolution_minutes=90, starts_at=NOON, due_at=TWO), "1 h 30 min: due today 14:00.", ""),
    (facts.TicketStarted(), "", ""),
    (facts.TicketStarted(out_of_turn=("N-EXP-1001",)), "Out of turn, ahead of N-EXP-1001.", ""),
    (facts.TicketResolved(note="Cleared", late=True), "After the promise had passed.", "Cleared"),
    (facts.TicketWithdrawn(reason="Twice", repeats="N-EXP-1001"), "It repeats N-EXP-1001.", "Twice"),
    (
        facts.TicketEscalated(due_at=NOON, engineer_id=1, engineer_name="Asha", escalated_to_names=("Meera",), reason="late"),
        "The promise of today 12:00 passed, told to Meera (late).",
        "",
    ),
    (facts.TicketReminded(due_at=TWO), "Due today 14:00.", ""),
    (facts.CommentAdded(internal=True), "For the staff only.", ""),
    (facts.FileAdded(filename="page.png", size=1_258_291, internal=False), "page.png, 1.2 MB", ""),
    (facts.FileAdded(filename="page.png", size=900, internal=True), "page.png, 900 bytes, for the staff only", ""),
    (
        facts.PriorityChanged(priority_from=Priority.LOW, priority_to=Priority.HIGH, reason="Month end"),
        "From low to high.",
        "Month end",
    ),
    (
        facts.DueMoved(
            due_from=TWO, due_to=THREE, starts_from=NOON, starts_to=TWO, cause_case_id="N-EXP-1001", cause="1001 went ahead",
            is_promise=True, comment="Urgent",
        ),
        "Due today 14:00 → today 15:00: 1001 went ahead.",
        "Urgent",
    ),
    (facts.TriageStale(since=NOON, target_minutes=30), "Since today 12:00; the target is 30 min.", ""),
    (
        facts.AcceptanceStale(since=NOON, target_minutes=120, engineer_name="Asha"),
        "Since today 12:00; the target is 2 h.",
        "",
    ),
    (
        facts.QueueReordered(
            **GIVEN, place_from=2, place_to=1, due_from=THREE, due_to=TWO, starts_from=TWO, starts_to=NOON, cause="Sam moved it",
            is_promise=True, comment="Urgent",
        ),
        "From place 2 to 1 of Asha's line; due today 15:00 → today 14:00.",
        "Urgent",
    ),
    (
        facts.ExtensionRequested(extra_minutes=60, comment="Vendor", due_at=TWO, due_if_approved=THREE),
        "1 h more: due today 15:00 if approved.",
        "Vendor",
    ),
    (facts.ExtensionVoted(level=Level.SM2, approves=False, comment="No"), "SM2 rejected.", "No"),
    (
        facts.ExtensionApproved(extra_minutes=60, due_from=TWO, due_to=THREE, approvers=("Sam", "Ravi"), comments=("", "Fine")),
        "1 h more, due today 14:00 → today 15:00; by Sam, Ravi.",
        "Fine",
    ),
    (facts.ExtensionRejected(extra_minutes=60, rejected_by=("Ravi",), reason="Too late"), "By Ravi.", "Too late"),
]  # fmt: skip


def test_every_kind_of_event_has_a_sentence():
    assert set(SENTENCES) == set(facts.ACTIONS) == {fact.action for fact, _, _ in SAID}


@pytest.mark.parametrize(("fact", "said", "quote"), SAID, ids=[type(fact).__name__ for fact, _, _ in SAID])
def test_an_event_is_said_in_words(fact, said, quote):
    event = TicketEvent(action=fact.action, metadata=fact.as_metadata(), timestamp=NOON)

    (line,) = lines_of([event], NOON)

    assert (line.label, line.said, line.quote) == (fact.label, said, quote)


def test_the_newest_event_stands_first():
    events = [TicketEvent(action="ticket_started", metadata={}, timestamp=NOON + timedelta(hours=n)) for n in range(2)]

    assert [line.at for line in lines_of(events, NOON)] == [NOON + timedelta(hours=1), NOON]
