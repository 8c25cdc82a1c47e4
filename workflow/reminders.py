"""The reminder before a promise is due (R1); its lead is wall-clock time, also under a working calendar (C10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from workflow.cases import Case
from workflow.states import LATE_ABLE

LEAD_MINUTES = 30
"""How long before the due time the desk is shipped to remind."""


def reminder_due(due_at: datetime, lead_minutes: int, now: datetime) -> bool:
    """Whether now lies within the lead; at the due time itself it is too late for a reminder."""
    return due_at - timedelta(minutes=lead_minutes) <= now < due_at


def needs_reminder(case: Case, reminded_of: datetime | None, lead_minutes: int, now: datetime) -> bool:
    """Whether its assignee hears now: committed, unresolved, and not yet reminded of this very due time."""
    return (
        case.is_committed
        and case.status in LATE_ABLE
        and case.due_at is not None
        and case.due_at != reminded_of
        and reminder_due(case.due_at, lead_minutes, now)
    )
