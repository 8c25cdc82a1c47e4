"""What the worker runs for reports: one call out each. Everything here may run twice or at once without harm."""

from helpdesk import clock
from helpdesk.services import heartbeats
from helpdesk.trace import traced
from reports.exports import worker


@traced
def write_report() -> int:
    """Write the report whose turn it is, if there is one; how many were written."""
    return worker.write_next(clock.now())


@traced
@heartbeats.scheduled
def tend_reports() -> dict[str, int]:
    """One minute of the reports: how many wait for a worker, how many old files were deleted."""
    now = clock.now()
    return {"waiting": worker.call_waiting(now), "deleted": worker.sweep_files(now)}


@traced
@heartbeats.scheduled
def clear_reports() -> int:
    """Once a day: delete files in the reports' folder that no report knows; how many."""
    return worker.sweep_strays(clock.now())
