"""A few files on the sample tickets: announced, sent to the demo's S3 by their links and confirmed, as a browser would."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests

from helpdesk.models import Ticket, User
from helpdesk.services.attachments import announce, confirm, signed
from project.demo.story.papers import csv, log, page, screenshot
from project.demo.story.ticks import Travel

SEND_LIMIT = 30
PAUSE = timedelta(minutes=4)


@dataclass(frozen=True)
class Sample:
    """One file: the ticket it belongs to by its title, what it holds, and whether its engineer added it for the staff."""

    title: str
    name: str
    body: bytes
    internal: bool = False


SCANS = "Scanned invoices are filed under the wrong supplier"
SAMPLES = (
    Sample(SCANS, "wrong-supplier.png", screenshot(1)),
    Sample(SCANS, "suppliers.csv", csv()),
    Sample(SCANS, "index-before-repair.log", log("index"), internal=True),
    Sample(
        "Quotes are sent without the attachment", "quote-20418.pdf", page("Quote 20418", "The attachment is missing.")
    ),
    Sample("Postings stay in 'being processed'", "postings.log", log("posting")),
    Sample("Exported files are all called export.xlsx", "downloads.png", screenshot(2)),
)


def attach(*, now: datetime, travel: Travel) -> int:
    """Give the open sample tickets their files, a few minutes after each was raised or given away; the number of files.

    Needs the demo's S3; an engineer's own are internal. A ticket that has a file of that name keeps it.
    """
    sent = 0
    for sample in SAMPLES:
        ticket = Ticket.objects.filter(title=sample.title).select_related("reporter", "assignment__engineer").first()
        if ticket is None or ticket.resolved_at is not None or ticket.attachments.filter(filename=sample.name).exists():
            continue
        assignment = ticket.assignment if sample.internal else None
        if sample.internal and assignment is None:
            continue
        actor, since = (
            (assignment.engineer, assignment.assigned_at) if assignment else (ticket.reporter, ticket.created_at)
        )
        with travel(min(since + PAUSE, now)):
            _send(sample, ticket, actor)
        sent += 1
    return sent


def _send(sample: Sample, ticket: Ticket, actor: User) -> None:
    digest = base64.b64encode(hashlib.sha256(sample.body).digest()).decode()
    row = announce(
        actor=actor,
        ticket_id=ticket.pk,
        filename=sample.name,
        size=len(sample.body),
        sha256=digest,
        internal=sample.internal,
    )
    link = signed(row)
    answer = requests.request(link.method, link.url, data=sample.body, headers=link.headers, timeout=SEND_LIMIT)
    answer.raise_for_status()
    confirm(actor=actor, attachment_id=row.pk)
