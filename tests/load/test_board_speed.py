"""`make bench`: the board of 200 engineers with 2,000 queued tickets, a move previewed on it, an order suggested for 30.

The times are bounds of issue 4. The table shows what a clock on the wall says, which other work on the machine lengthens; held here
is the processor's time of the quickest of the repeats.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import ApplicationCatalog, Assignment, Ticket, User
from helpdesk.selectors import board
from tests.clock import NOON, held
from tests.factories import ApplicationFactory, EngineerFactory, ReporterFactory, SM1Factory
from tests.load.test_speed import Figures, show
from workflow import ordering
from workflow.states import Level, Status


class Timed(Figures):
    """Figures that also know what the processor did."""

    quickest: float = float("inf")

    def measure(self, run: Callable[[], object]) -> None:
        began = time.process_time()
        super().measure(run)
        self.quickest = min(self.quickest, (time.process_time() - began) * 1000)


pytestmark = [pytest.mark.load, pytest.mark.django_db]

ENGINEERS = 200
EACH = 10
LONG = 30
REPEATS = 15
STATEMENTS = 15
PAGE_MS, PREVIEW_MS, SUGGEST_MS, UNCHANGED_MS = 500, 100, 200, 30
NUMBERS = count(1001)


def line_up(engineer: User, many: int, application: ApplicationCatalog, reporter: User, by: User) -> None:
    """A line of so many waiting tickets, every other one promised, an hour apart."""
    tickets = Ticket.objects.bulk_create(
        Ticket(
            case_id=f"N-OLD-{next(NUMBERS)}",
            application=application,
            reporter=reporter,
            title="The export stops when the second approval has been given",
            description="It stops. " * 50,
            priority=("high", "medium", "low")[place % 3],
            reported_date=NOON.date(),
            created_at=NOON,
            updated_at=NOON,
        )
        for place in range(many)
    )
    given = Assignment.objects.bulk_create(
        assignment(ticket, engineer, by, place) for place, ticket in enumerate(tickets, start=1)
    )
    for ticket, one in zip(tickets, given, strict=True):
        ticket.assignment = one
        ticket.assign()
    Ticket.objects.bulk_update(tickets, ["assignment", "status"])


def assignment(ticket: Ticket, engineer: User, by: User, place: int) -> Assignment:
    is_promised = place % 2 == 0
    starts_at = NOON + timedelta(hours=place - 1)
    return Assignment(
        ticket=ticket,
        engineer=engineer,
        assigned_by=by,
        assigned_at=NOON,
        level=(Level.SM2 if place % 7 == 0 else Level.SM1).value,
        place=place,
        expected_minutes=60,
        resolution_minutes=40 + place * 7 % 50 if is_promised else None,
        committed_at=NOON if is_promised else None,
        starts_at=starts_at,
        due_at=starts_at + timedelta(minutes=55),
    )


@pytest.fixture
def crowd() -> list[User]:
    """The engineers with their lines; the first has one of thirty."""
    application, reporter, by = ApplicationFactory(code="EXP"), ReporterFactory(), SM1Factory()
    engineers = [EngineerFactory() for _ in range(ENGINEERS)]
    line_up(engineers[0], LONG, application, reporter, by)
    for engineer in engineers[1:]:
        line_up(engineer, EACH, application, reporter, by)
    held.set(NOON)
    return engineers


def test_board(crowd: list[User], capsys: pytest.CaptureFixture[str]) -> None:
    client = Client()
    client.force_login(SM1Factory())
    page, versions, unchanged, preview, suggest = (
        Timed(name)
        for name in (
            "page: board",
            "board: what changed",
            "board: nothing changed",
            "board: preview of a move",
            "order of 30: suggest",
        )
    )
    address = reverse("admin:queues")
    assert client.get(address).content.count(b"data-ticket=") == Ticket.objects.filter(status=Status.ASSIGNED).count()
    line = board.line_of(crowd[1].pk, NOON)
    first, moved = crowd[2].pk, line.work[0].ticket_id
    sent = {"ticket": moved, "place": 1, "seen": "", "source_seen": ""}
    thirty = board.line_of(crowd[0].pk, NOON).queue
    known = {"If-None-Match": client.get(reverse("admin:queues-versions"))["ETag"]}
    assert client.get(reverse("admin:queues-versions"), headers=known).status_code == 304
    for _ in range(REPEATS):
        page.measure(lambda: client.get(address))
        versions.measure(lambda: client.get(reverse("admin:queues-versions")))
        unchanged.measure(lambda: client.get(reverse("admin:queues-versions"), headers=known))
        preview.measure(lambda: client.post(reverse("admin:queues-preview", args=[first]), sent))
        suggest.measure(lambda: ordering.suggest(thirty, NOON, Level.SM1))

    show(capsys, (page, versions, unchanged, preview, suggest))
    assert max(page.statements) <= STATEMENTS
    assert page.quickest < PAGE_MS
    assert unchanged.quickest < UNCHANGED_MS
    assert preview.quickest < PREVIEW_MS
    assert suggest.quickest < SUGGEST_MS
