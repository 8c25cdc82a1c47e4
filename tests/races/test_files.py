"""Files asked for at the same moment: one row, one key, one object; the limits hold (A6, A10, F3, F4)."""

from collections.abc import Iterator
from typing import Any

import pytest

from helpdesk.models import Attachment, DiscardedObject, TicketEvent
from helpdesk.services.attachments import announce, cancel, confirm
from helpdesk.services.discarding import delete_now
from storage.limits import Limits
from tests.factories import ReporterFactory, a_ticket
from tests.files.conftest import s3  # noqa: F401 - the S3 that checks
from tests.files.sending import PICTURE, announced, digest, put
from tests.races.harness import Track, track
from workflow.errors import TooManyFiles, WorkflowError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

MANY = 20
IDENTICAL = 100


@pytest.fixture
def many() -> Iterator[Track]:
    with track(MANY) as racing:
        yield racing


def told(results: list[Any]) -> list[Attachment]:
    """What came of it; nobody met an error that is no refusal."""
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, WorkflowError)] == []
    return [one for one in results if isinstance(one, Attachment)]


def test_a_hundred_identical_announcements_are_one_file_with_one_key(many: Track) -> None:
    ticket = a_ticket()

    rows = [
        row
        for _ in range(IDENTICAL // MANY)
        for row in told(many.race(*[lambda: announced(ticket.reporter, ticket)] * MANY))
    ]

    assert len(rows) == IDENTICAL
    assert {row.s3_key for row in rows} == set(Attachment.objects.values_list("s3_key", flat=True))
    assert Attachment.objects.count() == 1


def test_twenty_at_once_get_no_more_than_the_ticket_takes(many: Track, settings) -> None:
    settings.LINEUP_FILES = Limits(files_per_ticket=7)
    ticket = a_ticket()

    results = many.race(*[_one_more(ticket.reporter, ticket, number) for number in range(MANY)])

    assert len(told(results)) == Attachment.objects.count() == 7
    assert [type(one) for one in results if isinstance(one, Exception)] == [TooManyFiles] * 13


def test_twenty_at_once_on_twenty_tickets_get_no_more_than_a_persons_day(many: Track, settings) -> None:
    settings.LINEUP_FILES = Limits(bytes_per_person_and_day=5 * len(PICTURE))
    reporter = ReporterFactory()
    tickets = [a_ticket(reporter=reporter) for _ in range(MANY)]

    results = many.race(*[_one_more(reporter, ticket, 1) for ticket in tickets])

    assert len(told(results)) == Attachment.objects.count() == 5


def test_confirmed_by_twenty_at_once_it_is_one_event(many: Track, s3) -> None:  # noqa: F811
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)

    results = many.race(*[lambda: confirm(actor=ticket.reporter, attachment_id=row.pk)] * MANY)

    assert len(told(results)) == MANY
    assert TicketEvent.objects.filter(ticket=ticket, action="file_added").count() == 1


def test_given_up_while_it_is_confirmed_it_is_either_there_with_its_bytes_or_gone(many: Track, s3) -> None:  # noqa: F811
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)
    both = [lambda: confirm(actor=ticket.reporter, attachment_id=row.pk), lambda: _given_up(row)]

    told(many.race(*both * (MANY // 2)))
    for discarded in DiscardedObject.objects.all():
        delete_now(discarded.s3_key)

    kept = Attachment.objects.filter(state="confirmed").count()
    assert TicketEvent.objects.filter(ticket=ticket, action="file_added").count() == kept
    assert len(s3.store.objects("lineup")) == kept == Attachment.objects.count()


def _given_up(row: Attachment) -> None:
    cancel(actor=row.uploaded_by, attachment_id=row.pk)


def _one_more(reporter, ticket, number: int):
    body = {"size": len(PICTURE), "sha256": digest(PICTURE)}
    return lambda: announce(actor=reporter, ticket_id=ticket.pk, filename=f"{number}.png", **body)
