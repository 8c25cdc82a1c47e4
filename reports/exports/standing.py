"""How a report that is not finished stands, in words: what it waits for, and whether anybody is at it."""

from datetime import datetime

from reports.models import ReportRun

State = ReportRun.State

SILENT = "Its worker has fallen silent; another one begins it anew in a moment."
NO_WORKER = "No worker has taken it yet, and none is at another report: the background work seems to stand still."
BEHIND = "Another report is being written; this one comes after it."
SOON = "A worker takes it in a moment."


def standing_of(run: ReportRun, now: datetime, *, busy: bool) -> str:
    """A sentence, or nothing where the progress says it all; `busy` is whether some report is being written now."""
    if run.state == State.RUNNING:
        return SILENT if run.is_left_alone(now) else ""
    if run.state != State.WAITING or (run.next_try_at and run.next_try_at > now):
        return ""
    if busy:
        return BEHIND
    return NO_WORKER if run.is_left_alone(now) else SOON
