"""One ticket with all that somebody may know of it, in few statements: for programs, which ask once and show it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from helpdesk.models import Attachment, ExtensionRequest, ExtensionVote, SLARecord, Ticket, User
from helpdesk.selectors import access, extensions, files, reporters
from helpdesk.selectors.forecast import Outlook, forecast_for
from workflow.acts import ActOption


@dataclass(frozen=True, kw_only=True)
class Detail:
    """A ticket as one person may see it at one moment.

    `publicly` says that they are a mere reporter: then the extension is there once it was agreed to, and `repeats` where they
    reported that case too (P9).
    """

    ticket: Ticket
    publicly: bool
    now: datetime
    sla: SLARecord | None
    outlook: Outlook | None
    extension: ExtensionRequest | None
    repeats: str
    files: Sequence[Attachment]
    options: Sequence[ActOption]


def detail_of(user: User, reference: int | str, now: datetime) -> Detail:
    """The ticket by its number or case id; a foreign and a missing one answer alike."""
    ticket = access.ticket_for(user, reference, "assignment__sla", "extension__requested_by")
    publicly = not access.sees_as_staff(user, ticket)
    asked = reporters.agreed_extension(ticket) if publicly else extensions.extension_of(ticket)
    if asked is not None:
        prefetch_related_objects([asked], Prefetch("votes", ExtensionVote.objects.select_related("voter")))
    shown = files.shown(user, ticket, publicly=publicly)
    return Detail(
        ticket=ticket,
        publicly=publicly,
        now=now,
        sla=getattr(ticket.assignment, "sla", None) if ticket.assignment else None,
        outlook=forecast_for([ticket], now, reader=user).get(ticket.pk),
        extension=asked,
        repeats=_repeats(user, ticket, publicly),
        files=[*shown.files, *shown.waiting],
        options=access.acts_of(user, ticket, now),
    )


def _repeats(user: User, ticket: Ticket, publicly: bool) -> str:
    """The case a withdrawn ticket repeats, empty where there is none or they may not know of it."""
    if ticket.repeats is None or (publicly and ticket.repeats.reporter_id != user.pk):
        return ""
    return ticket.repeats.case_id
