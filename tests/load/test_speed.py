"""`make bench`: how many statements and how much time the main acts and pages take on a desk with thousands of tickets.

Prints a table; the numbers of statements are bounds of the project (25 an act, 12 a list), the times are for people to read.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.models import ApplicationCatalog, Ticket, User
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.tickets import raise_ticket, resolve_ticket, start_ticket
from tests.clock import NOON
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    an_assignment,
    in_progress,
)

pytestmark = [pytest.mark.load, pytest.mark.django_db]

MANY = 5000
REPEATS = 20
ACT_STATEMENTS = 25
LIST_STATEMENTS = 12
STAFF_LISTS = ("unassigned", "open", "escalated", "resolved", "escalation_resolved")


@dataclass
class Figures:
    """What repeated runs of one thing took."""

    name: str
    milliseconds: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)

    def measure(self, run: Callable[[], object]) -> None:
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as captured:
            run()
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        self.statements.append(sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured))

    def line(self) -> str:
        middle, slow = statistics.median(self.milliseconds), max(self.milliseconds)
        return (
            f"{self.name:<42} {max(self.statements):>4} statements   {middle:>7.1f} ms middle   {slow:>7.1f} ms slowest"
        )


@pytest.fixture
def application() -> ApplicationCatalog:
    return ApplicationFactory(code="EXP", name="Exponentia")


@pytest.fixture
def many_tickets(application: ApplicationCatalog) -> User:
    """Thousands of unassigned tickets of one reporter, and an engineer's queue of ten."""
    reporter, engineer = ReporterFactory(), EngineerFactory()
    Ticket.objects.bulk_create(
        Ticket(
            case_id=f"N-OLD-{1001 + number}",
            application=application,
            reporter=reporter,
            title=f"The export stops at page {number}",
            description="It stops.",
            priority=("high", "medium", "low")[number % 3],
            reported_date=NOON.date(),
            created_at=NOON,
            updated_at=NOON,
        )
        for number in range(MANY)
    )
    in_progress(engineer=engineer)
    for _ in range(9):
        an_assignment(engineer=engineer)
    return reporter


def test_acts(many_tickets: User, application: ApplicationCatalog, capsys: pytest.CaptureFixture[str]) -> None:
    sm1 = SM1Factory()
    SM2Factory.create_batch(3)
    figures = {name: Figures(f"act: {name}") for name in ("raise", "assign", "commit", "start", "resolve")}

    for number in range(REPEATS):
        engineer = EngineerFactory()
        told = {"title": f"Late {number}", "description": "It stops.", "priority": "high"}
        figures["raise"].measure(lambda told=told: raise_ticket(actor=many_tickets, application_code="EXP", **told))
        ticket = Ticket.objects.latest("pk")
        on = {"ticket_id": ticket.pk}
        figures["assign"].measure(lambda on=on, who=engineer: assign_ticket(actor=sm1, engineer_id=who.pk, **on))
        figures["commit"].measure(lambda on=on, who=engineer: commit_ticket(actor=who, resolution_minutes=60, **on))
        figures["start"].measure(lambda on=on, who=engineer: start_ticket(actor=who, **on))
        figures["resolve"].measure(lambda on=on, who=engineer: resolve_ticket(actor=who, note="Restarted.", **on))

    show(capsys, figures.values())
    assert [one.line() for one in figures.values() if max(one.statements) > ACT_STATEMENTS] == []


def test_lists(many_tickets: User, capsys: pytest.CaptureFixture[str]) -> None:
    figures = []
    for who, name, address in pages(many_tickets):
        client = Client()
        client.force_login(who)
        assert client.get(address).status_code == 200
        one = Figures(f"page: {name}")
        for _ in range(REPEATS):
            one.measure(lambda client=client, address=address: client.get(address))
        figures.append(one)

    show(capsys, figures)
    assert [one.line() for one in figures if max(one.statements) > LIST_STATEMENTS] == []


def pages(reporter: User) -> list[tuple[User, str, str]]:
    """Who opens which list."""
    sm1, engineer = SM1Factory(), User.objects.get(assignments__ticket__status="in_progress")
    staff = [(sm1, f"staff, {name}", f"/desk/helpdesk/ticket/?bucket={name}") for name in STAFF_LISTS]
    return [*staff, (engineer, "my work", "/desk/my-work/"), (reporter, "my tickets", "/my/")]


def show(capsys: pytest.CaptureFixture[str], figures: object) -> None:
    with capsys.disabled():
        print(f"\n{MANY} tickets, {REPEATS} times each")
        for one in figures:
            print(f"  {one.line()}")
