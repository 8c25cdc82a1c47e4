"""An open board asks what changed: told in one word while nothing did, in full after anything that a column shows (A6)."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.models import User
from helpdesk.selectors import board
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import resolve_ticket, start_ticket
from helpdesk.tests.admin_board.scenes import line_of, on_board
from tests.clock import NOON, held
from tests.factories import EngineerFactory, SM1Factory, SM2Factory, a_ticket, an_assignment

pytestmark = pytest.mark.django_db

ADDRESS = reverse("admin:queues-versions")


def waiting(asha: User) -> list[int]:
    return [slot.ref for slot in line_of(asha).queue.waiting]


def reordered(asha: User) -> None:
    reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=waiting(asha)[::-1], comment="Month end.")


def committed(asha: User) -> None:
    commit_ticket(actor=asha, ticket_id=line_of(asha).work[-1].ticket_id, resolution_minutes=30)


def assigned(asha: User) -> None:
    an_assignment(engineer=asha)


def given_to_another(asha: User) -> None:
    an_assignment(ticket=line_of(asha).work[-1].ticket, engineer=EngineerFactory(), comment="Knows it.")


def resolved(asha: User) -> None:
    resolve_ticket(actor=asha, ticket_id=line_of(asha).work[0].ticket_id, note="Done.")


def started(asha: User) -> None:
    one = an_assignment(engineer=(other := EngineerFactory()))
    commit_ticket(actor=other, ticket_id=one.ticket_id, resolution_minutes=30)
    start_ticket(actor=other, ticket_id=one.ticket_id)


def escalated(asha: User) -> None:
    assert sweep_escalations(held.forward(days=30))
    held.set(NOON)


def joined_the_pool(_asha: User) -> None:
    EngineerFactory()


def left_the_pool(asha: User) -> None:
    User.objects.filter(pk=asha.pk).update(is_active=False)


@pytest.mark.parametrize(
    "change",
    [
        reordered, committed, assigned, given_to_another, resolved, started, escalated, joined_the_pool, left_the_pool,
    ],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_whatever_a_column_shows_changes_the_stamp(asha: User, change: Callable[[User], None]) -> None:
    client = on_board(SM1Factory())
    before = client.get(ADDRESS)
    change(asha)

    after = client.get(ADDRESS, headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert after.json()["versions"] != before.json()["versions"] or change in {joined_the_pool, left_the_pool}


def test_while_nothing_changed_two_small_statements_say_so(asha: User) -> None:
    client = on_board(SM1Factory())
    before = client.get(ADDRESS)
    a_ticket()
    with CaptureQueriesContext(connection) as whole:
        client.get(ADDRESS)

    with CaptureQueriesContext(connection) as queries:
        again = client.get(ADDRESS, headers={"If-None-Match": before["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", before["ETag"])
    assert len(queries) == len(whole) - 4
    with CaptureQueriesContext(connection) as stamp:
        board.stamp()
    assert len(stamp) == 2


def test_tickets_that_only_exchange_their_places_and_times_are_a_change():
    asha = EngineerFactory()
    for _ in range(4):
        an_assignment(engineer=asha)
    first, second, *rest = waiting(asha)
    before = board.stamp()

    reorder_queue(actor=SM2Factory(), engineer_id=asha.pk, order=[second, first, *rest], comment="Month end.")

    assert board.stamp() != before
