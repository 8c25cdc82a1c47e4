"""The people a race is run with: a reporter, scrum masters of both levels, two engineers, and what they work on."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from helpdesk.models import ApplicationCatalog, Assignment, Ticket, User
from helpdesk.services.tickets import start_ticket
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
)
from workflow.errors import WorkflowError


@dataclass
class Cast:
    """A reporter, a scrum master of each level, two engineers, one application; tickets are raised and given by these."""

    reporter: User = field(default_factory=ReporterFactory)
    sm1: User = field(default_factory=lambda: SM1Factory(name="Sam"))
    sm2: User = field(default_factory=lambda: SM2Factory(name="Ravi"))
    engineer: User = field(default_factory=lambda: EngineerFactory(name="Asha"))
    other: User = field(default_factory=lambda: EngineerFactory(name="Ben"))
    application: ApplicationCatalog = field(default_factory=ApplicationFactory)

    @transaction.atomic
    def ticket(self, **told: Any) -> Ticket:
        """A ticket nobody has yet."""
        return a_ticket(reporter=self.reporter, application=self.application, **told)

    @transaction.atomic
    def given(self, engineer: User | None = None, by: User | None = None) -> Assignment:
        """A ticket with an engineer who has promised nothing."""
        return an_assignment(ticket=self.ticket(), engineer=engineer or self.engineer, by=by or self.sm1)

    @transaction.atomic
    def promised(self, minutes: int = 600, engineer: User | None = None, by: User | None = None) -> Assignment:
        """A waiting ticket under a promise."""
        return a_promise(ticket=self.ticket(), engineer=engineer or self.engineer, by=by or self.sm1, minutes=minutes)

    @transaction.atomic
    def working(self, minutes: int = 600, engineer: User | None = None) -> Ticket:
        """A ticket in progress, promised from this moment on whatever else its engineer holds."""
        assignment = self.given(engineer)
        return start_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=minutes)


def winners(results: list[Any]) -> list[Any]:
    """What came of those who were not refused; any other exception than a refusal fails the race."""
    unexpected = [one for one in results if isinstance(one, Exception) and not isinstance(one, WorkflowError)]
    assert unexpected == []
    return [one for one in results if not isinstance(one, Exception)]


def refusals(results: list[Any]) -> list[type]:
    """The kinds of what the others were told."""
    return [type(one) for one in results if isinstance(one, Exception)]
