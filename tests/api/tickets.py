"""Tickets, what is said on them and their files: every way each call is refused."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse

from helpdesk.models import Attachment, Ticket, User
from helpdesk.tests.api.calling import Caller
from project.demo.s3_faults import Fault
from storage.limits import MB
from tests.api.making import ODD_ID, TOO_LONG, Refusals, Tools, on, post, resolved
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    a_ticket,
    an_assignment,
)
from tests.files.sending import PICTURE, announced, digest, put, sent

KEY = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


def create(retired: bool = False, **body: Any) -> HttpResponse:
    ApplicationFactory(code="EXP", is_retired=retired)
    told = {"application": "EXP", "title": "The export stops", "description": "At page 3.", "priority": "high"}
    return post(ReporterFactory(), "tickets/", told | body)


def read(part: str = "") -> HttpResponse:
    """A ticket of somebody else."""
    return Caller(ReporterFactory()).get(f"tickets/{a_ticket().case_id}/{part}")


def led() -> tuple[Ticket, User]:
    """A ticket, and the reporting authority of its engineer, who only reads it."""
    authority = RAFactory()
    return an_assignment(engineer=EngineerFactory(reporting_authority=authority)).ticket, authority


def taken_away() -> tuple[Ticket, User]:
    """A ticket, and the engineer it was given to before, who only reads it."""
    before = an_assignment()
    an_assignment(ticket=before.ticket, comment="Knows it.")
    return before.ticket, before.engineer


def comment(ticket: Ticket, person: User | None = None, **body: Any) -> HttpResponse:
    return on(ticket, "comments", person or ticket.reporter, {"body": "On Fridays only."} | body)


COMMENT: Refusals = {
    "ticket_missing": lambda tools: comment(a_ticket(), ReporterFactory()),
    "read_only": lambda tools: comment(*taken_away()),
    "internal_not_allowed": lambda tools: comment(a_ticket(), internal=True),
    "field_invalid": lambda tools: comment(a_ticket(), body=TOO_LONG),
}


def announce(ticket: Ticket, person: User | None = None, **body: Any) -> HttpResponse:
    told = {"case_id": ticket.case_id, "filename": "page.png", "size": len(PICTURE), "sha256": digest(PICTURE)}
    return post(person or ticket.reporter, "presign-upload/", told | body)


def key_of_another_ticket() -> HttpResponse:
    reporter = ReporterFactory()
    announce(a_ticket(reporter=reporter), client_key=KEY)
    return announce(a_ticket(reporter=reporter), client_key=KEY)


def no_room(tools: Tools) -> HttpResponse:
    tools.settings.LINEUP_FILES = replace(tools.settings.LINEUP_FILES, files_per_ticket=0)
    return announce(a_ticket())


UPLOAD: Refusals = {
    "ticket_missing": lambda tools: announce(a_ticket(), ReporterFactory()),
    "read_only": lambda tools: announce(*led()),
    "internal_not_allowed": lambda tools: announce(a_ticket(), internal=True),
    "wrong_status": lambda tools: announce(resolved()),
    "file_missing": lambda tools: key_of_another_ticket(),
    "file_too_large": lambda tools: announce(a_ticket(), size=26 * MB),
    "file_type_not_allowed": lambda tools: announce(a_ticket(), filename="page.html"),
    "file_refused": lambda tools: announce(a_ticket(), sha256="abc"),
    "field_invalid": lambda tools: post(
        ReporterFactory(), "presign-upload/", {"case_id": "N-EXP-1001", "filename": "page.png"}
    ),
    "too_many_files": no_room,
}


def on_its_way(ticket: Ticket | None = None, body: bytes = PICTURE) -> Attachment:
    ticket = ticket or a_ticket()
    return announced(ticket.reporter, ticket, body=body)


def standing() -> Attachment:
    ticket = a_ticket()
    return sent(ticket.reporter, ticket)


def confirm(row: Attachment, person: User | None = None) -> HttpResponse:
    return post(person or row.uploaded_by, f"attachments/{row.pk}/confirm/")


def pretending() -> Attachment:
    """Text under the name of a picture."""
    row = on_its_way(body=b"<script>")
    assert put(row.uploaded_by, row, b"<script>") == 200
    return row


def while_away(tools: Tools) -> HttpResponse:
    row = on_its_way()
    tools.s3.faults.set(Fault.BUSY)
    return confirm(row)


CONFIRM: Refusals = {
    "file_missing": lambda tools: post(ReporterFactory(), f"attachments/{ODD_ID}/confirm/"),
    "file_not_uploaded": lambda tools: confirm(on_its_way()),
    "file_content_mismatch": lambda tools: confirm(pretending()),
    "storage_unavailable": while_away,
}
CANCEL: Refusals = {
    "file_missing": lambda tools: post(ReporterFactory(), f"attachments/{on_its_way().pk}/cancel/"),
    "file_confirmed": lambda tools: cancel(standing()),
}


def cancel(row: Attachment) -> HttpResponse:
    return post(row.uploaded_by, f"attachments/{row.pk}/cancel/")


def fetch(row: Attachment) -> HttpResponse:
    return post(row.uploaded_by, "presign-download/", {"attachment_id": row.pk})


def infected() -> Attachment:
    row = standing()
    Attachment.objects.filter(pk=row.pk).update(scan=Attachment.Scan.INFECTED, scanned_at=row.confirmed_at)
    return row


DOWNLOAD: Refusals = {
    "file_missing": lambda tools: post(ReporterFactory(), "presign-download/", {"attachment_id": ODD_ID}),
    "file_not_ready": lambda tools: fetch(on_its_way()),
    "file_infected": lambda tools: fetch(infected()),
}

REFUSED: dict[str, Refusals] = {
    "ticket_create": {
        "application_missing": lambda tools: create(application="NIX"),
        "application_retired": lambda tools: create(retired=True),
        "field_invalid": lambda tools: create(title=" "),
    },
    "ticket_read": {"ticket_missing": lambda tools: read()},
    "ticket_events": {"ticket_missing": lambda tools: read("events/")},
    "ticket_comments": {"ticket_missing": lambda tools: read("comments/")},
    "ticket_comment": COMMENT,
    "ticket_candidates": {
        "ticket_missing": lambda tools: Caller(SM1Factory()).get("tickets/N-EXP-999999/candidates/"),
        "wrong_status": lambda tools: Caller(SM1Factory()).get(f"tickets/{resolved().pk}/candidates/"),
    },
    "presign_upload": UPLOAD,
    "presign_download": DOWNLOAD,
    "attachment_confirm": CONFIRM,
    "attachment_cancel": CANCEL,
}
