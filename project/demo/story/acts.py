"""Each happening of the story carried out by the service a person's click would call."""

from collections.abc import Callable
from datetime import datetime

from helpdesk.models import Assignment, Ticket, User
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.comments import add_comment
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.tickets import change_priority, raise_ticket, resolve_ticket, start_ticket, withdraw_ticket
from project.demo.story.happening import Happening
from project.demo.story.plan import Issue
from project.demo.story.set_up import Cast
from workflow.errors import EngineerBusy
from workflow.states import Level

STEP = 5
"""Engineers promise in steps of five minutes."""


class Desk:
    """The people at work: carries out happenings and remembers which ticket an issue became."""

    def __init__(self, cast: Cast, issues: dict[str, Issue]) -> None:
        self.cast = cast
        self.issues = issues
        self.tickets: dict[str, int] = {}
        self.acts: dict[str, Callable[[Happening], object]] = {
            "raise": self._raise,
            "priority": self._priority,
            "assign": self._assign,
            "commit": self._commit,
            "start": self._start,
            "say": self._say,
            "resolve": self._resolve,
            "withdraw": self._withdraw,
        }

    def carry_out(self, happening: Happening) -> None:
        """Let it happen at the moment the desk's clock shows."""
        self.acts[happening.do](happening)

    def _raise(self, happening: Happening) -> None:
        issue = self.issues[happening.issue]
        ticket = raise_ticket(
            actor=self.cast[issue.reporter],
            application_code=issue.application,
            title=issue.title,
            description=issue.description,
            priority=issue.priority,
        )
        self.tickets[issue.key] = ticket.pk

    def _priority(self, happening: Happening) -> None:
        told = happening.told
        change_priority(
            actor=self.cast[happening.by],
            ticket_id=self.tickets[happening.issue],
            priority=told["to"],
            reason=told["because"],
        )

    def _assign(self, happening: Happening) -> None:
        """Assign as a scrum master does: first plainly, and anyway once the desk says that the engineer is busy."""
        try:
            self._give(happening, anyway=False)
        except EngineerBusy:
            self._give(happening, anyway=True)

    def _give(self, happening: Happening, *, anyway: bool) -> None:
        told = happening.told
        assign_ticket(
            actor=self.cast[happening.by],
            ticket_id=self.tickets[happening.issue],
            engineer_id=self.cast[told["to"]].pk,
            level=Level(told["level"]) if told.get("level") else None,
            comment=told.get("comment", ""),
            assign_anyway=anyway,
        )

    def _commit(self, happening: Happening) -> None:
        assignment = self._assignment(happening)
        minutes = minutes_until(happening.told["until"], assignment)
        commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=minutes)

    def _start(self, happening: Happening) -> None:
        assignment = self._assignment(happening)
        start_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id)

    def _resolve(self, happening: Happening) -> None:
        assignment = self._assignment(happening)
        resolve_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, note=happening.told["note"])

    def _say(self, happening: Happening) -> None:
        told = happening.told
        add_comment(
            actor=self._speaker(happening),
            ticket_id=self.tickets[happening.issue],
            body=told["body"],
            internal=told.get("internal", False),
        )

    def _withdraw(self, happening: Happening) -> None:
        told = happening.told
        withdraw_ticket(
            actor=self.cast[happening.by],
            ticket_id=self.tickets[happening.issue],
            reason=told["reason"],
            repeats=self._case_id(told.get("repeats", "")),
        )

    def _speaker(self, happening: Happening) -> User:
        if happening.by == "reporter":
            return self.cast[self.issues[happening.issue].reporter]
        if happening.by == "engineer":
            return self._assignment(happening).engineer
        if happening.by == "sm":
            return self._assignment(happening).assigned_by
        return self.cast[happening.by]

    def _assignment(self, happening: Happening) -> Assignment:
        """The active assignment of the happening's ticket."""
        work = Assignment.objects.active().select_related("engineer", "assigned_by")
        return work.get(ticket_id=self.tickets[happening.issue])

    def _case_id(self, key: str) -> str:
        return Ticket.objects.values_list("case_id", flat=True).get(pk=self.tickets[key]) if key else ""


def minutes_until(moment: datetime, assignment: Assignment) -> int:
    """The resolution time that makes the assignment due at that moment or within five minutes after it."""
    planned = assignment.starts_at or assignment.assigned_at
    steps = -((planned - moment).total_seconds() // (STEP * 60))
    return max(1, int(steps)) * STEP
