"""What the promises of engineers came to: added up record by record, so that a million of them need no memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from helpdesk.models import Ticket
from helpdesk.selectors import report_rows
from helpdesk.selectors.report_rows import Rows, read
from reports.exports.columns import Row
from workflow.calendars import ROUND_THE_CLOCK, WorkingTime
from workflow.compliance import compliance


@dataclass
class Sums:
    """One engineer's records, counted; minutes of working time. Promised and taken are of the same, resolved promises."""

    given: int = 0
    promised: int = 0
    on_time: int = 0
    resolved: int = 0
    breached: int = 0
    passed_on: int = 0
    promised_minutes: int = 0
    taken_minutes: int = 0

    def add(self, record: Row, times: WorkingTime) -> None:
        """Count one promise. A record without one, of a ticket that was escalated elsewhere (E3), is only given."""
        self.given += 1
        self.passed_on += record["ended_at"] is not None
        self.breached += record["breached"]
        self.resolved += record["resolved_at"] is not None
        if record["original_due_at"] is None:
            return
        self.promised += 1
        taken = taken_of(record, times)
        if taken is not None:
            self.on_time += not record["breached"]
            self.promised_minutes += record["assignment__resolution_minutes"] + record["assignment__extra_minutes"]
            self.taken_minutes += taken

    def told(self) -> dict[str, Any]:
        """The counts with the shares made of them; a share of nothing is empty."""
        return {
            **vars(self),
            "late": self.resolved - self.on_time,
            "on_time_share": compliance(self.on_time, self.breached),
            "taken_share": round(100 * self.taken_minutes / self.promised_minutes, 1)
            if self.promised_minutes
            else None,
        }


def taken_of(record: Row, times: WorkingTime) -> int | None:
    """The working minutes from the start of the work to the resolution; None of a promise that was not resolved.

    A ticket that escalated before anybody started it counts from its planned start.
    """
    begun = record["assignment__started_at"] or record["assignment__starts_at"]
    if record["resolved_at"] is None or begun is None:
        return None
    return times.minutes_between(begun, record["resolved_at"])


def of(engineers: Rows, tickets: QuerySet[Ticket]) -> Iterator[Row]:
    """Each engineer with their sums over these tickets."""
    times = report_rows.working_times()
    sums: dict[int, Sums] = {}
    for record in read(report_rows.performance_rows(tickets)):
        engineer = record["assignment__engineer"]
        sums.setdefault(engineer, Sums()).add(record, times.get(engineer, ROUND_THE_CLOCK))
    held = report_rows.open_by_engineer(tickets)
    asked = report_rows.extensions_by_engineer(tickets)
    nothing = {"asked": 0, "approved": 0, "rejected": 0}
    for row in read(engineers):
        engineer = row["pk"]
        counted = sums.get(engineer, Sums()).told()
        yield {**row, **counted, **asked.get(engineer, nothing), "open": held.get(engineer, 0)}
