"""Nothing is silently forgotten: tickets that wait too long to be assigned or accepted (E4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from workflow.states import Priority, Status

TRIAGE_MINUTES = {Priority.HIGH: 30, Priority.MEDIUM: 2 * 60, Priority.LOW: 8 * 60}
ACCEPTANCE_MINUTES = {Priority.HIGH: 30, Priority.MEDIUM: 2 * 60, Priority.LOW: 8 * 60}
"""The targets an application is shipped with, in minutes."""


def waits_too_long(since: datetime, target_minutes: int, now: datetime) -> bool:
    """Whether more than the target has passed."""
    return now - since > timedelta(minutes=target_minutes)


def is_triage_stale(status: Status, raised_at: datetime, target_minutes: int, now: datetime) -> bool:
    """Unassigned for longer than the triage target."""
    return status is Status.UNASSIGNED and waits_too_long(raised_at, target_minutes, now)


def is_acceptance_stale(
    status: Status, is_committed: bool, assigned_at: datetime, target_minutes: int, now: datetime
) -> bool:
    """Assigned, and without a resolution time for longer than the acceptance target."""
    return status is Status.ASSIGNED and not is_committed and waits_too_long(assigned_at, target_minutes, now)
