"""What a race is put back to: every row as it was, whatever a round added, changed or took away."""

import pytest
from django.db import connection

from helpdesk.models import Assignment, UserRole
from helpdesk.services.comments import add_comment
from helpdesk.services.tickets import resolve_ticket
from tests.clock import HeldClock
from tests.races import position
from tests.races.cast import Cast
from tests.races.position import rounds_from_here

pytestmark = pytest.mark.django_db(transaction=True)


def all_rows() -> dict[str, list[str]]:
    """Each row of each table as text."""
    found = {}
    with connection.cursor() as cursor:
        for model in position._models():
            table = model._meta.db_table
            cursor.execute(f"SELECT one::text FROM {table} one ORDER BY 1")  # noqa: S608 - our own names
            found[table] = [text for (text,) in cursor.fetchall()]
    return found


def test_after_each_round_every_row_and_the_clock_are_as_they_were(
    cast: Cast, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position, "rounds", lambda proof: range(3))
    ticket, moment = cast.working(), clock.moment
    before, seen = all_rows(), []

    for _ in rounds_from_here():
        seen.append(all_rows())
        resolve_ticket(actor=cast.engineer, ticket_id=ticket.pk, note="Done.")
        add_comment(actor=cast.reporter, ticket_id=ticket.pk, body="Thanks.")
        UserRole.objects.filter(user=cast.other).delete()
        clock.forward(minutes=5)
        assert all_rows() != before

    assert seen == [before] * 3
    assert (all_rows(), clock.moment) == (before, moment)


def test_a_round_that_breaks_an_invariant_ends_the_race(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(position, "rounds", lambda proof: range(3))
    assignment, laps = cast.given(), rounds_from_here()

    assert (next(laps), next(laps)) == (0, 1)
    Assignment.objects.filter(pk=assignment.pk).update(place=7)

    with pytest.raises(AssertionError, match="after round 1"):
        next(laps)
