"""One ticket with all that somebody may know of it, in few statements: for programs, which ask once and show it all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from helpdesk.models import Attachment, ExtensionRequest, ExtensionVote, SLARecord, Ticket, User
from helpdesk.selectors import access, extensions, files, people, reporters
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
    ticket = access.ticket_for(user, reference, beside=("application", "assignment__sla", "extension"))
    _name_people(ticket)
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


def _name_people(ticket: Ticket) -> None:
    """Put the people of the ticket in their places, read by themselves.

    As four more tables of the ticket's own statement they took Postgres longer to plan than all the rest to read.
    """
    assignment, asked = ticket.assignment, extensions.extension_of(ticket)
    rows = {"reporter": ticket, "engineer": assignment, "assigned_by": assignment, "requested_by": asked}
    places = [(row, role, getattr(row, f"{role}_id")) for role, row in rows.items() if row is not None]
    known = people.by_name(pk for _, _, pk in places)
    for row, role, pk in places:
        setattr(row, role, known[pk])


def _repeats(user: User, ticket: Ticket, publicly: bool) -> str:
    """The case a withdrawn ticket repeats, empty where there is none or they may not know of it."""
    if ticket.repeats is None or (publicly and ticket.repeats.reporter_id != user.pk):
        return ""
    return ticket.repeats.case_id
