"""What the sample mails tell: every kind, and every variant of it that says something else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from workflow import facts
from workflow.audience import Kind
from workflow.states import Level, Priority

HOUR = timedelta(hours=1)
ENGINEER_ID, PREVIOUS_ID = 900_001, 900_002
ENGINEER = "Elif Engineer"
OTHER_CASE, MOVED_CASE, EXPECTED_CASE = "N-EXP-1001", "N-HRM-1002", "N-HRM-1003"

SampleFacts = dict[str, tuple[Kind, facts.Fact]]


def sample_facts(now: datetime) -> SampleFacts:
    """By the name of the variant, in the order of the kinds; times are some hours around `now`."""
    return {
        **_raised(),
        **_given(now),
        **_moved(now),
        **_extension(now),
        **_clock(now),
        **_closed(),
        "commented": (Kind.COMMENTED, facts.CommentAdded(internal=False)),
        "commented internally": (Kind.COMMENTED, facts.CommentAdded(internal=True)),
    }


def _raised() -> SampleFacts:
    fact = facts.TicketRaised(application_code="EXP", title="x", priority=Priority.HIGH)
    return {"raised": (Kind.RAISED, fact), "receipt": (Kind.RECEIPT, fact)}


def _given(now: datetime) -> SampleFacts:
    given: dict[str, Any] = {
        "engineer_id": ENGINEER_ID,
        "engineer_name": ENGINEER,
        "level": Level.SM1,
        "starts_at": now + HOUR,
        "due_at": now + 9 * HOUR,
        "queued_after": OTHER_CASE,
        "comment": "You know the export best.",
    }
    free = {**given, "starts_at": now, "queued_after": None, "comment": ""}
    late = {**given, "starts_at": None, "queued_after": None, "is_expected": False}
    before: dict[str, Any] = {"previous_engineer_id": PREVIOUS_ID, "previous_engineer_name": "Pavel Previous"}
    return {
        "assigned": (Kind.ASSIGNED, facts.TicketAssigned(**given)),
        "assigned to somebody free": (Kind.ASSIGNED, facts.TicketAssigned(**free)),
        "reassigned": (Kind.REASSIGNED, facts.TicketReassigned(**given, **before)),
        "reassigned, escalated": (Kind.REASSIGNED, facts.TicketReassigned(**late, **before)),
    }


def _moved(now: datetime) -> SampleFacts:
    moves = (
        facts.DueMove(case_id=MOVED_CASE, due_from=now + HOUR, due_to=now + 5 * HOUR, is_promise=True),
        facts.DueMove(case_id=EXPECTED_CASE, due_from=now + HOUR, due_to=now + 6 * HOUR, is_promise=False),
    )
    cause = f"{ENGINEER} gave {OTHER_CASE} its resolution time"
    fact = facts.DuesMoved(
        engineer_id=ENGINEER_ID, moves=moves, cause_case_id=OTHER_CASE, cause=cause, comment="Payroll first."
    )
    return {"due moved": (Kind.DUE_MOVED, fact)}


def _extension(now: datetime) -> SampleFacts:
    due, later = now + HOUR, now + 2.5 * HOUR
    asked = facts.ExtensionRequested(
        extra_minutes=90, comment="The supplier is slow.", due_at=due, due_if_approved=later
    )
    agreed = facts.ExtensionApproved(
        extra_minutes=90, due_from=due, due_to=later, approvers=("Sam One", "Sara Two"), comments=("Fine.",)
    )
    refused = facts.ExtensionRejected(extra_minutes=90, rejected_by=("Sara Two",), comments=("Please hurry.",))
    closed = facts.ExtensionRejected(extra_minutes=90, reason="The ticket escalated before both had decided.")
    return {
        "extension requested": (Kind.EXTENSION_REQUESTED, asked),
        "extension approved": (Kind.EXTENSION_APPROVED, agreed),
        "extension rejected": (Kind.EXTENSION_REJECTED, refused),
        "extension closed": (Kind.EXTENSION_REJECTED, closed),
    }


def _clock(now: datetime) -> SampleFacts:
    broken: dict[str, Any] = {"due_at": now, "engineer_id": ENGINEER_ID, "engineer_name": ENGINEER}
    nobody: dict[str, Any] = {
        "escalated_to_names": ("Ola Other", "Ada Admin"),
        "reason": f"{ENGINEER} has no reporting authority",
    }
    return {
        "due soon": (Kind.DUE_SOON, facts.TicketReminded(due_at=now + HOUR)),
        "escalated": (Kind.ESCALATED, facts.TicketEscalated(**broken, escalated_to_names=("Rana Authority",))),
        "escalated without authority": (Kind.ESCALATED, facts.TicketEscalated(**broken, **nobody)),
        "stale, unassigned": (Kind.STALE, facts.TriageStale(since=now, target_minutes=120)),
        "stale, not committed": (
            Kind.STALE,
            facts.AcceptanceStale(since=now, target_minutes=30, engineer_name=ENGINEER),
        ),
    }


def _closed() -> SampleFacts:
    wrong = facts.TicketWithdrawn(reason="It was the wrong printer.")
    return {
        "resolved": (Kind.RESOLVED, facts.TicketResolved(note="The cache is cleared.\nIt prints again.")),
        "resolved late": (Kind.RESOLVED, facts.TicketResolved(note="It prints again.", late=True)),
        "withdrawn": (Kind.WITHDRAWN, wrong),
        "withdrawn, repeats": (
            Kind.WITHDRAWN,
            facts.TicketWithdrawn(reason="Reported twice.", repeats=OTHER_CASE),
        ),
    }
