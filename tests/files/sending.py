"""Sending a file as a browser does: announce, put, confirm."""

import base64
import hashlib
from typing import Any

import requests

from helpdesk.models import Attachment, Ticket, User
from helpdesk.services.attachments import announce, confirm, upload_link
from storage.tests.samples import png

PICTURE = png()


def digest(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def announced(actor: User, ticket: Ticket, name: str = "page.png", body: bytes = PICTURE, **more: Any) -> Attachment:
    """A file that is about to be sent."""
    return announce(actor=actor, ticket_id=ticket.pk, filename=name, size=len(body), sha256=digest(body), **more)


def put(actor: User, row: Attachment, body: bytes = PICTURE) -> int:
    """Send the bytes by the link; what S3 answers."""
    link = upload_link(actor=actor, attachment_id=row.pk)
    return requests.request(link.method, link.url, data=body, headers=link.headers, timeout=10).status_code


def sent(actor: User, ticket: Ticket, name: str = "page.png", body: bytes = PICTURE, **more: Any) -> Attachment:
    """A file that stands on the ticket."""
    row = announced(actor, ticket, name, body, **more)
    assert put(actor, row, body) == 200
    return confirm(actor=actor, attachment_id=row.pk)
