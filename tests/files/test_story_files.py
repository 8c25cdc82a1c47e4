"""The files of the sample tickets: sent as a browser would, once, by who would send them, and of a type that is what it says (F5)."""

import zlib

import pytest
import requests

from helpdesk.models import Attachment
from helpdesk.services.downloads import download_link
from helpdesk.services.tickets import resolve_ticket
from project.demo.story.files import SAMPLES, SCANS, attach
from project.demo.story.papers import HEIGHT, WIDTH, screenshot
from tests.clock import held
from tests.factories import ReporterFactory, a_ticket, in_progress

pytestmark = pytest.mark.django_db

TITLES = {sample.title for sample in SAMPLES}


def loaded() -> int:
    return attach(now=held.moment, travel=held.standing_at)


def test_every_sample_file_reaches_its_ticket_and_stands_there_once(s3):
    tickets = {title: in_progress(ticket=a_ticket(title=title)) for title in TITLES}
    held.forward(hours=1)

    assert loaded() == len(SAMPLES)
    assert loaded() == 0

    for sample in SAMPLES:
        ticket = tickets[sample.title]
        row = Attachment.objects.get(ticket=ticket, filename=sample.name, state=Attachment.State.CONFIRMED)
        assert row.uploaded_by == (ticket.assignment.engineer if sample.internal else ticket.reporter)
        assert row.is_internal == sample.internal
        assert row.uploaded_at < held.moment
        link = download_link(actor=ticket.assignment.engineer, attachment_id=row.pk)
        assert requests.get(link, timeout=10).content == sample.body


def test_resolved_tickets_and_internal_files_nobody_could_add_are_left_out(s3):
    waiting = a_ticket(title=SCANS)
    done = in_progress(ticket=a_ticket(reporter=ReporterFactory(), title="Quotes are sent without the attachment"))
    resolve_ticket(actor=done.assignment.engineer, ticket_id=done.pk, note="Done.")

    loaded()

    assert not done.attachments.exists()
    assert {row.filename for row in waiting.attachments.all()} == {
        sample.name for sample in SAMPLES if sample.title == SCANS and not sample.internal
    }


@pytest.mark.parametrize("which", [1, 2])
def test_pictures_are_whole(which):
    body = screenshot(which)
    pixels = zlib.decompress(body[body.index(b"IDAT") + 4 : -16])

    assert len(pixels) == HEIGHT * (WIDTH * 3 + 1)
