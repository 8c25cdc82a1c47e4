"""Files that are about to be sent: what is refused beforehand, and what asking twice gives (F3, F4)."""

from uuid import UUID

import pytest

from helpdesk.models import Attachment
from helpdesk.services.attachments import announce
from storage.limits import Limits
from tests.factories import ReporterFactory, SM1Factory, a_ticket
from tests.files.sending import PICTURE, announced, digest
from workflow.errors import FileMissing, FileRefused, FileTooLarge, FileTypeNotAllowed, TicketMissing, TooManyFiles

pytestmark = pytest.mark.django_db

CLIENT_KEY = UUID("6f1c2d2e-8f5b-4c59-9f4e-0c4f6f1f2a3b")


def test_f3_a_stranger_hears_nothing_of_the_ticket():
    ticket = a_ticket()

    with pytest.raises(TicketMissing):
        announced(ReporterFactory(), ticket)
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("page.html", b"<html>", FileTypeNotAllowed),
        ("page.svg", b"<svg>", FileTypeNotAllowed),
        ("page", b"x", FileTypeNotAllowed),
        ("page.png.exe", b"MZ", FileTypeNotAllowed),
        ("page.png", b"", FileRefused),
        ("\u202e.", b"x", FileRefused),
        ("../../", b"x", FileRefused),
    ],
)
def test_f3_what_may_not_be_attached_is_refused_in_words_and_changes_nothing(name, body, error):
    ticket = a_ticket()

    with pytest.raises(error) as refused:
        announced(ticket.reporter, ticket, name, body)

    assert refused.value.sentence.endswith(".")
    assert Attachment.objects.count() == 0


def test_f3_one_byte_more_than_25_mb_is_too_large_and_25_mb_are_not():
    ticket = a_ticket()
    told = {"actor": ticket.reporter, "ticket_id": ticket.pk, "filename": "page.png", "sha256": digest(b"")}

    announce(**told, size=25 * 1024 * 1024)
    with pytest.raises(FileTooLarge, match="25 MB"):
        announce(**told, size=25 * 1024 * 1024 + 1)


def test_f3_the_21st_file_of_a_ticket_is_refused():
    ticket = a_ticket()
    for number in range(20):
        announced(ticket.reporter, ticket, f"{number}.png")

    with pytest.raises(TooManyFiles, match="20"):
        announced(ticket.reporter, ticket, "20.png")


def test_f3_a_person_has_a_quota_a_day(settings, clock):
    settings.LINEUP_FILES = Limits(files_per_person_and_day=2)
    reporter = ReporterFactory()
    for ticket in (a_ticket(reporter=reporter), a_ticket(reporter=reporter)):
        announced(reporter, ticket)

    with pytest.raises(TooManyFiles):
        announced(reporter, a_ticket(reporter=reporter))
    clock.forward(days=1, minutes=1)
    announced(reporter, a_ticket(reporter=reporter))


def test_f4_asking_again_gives_the_same_key_and_another_content_another():
    ticket = a_ticket()

    first, again = announced(ticket.reporter, ticket), announced(ticket.reporter, ticket)
    other = announced(ticket.reporter, ticket, body=PICTURE + b"x")

    assert (first.pk, first.s3_key) == (again.pk, again.s3_key)
    assert other.s3_key != first.s3_key
    assert Attachment.objects.count() == 2


def test_f4_a_key_of_ones_own_names_the_same_upload_and_never_one_of_another_ticket():
    ticket = a_ticket()
    first = announced(ticket.reporter, ticket, client_key=CLIENT_KEY)

    assert announced(ticket.reporter, ticket, "other.png", client_key=CLIENT_KEY) == first
    with pytest.raises(FileMissing):
        announced(ticket.reporter, a_ticket(reporter=ticket.reporter), client_key=CLIENT_KEY)


def test_f4_an_internal_file_is_never_the_answer_to_the_reporters_own():
    ticket = a_ticket()
    hidden = announced(SM1Factory(), ticket, internal=True)

    own = announced(ticket.reporter, ticket)

    assert own.pk != hidden.pk
    assert not own.is_internal
