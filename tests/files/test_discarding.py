"""What is refused or given up: told at once, gone at once for everybody, deleted by the worker and by nobody else (A11, F5)."""

import pytest
import requests

from helpdesk.models import Attachment, DiscardedObject, TicketEvent
from helpdesk.services import discarding, housekeeping
from helpdesk.services.attachments import cancel, confirm, upload_link
from helpdesk.services.downloads import download_link
from helpdesk.tasks import delete_discarded
from project.demo.s3_faults import Fault
from storage.s3 import Bucket
from tests.factories import a_ticket
from tests.files.sending import PICTURE, announced, digest, put, sent
from workflow.errors import FileConfirmed, FileContentWrong, FileMissing

pytestmark = pytest.mark.django_db

PAGE = b"<script>alert(1)</script>"


def keys(s3) -> list[str]:
    return [stored.key for stored in s3.store.objects("lineup")]


@pytest.fixture
def refused(s3, monkeypatch) -> Attachment:
    """A page sent under a picture's name, and refused; a web server that asked S3 to delete it would be refused itself."""
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket, "page.png", PAGE)
    put(ticket.reporter, row, PAGE)
    with monkeypatch.context() as web:
        web.setattr(Bucket, "delete", _may_not)
        with pytest.raises(FileContentWrong):
            confirm(actor=ticket.reporter, attachment_id=row.pk)
    return row


def _may_not(_self: Bucket, key: str) -> None:
    raise AssertionError(f"the web role deleted {key}")


def test_a11_a_refusal_is_told_at_once_and_the_file_is_nobodys(refused, s3):
    assert keys(s3) == [refused.s3_key]
    assert not Attachment.objects.exists()
    assert not TicketEvent.objects.filter(action="file_added").exists()
    for ask in (download_link, upload_link, confirm):
        with pytest.raises(FileMissing):
            ask(actor=refused.uploaded_by, attachment_id=refused.pk)


def test_a11_the_worker_deletes_it(refused, s3):
    assert delete_discarded(refused.s3_key)
    assert keys(s3) == []


def test_a11_giving_up_deletes_nothing_by_the_web_server(s3, monkeypatch):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)
    with monkeypatch.context() as web:
        web.setattr(Bucket, "delete", _may_not)
        cancel(actor=ticket.reporter, attachment_id=row.pk)

    assert not Attachment.objects.exists()
    assert delete_discarded(row.s3_key)
    assert keys(s3) == []


def test_the_same_file_can_be_announced_again_before_the_worker_came(refused, s3):
    again = announced(refused.uploaded_by, refused.ticket, "page.png", PAGE)

    assert again.s3_key != refused.s3_key


def test_a_link_used_again_after_the_first_deletion_leaves_nothing(s3, clock):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    link = upload_link(actor=ticket.reporter, attachment_id=row.pk)
    cancel(actor=ticket.reporter, attachment_id=row.pk)
    delete_discarded(row.s3_key)
    assert requests.put(link.url, data=PICTURE, headers=link.headers, timeout=10).status_code == 200

    assert discarding.sweep_discarded(clock.forward(minutes=14)) == 0
    assert discarding.sweep_discarded(clock.forward(minutes=2)) == 1

    assert keys(s3) == []
    assert not DiscardedObject.objects.exists()


def test_while_s3_is_away_it_waits_and_the_reconciliation_leaves_it_alone(refused, s3, clock):
    s3.faults.set(Fault.BUSY, ["DELETE"])

    assert delete_discarded(refused.s3_key)
    assert discarding.sweep_discarded(clock.forward(minutes=16)) == 0
    assert housekeeping.reconcile(delete=False).is_clean
    s3.faults.clear()

    assert discarding.sweep_discarded(clock.moment) == 1
    assert keys(s3) == []


def test_the_worker_deletes_nothing_that_was_not_discarded(s3):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket)

    assert not delete_discarded(row.s3_key)
    assert keys(s3) == [row.s3_key]


def test_what_was_confirmed_meanwhile_is_not_discarded(s3, clock):
    ticket = a_ticket()
    before = announced(ticket.reporter, ticket, "page.png", PICTURE)
    put(ticket.reporter, before)
    confirm(actor=ticket.reporter, attachment_id=before.pk)

    assert not discarding.discard(before, clock.moment)
    with pytest.raises(FileConfirmed):
        cancel(actor=ticket.reporter, attachment_id=before.pk)
    assert Attachment.objects.get().sha256 == digest(PICTURE)
    assert not DiscardedObject.objects.exists()
