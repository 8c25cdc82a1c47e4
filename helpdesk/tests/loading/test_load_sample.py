"""A loaded sample keeps every rule the desk keeps, and its scopes hold what its tables say (P9)."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.models import (
    ApplicationCatalog,
    Assignment,
    Comment,
    Escalation,
    Notification,
    SLARecord,
    Ticket,
    TicketEvent,
    User,
)
from helpdesk.selectors import access, buckets, queues
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.tickets import raise_ticket
from tests.clock import NOON
from tests.kept import kept
from tests.races.invariants import broken
from workflow.roles import Role
from workflow.states import Bucket

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SIZE = 2000


def load(**options: object) -> str:
    said = StringIO()
    call_command("load_sample", stdout=said, **{"tickets": SIZE, **options})
    return said.getvalue()


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, load):
        yield


def holders(role: Role) -> list[User]:
    return list(User.objects.holding(role).order_by("pk"))


def test_every_invariant_holds(sample: None) -> None:
    assert broken() == []
    assert Ticket.objects.count() == SIZE


def test_a_second_load_keeps_them_too(sample: None) -> None:
    load(add=True, seed=2)

    assert broken() == []
    assert Ticket.objects.count() == 2 * SIZE


def test_it_looks_like_a_desk(sample: None) -> None:
    still_open = Ticket.objects.exclude(status__in=("resolved", "resolved_escalated")).count()
    spread = Ticket.objects.order_by("created_at").values_list("created_at", flat=True)

    assert SIZE * 0.02 <= still_open <= SIZE * 0.04
    assert set(Ticket.objects.values_list("status", flat=True)) == {
        "unassigned", "assigned", "in_progress", "escalated", "resolved", "resolved_escalated",
    }  # fmt: skip
    assert (spread.last() - spread.first()).days >= 725
    assert ApplicationCatalog.objects.count() == 12
    assert [len(holders(role)) for role in (Role.ENGINEER, Role.SM1, Role.SM2, Role.RA)] == [200, 5, 5, 20]
    assert {one.engineers.count() for one in holders(Role.RA)} == {10}
    assert Assignment.objects.filter(is_active=False).exists()
    assert Ticket.objects.filter(is_withdrawn=True).exists()
    assert Comment.objects.filter(is_internal=True).exists()
    assert Escalation.objects.count() == SLARecord.objects.filter(breached=True).count() > 0


def test_nothing_in_it_lies_in_the_future(sample: None) -> None:
    assert not TicketEvent.objects.filter(timestamp__gt=NOON).exists()
    assert not Notification.objects.filter(Q(created_at__gt=NOON) | ~Q(state="sent")).exists()
    assert not Ticket.objects.filter(Q(resolved_at__gt=NOON) | Q(escalated_at__gt=NOON)).exists()


def test_starts_are_the_latest_due_time_of_what_stood_ahead(sample: None) -> None:
    """C2, C3: the queue it was lined up behind is named, and it starts no earlier than that."""
    behind = Assignment.objects.filter(queued_after__isnull=False).select_related("queued_after")

    assert behind.exists()
    for one in behind:
        assert one.queued_after.engineer_id == one.engineer_id
        assert one.queued_after.assigned_at <= one.assigned_at
    free = Assignment.objects.filter(queued_after__isnull=True)
    assert not free.exclude(starts_at__isnull=True).extra(where=["starts_at <> assigned_at"]).exists()


def test_the_same_seed_makes_the_same_desk(sample: None) -> None:
    def desk() -> list[tuple[object, ...]]:
        rows = Ticket.objects.order_by("-pk")[:SIZE]
        return list(rows.values_list("title", "status", "priority", "created_at", "resolved_at", "escalated_at"))

    first = desk()
    load(add=True)

    assert desk() == first


OWN = """
    SELECT count(*) FROM helpdesk_ticket t WHERE t.reporter_id = %(who)s
    OR EXISTS (SELECT 1 FROM helpdesk_assignment a WHERE a.ticket_id = t.id AND a.assigned_to_id = %(who)s)"""
LED = """
    OR t.escalated_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM helpdesk_assignment a JOIN helpdesk_user e ON e.id = a.assigned_to_id
        WHERE a.ticket_id = t.id AND a.is_active AND e.reporting_authority_id = %(who)s)"""


def plain_recount(person: User, role: Role) -> int:
    """How many tickets somebody of this role sees, from the rule's own words and the tables it speaks of."""
    if role in {Role.SM1, Role.SM2, Role.ADMIN}:
        return Ticket.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(OWN + LED if role is Role.RA else OWN, {"who": person.pk})
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("role", list(Role))
def test_visible_to_equals_a_plain_recount(sample: None, role: Role) -> None:
    people = holders(role)[:20]

    counted = [access.visible_to(person).count() for person in people]

    assert counted == [plain_recount(person, role) for person in people]
    assert sum(counted) > 0


def test_the_desk_goes_on_from_it(sample: None) -> None:
    """Numbers follow on, and the queues take another ticket."""
    reporter, master = holders(Role.REPORTER)[0], holders(Role.SM1)[0]
    engineer = Assignment.objects.filter(place=1).order_by("pk")[0].engineer
    waiting = len(queues.queue_of(engineer.pk).waiting)
    ticket = raise_ticket(
        actor=reporter, application_code="EXP", title="One more", description="It stops.", priority="low"
    )

    assignment = assign_ticket(actor=master, ticket_id=ticket.pk, engineer_id=engineer.pk, assign_anyway=True)

    assert assignment.place == waiting + 1
    assert ticket in buckets.bucket(Bucket.OPEN, reporter)
    assert broken() == []
