"""The files of tickets, as somebody may see them (P9, F6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Sum

from helpdesk.models import Attachment, Ticket, User
from helpdesk.selectors import access
from workflow.errors import FileMissing


@dataclass(frozen=True)
class Shown:
    """What a page says of a ticket's files: those that are there, one's own that never arrived, and how many it holds in all."""

    files: list[Attachment]
    waiting: list[Attachment]
    number: int


def shown(user: User, ticket: Ticket, *, publicly: bool = False) -> Shown:
    """The files of a ticket this person may see, in one statement (P9, F7).

    Not those of internal comments for a mere reporter; `publicly` leaves these out whoever looks, as the portal does (T6).
    """
    rows = list(Attachment.objects.filter(ticket=ticket).select_related("uploaded_by"))
    internal_too = not publicly and access.sees_as_staff(user, ticket)
    seen = [row for row in rows if internal_too or not row.is_internal]
    return Shown(
        files=[row for row in seen if row.state == Attachment.State.CONFIRMED],
        waiting=[row for row in seen if row.state == Attachment.State.PENDING and row.uploaded_by_id == user.pk],
        number=len(rows),
    )


def file_for(user: User, attachment_id: int) -> Attachment:
    """One file by its number; a foreign, an internal and a missing one answer alike."""
    found = Attachment.objects.filter(pk=attachment_id).select_related("ticket", "uploaded_by").order_by().first()
    if found is None or not access.sees_all(user, [found.ticket_id]):
        raise FileMissing
    hidden = found.is_internal and not access.sees_as_staff(user, found.ticket)
    unborn = found.state == Attachment.State.PENDING and found.uploaded_by_id != user.pk
    if hidden or unborn:
        raise FileMissing
    return found


def announced(ticket: Ticket) -> list[Attachment]:
    """The files of a ticket, those on their way included; a ticket has a few only (F3)."""
    return list(Attachment.objects.filter(ticket=ticket).order_by())


def the_same(rows: Iterable[Attachment], *, filename: str, size: int, sha256: str, internal: bool) -> Attachment | None:
    """The one among them with this name, size and digest, if it was announced before (F4)."""
    wanted = (filename, size, sha256, internal)
    return next((row for row in rows if (row.filename, row.size, row.sha256, row.is_internal) == wanted), None)


def announced_as(user: User, client_key: UUID) -> Attachment | None:
    """The file this person announced under this key before (F4)."""
    return Attachment.objects.filter(uploaded_by=user, client_key=client_key).first()


def taken_since(user: User, since: datetime) -> tuple[int, int]:
    """How many files this person announced since then, and how many bytes."""
    taken = Attachment.objects.filter(uploaded_by=user, uploaded_at__gt=since).order_by()
    counted = taken.aggregate(files=Count("pk"), bytes=Sum("size"))
    return counted["files"], counted["bytes"] or 0


def are_expected(ticket: Ticket) -> bool:
    """Whether files announced with the ticket are still on their way (N1)."""
    arrived = Attachment.objects.filter(ticket=ticket, state=Attachment.State.CONFIRMED).count()
    return arrived < ticket.files_announced


DAY = timedelta(days=1)
"""How long an upload may stay unconfirmed, and the span of a person's quota (F5)."""
