"""The worker's minutes within the story: the sweeps run where one of them has something to do, as they would have run."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from helpdesk.models import Assignment, Ticket
from helpdesk.selectors import desk
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.reminders import sweep_reminders
from helpdesk.services.staleness import sweep_stale
from workflow.states import Status

MINUTE = timedelta(minutes=1)

Travel = Callable[[datetime], AbstractContextManager[None]]
"""Within its block the desk's clock stands at a moment of the story."""


class Ticks:
    """The minutes that passed so far; runs those in which a reminder, an escalation or a flag falls due."""

    def __init__(self, begin: datetime, travel: Travel) -> None:
        self.last = whole_minute(begin)
        self.travel = travel
        self.lead = timedelta(minutes=desk.settings().reminder_lead_minutes)

    def run_until(self, end: datetime) -> None:
        """Let the desk's minutes pass up to and with `end`."""
        while (minute := self._next()) is not None and minute <= end:
            with self.travel(minute):
                sweep_escalations(minute)
                sweep_reminders(minute)
                sweep_stale(minute)
            self.last = minute
        self.last = max(self.last, whole_minute(end))

    def _next(self) -> datetime | None:
        """The first whole minute after the last one in which a sweep finds something."""
        moments = [*self._promises(), *self._waiting_for_triage(), *self._waiting_for_promise()]
        return max(whole_minute(min(moments)), self.last) + MINUTE if moments else None

    def _promises(self) -> Iterator[datetime]:
        """When a promise is to be reminded of, or to be escalated."""
        running = Assignment.objects.promised()
        for due_at, reminded_of in running.values_list("due_at", "reminded_due_at"):
            yield due_at if reminded_of == due_at else due_at - self.lead

    def _waiting_for_triage(self) -> Iterator[datetime]:
        waiting = Ticket.objects.filter(status=Status.UNASSIGNED, triage_flagged_at__isnull=True)
        for ticket in waiting.select_related("application"):
            yield ticket.created_at + timedelta(minutes=ticket.application.triage_minutes(ticket.priority))

    def _waiting_for_promise(self) -> Iterator[datetime]:
        waiting = Assignment.objects.active().filter(
            ticket__status=Status.ASSIGNED, committed_at__isnull=True, acceptance_flagged_at__isnull=True
        )
        for assignment in waiting.select_related("ticket__application"):
            ticket = assignment.ticket
            yield assignment.assigned_at + timedelta(minutes=ticket.application.acceptance_minutes(ticket.priority))


def whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
