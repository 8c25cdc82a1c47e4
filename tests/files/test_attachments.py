"""Files through the services, against an S3 that checks: announced, sent, confirmed, fetched (F1-F6, P9, N1)."""

import re
from datetime import date, timedelta

import pytest
import requests

from helpdesk.models import Attachment, AuditEvent, DiscardedObject, Notification, Ticket, TicketEvent
from helpdesk.selectors.files import shown
from helpdesk.services.attachments import cancel, confirm, upload_link
from helpdesk.services.downloads import download_link
from helpdesk.services.tickets import raise_ticket, withdraw_ticket
from helpdesk.tasks import delete_discarded
from project.demo.s3_faults import Fault
from storage.limits import Limits
from storage.tests.polyglots import REFUSED
from storage.tests.samples import pdf
from tests.clock import NOON
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    a_ticket,
    an_assignment,
    in_progress,
)
from tests.files.sending import PICTURE, announced, put, sent
from workflow.errors import (
    FileConfirmed,
    FileContentWrong,
    FileInfected,
    FileMissing,
    FileNotReady,
    FileNotUploaded,
    InternalNotAllowed,
    ReadOnly,
    StorageUnavailable,
    WrongStatus,
)

pytestmark = pytest.mark.django_db


def the_worker_deletes() -> None:
    for discarded in DiscardedObject.objects.all():
        assert delete_discarded(discarded.s3_key)


def test_f1_the_path_in_the_bucket_is_the_day_and_the_case(s3, clock):
    clock.set(NOON.replace(year=2025, month=11, day=11))
    ticket = a_ticket(application=ApplicationFactory(code="EXP"))

    sent(ticket.reporter, ticket, "Seite 1.png")

    (stored,) = s3.store.objects("lineup")
    assert ticket.reported_date == date(2025, 11, 11)
    assert re.fullmatch(r"2025/11/11/N-EXP-1001/[0-9a-f-]{36}-Seite_1\.png", stored.key)


def test_f2_f6_what_comes_back_are_the_same_bytes_under_the_same_name(s3):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket, "Übersicht.pdf", pdf())

    answer = requests.get(download_link(actor=ticket.reporter, attachment_id=row.pk), timeout=10)

    assert answer.content == pdf()
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Ubersicht.pdf"')
    assert "filename*=UTF-8''%C3%9Cbersicht.pdf" in answer.headers["Content-Disposition"]


def test_f6_every_link_is_judged_anew_and_kept_on_record(s3):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket)
    stranger = ReporterFactory()

    download_link(actor=ticket.reporter, attachment_id=row.pk)
    with pytest.raises(FileMissing):
        download_link(actor=stranger, attachment_id=row.pk)

    (kept,) = AuditEvent.objects.filter(act="file_download")
    assert (kept.actor, kept.subject_label) == (ticket.reporter, ticket.case_id)
    assert kept.after == {
        "attachment": row.pk,
        "filename": "page.png",
        "ticket": ticket.pk,
        "shown_in_page": False,
    }


def test_f6_only_pictures_and_pdfs_are_shown_in_the_page(s3):
    ticket = a_ticket()
    picture = sent(ticket.reporter, ticket)
    text = sent(ticket.reporter, ticket, "app.log", b"It stops.\n")

    shown, saved = (
        requests.get(download_link(actor=ticket.reporter, attachment_id=row.pk, inline=True), timeout=10).headers
        for row in (picture, text)
    )

    assert (shown["Content-Disposition"].partition(";")[0], shown["Content-Type"]) == ("inline", "image/png")
    assert (saved["Content-Disposition"].partition(";")[0], saved["Content-Type"]) == (
        "attachment",
        "application/octet-stream",
    )


def test_f2_a_replayed_link_is_refused_by_s3_and_the_file_is_there(s3):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)

    assert [put(ticket.reporter, row), put(ticket.reporter, row)] == [200, 412]
    assert confirm(actor=ticket.reporter, attachment_id=row.pk).state == "confirmed"


def test_f5_nothing_is_listed_before_it_is_confirmed(s3):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)

    assert shown(ticket.reporter, ticket).files == []
    with pytest.raises(FileNotReady):
        download_link(actor=ticket.reporter, attachment_id=row.pk)
    with pytest.raises(FileMissing):
        download_link(actor=SM1Factory(), attachment_id=row.pk)


def test_f5_confirming_what_never_came_says_so_and_keeps_the_upload(s3):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)

    with pytest.raises(FileNotUploaded):
        confirm(actor=ticket.reporter, attachment_id=row.pk)
    assert put(ticket.reporter, row) == 200
    assert confirm(actor=ticket.reporter, attachment_id=row.pk).state == "confirmed"


def test_a4_everything_that_pretends_is_deleted_and_its_uploader_told_why(s3, settings):
    settings.LINEUP_FILES = Limits(files_per_ticket=1)
    ticket, answers = a_ticket(), set()
    for name, body in REFUSED.items():
        if not body:
            continue
        row = announced(ticket.reporter, ticket, name, body)
        assert put(ticket.reporter, row, body) == 200
        with pytest.raises(FileContentWrong, match="not what") as refused:
            confirm(actor=ticket.reporter, attachment_id=row.pk)
        answers.add(refused.value.code)

    assert answers == {"file_content_mismatch"}
    assert Attachment.objects.count() == 0
    the_worker_deletes()
    assert s3.store.objects("lineup") == []


def test_f5_confirming_twice_is_one_event_with_name_and_size(s3):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket)

    again = confirm(actor=ticket.reporter, attachment_id=row.pk)

    (event,) = TicketEvent.objects.filter(ticket=ticket, action="file_added")
    assert again.pk == row.pk
    assert event.metadata == {
        "filename": "page.png",
        "size": len(PICTURE),
        "internal": False,
        "attachment_id": row.pk,
    }


def test_f5_a_file_is_no_change_in_the_sense_of_a6(s3):
    ticket = a_ticket()
    before = Ticket.objects.get(pk=ticket.pk).version

    sent(ticket.reporter, ticket)

    assert Ticket.objects.get(pk=ticket.pk).version == before


def test_p9_who_only_reads_or_only_leads_adds_nothing(s3):
    engineer, authority = EngineerFactory(), RAFactory()
    past = an_assignment(engineer=engineer).ticket
    an_assignment(ticket=past, engineer=EngineerFactory(reporting_authority=authority), comment="Knows it.")

    for who in (engineer, authority):
        with pytest.raises(ReadOnly):
            announced(who, past)


def test_p9_files_of_internal_comments_are_not_the_reporters(s3):
    engineer = EngineerFactory()
    ticket = in_progress(engineer=engineer)
    row = sent(engineer, ticket, internal=True)

    assert shown(engineer, ticket).files == [row]
    assert shown(ticket.reporter, ticket).files == []
    with pytest.raises(FileMissing):
        download_link(actor=ticket.reporter, attachment_id=row.pk)
    with pytest.raises(InternalNotAllowed):
        announced(ticket.reporter, ticket, internal=True)


def test_p9_a_resolved_ticket_takes_no_more_files():
    ticket = a_ticket()
    withdraw_ticket(actor=ticket.reporter, ticket_id=ticket.pk, reason="Found it.")

    with pytest.raises(WrongStatus):
        announced(ticket.reporter, ticket)


@pytest.mark.parametrize("scan", ["waiting", "infected"])
def test_a7_what_the_scanner_has_not_passed_is_given_to_nobody(scan, s3, clock):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket)
    Attachment.objects.filter(pk=row.pk).update(scan=scan, scanned_at=None if scan == "waiting" else clock.moment)

    with pytest.raises(FileInfected if scan == "infected" else FileNotReady):
        download_link(actor=ticket.reporter, attachment_id=row.pk)


def test_n1_the_first_mails_go_when_the_last_announced_file_has_come(s3, clock):
    reporter = ReporterFactory()
    SM1Factory()
    ticket = raise_ticket(
        actor=reporter,
        application_code=ApplicationFactory().code,
        title="The export stops",
        description="At page 3.",
        priority="high",
        files_announced=2,
    )
    first = Notification.objects.filter(ticket=ticket, kind__in=("raised", "receipt"))

    sent(reporter, ticket, "one.png")
    assert {row.next_try_at for row in first} == {clock.moment + timedelta(minutes=2)}
    sent(reporter, ticket, "two.png", PICTURE + b"x")
    assert {row.next_try_at for row in first.all()} == {clock.moment}


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.HANG, Fault.BUSY])
def test_a8_when_s3_is_away_nothing_is_lost_and_it_goes_on_afterwards(fault, s3):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)
    s3.faults.set(fault)

    with pytest.raises(StorageUnavailable):
        confirm(actor=ticket.reporter, attachment_id=row.pk)
    s3.faults.clear()

    assert confirm(actor=ticket.reporter, attachment_id=row.pk).state == "confirmed"


def test_f5_an_upload_on_its_way_can_be_given_up_by_who_began_it(s3):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)
    put(ticket.reporter, row)

    with pytest.raises(FileMissing):
        cancel(actor=SM1Factory(), attachment_id=row.pk)
    cancel(actor=ticket.reporter, attachment_id=row.pk)

    assert Attachment.objects.count() == 0
    the_worker_deletes()
    assert s3.store.objects("lineup") == []


def test_f5_a_file_that_arrived_stays(s3):
    ticket = a_ticket()
    row = sent(ticket.reporter, ticket)

    with pytest.raises(FileConfirmed):
        cancel(actor=ticket.reporter, attachment_id=row.pk)
    assert Attachment.objects.count() == 1


def test_f2_making_a_link_asks_nobody(settings):
    ticket = a_ticket()
    row = announced(ticket.reporter, ticket)

    assert upload_link(actor=ticket.reporter, attachment_id=row.pk).method == "PUT"
