"""What one mail is made of, read in a fixed number of queries; templates see plain values only (N1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from helpdesk.models import Attachment, Comment, Notification, Ticket, TicketEvent
from helpdesk.notifications import reach
from helpdesk.notifications.moments import stamp, zone_of
from storage.limits import in_words
from workflow.audience import Kind
from workflow.chain import DECISIVE
from workflow.states import Priority
from workflow.texts import clean_line, clean_text

SYSTEM = "Lineup"
SHAPES = {Priority.HIGH: "▲", Priority.MEDIUM: "■", Priority.LOW: "▬"}
WAITS_FOR_FILES = frozenset({Kind.RAISED, Kind.RECEIPT})


@dataclass(frozen=True, kw_only=True)
class File:
    """An attachment as a mail lists it."""

    name: str
    note: str


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """What every mail says about its ticket (N1)."""

    case_id: str
    title: str
    description: str
    priority: str
    shape: str
    application: str
    reporter: str
    created: str
    link: str
    files: tuple[File, ...]

    @property
    def description_lines(self) -> list[str]:
        return self.description.split("\n")


class Letter:
    """One notification with what its mail may say; reads its rows once."""

    def __init__(self, row: Notification) -> None:
        self.row = row
        self.ticket: Ticket = row.ticket
        self.payload: Mapping[str, Any] = row.payload
        self.zone: ZoneInfo = zone_of(row.recipient.time_zone)
        self.by: str = row.event.actor.name if row.event.actor else SYSTEM

    @classmethod
    def read(cls, notification_id: int) -> Letter:
        """The letter of a row, with everything its context follows in one query."""
        rows = Notification.objects.select_related(
            "recipient", "event__actor", "ticket__application", "ticket__reporter", "ticket__assignment__engineer"
        )
        return cls(rows.get(pk=notification_id))

    @cached_property
    def sees_internal(self) -> bool:
        """Whether the recipient may read what is for the staff only (P9)."""
        return reach.sees_internal(self.row.recipient, self.ticket)

    def when(self, moment: datetime | str | None) -> str:
        """A moment in the recipient's zone, the zone named; also takes what a payload keeps, nothing for nothing."""
        if not moment:
            return ""
        return stamp(datetime.fromisoformat(moment) if isinstance(moment, str) else moment, self.zone)

    def is_to(self, user_id: int | None) -> bool:
        return self.row.recipient_id == user_id

    def comment(self, comment_id: int) -> Comment:
        """The comment a mail tells of, which is the ticket's own."""
        return Comment.objects.get(pk=comment_id, ticket=self.ticket)

    def decisions(self, case_ids: Iterable[str]) -> Iterable[TicketEvent]:
        """What was decided about the due times of these cases up to the mail's event, oldest first, in one statement."""
        decided = TicketEvent.objects.filter(
            ticket__case_id__in=case_ids, action__in=DECISIVE, timestamp__lte=self.row.event.timestamp
        )
        return decided.select_related("actor", "ticket").order_by("timestamp", "pk")

    def attachments(self) -> list[Attachment]:
        """The files of the ticket, announced or confirmed."""
        return list(self.ticket.attachments.all())

    def facts(self) -> TicketFacts:
        """The ticket as this recipient may know it."""
        ticket, priority = self.ticket, Priority(self.ticket.priority)
        return TicketFacts(
            case_id=ticket.case_id,
            title=clean_line(ticket.title),
            description=clean_text(ticket.description),
            priority=priority.label,
            shape=SHAPES[priority],
            application=ticket.application.name,
            reporter=ticket.reporter.name,
            created=self.when(ticket.created_at),
            link=settings.LINEUP_BASE_URL + reverse("ticket-door", args=(ticket.case_id,)),
            files=self._files(),
        )

    def _files(self) -> tuple[File, ...]:
        """Confirmed files; the mails about a new ticket also name those still on their way (N1)."""
        rows = self.attachments()
        shown = [row for row in rows if not row.is_internal or self.sees_internal]
        files = [_file(row) for row in shown if row.state == Attachment.State.CONFIRMED]
        if Kind(self.row.kind) in WAITS_FOR_FILES:
            files += [
                File(name=clean_line(row.filename), note="still uploading")
                for row in shown
                if row.state == Attachment.State.PENDING
            ]
            files += [File(name="an announced file", note="still uploading")] * (
                self.ticket.files_announced - len(rows)
            )
        return tuple(files)


def _file(row: Attachment) -> File:
    return File(name=clean_line(row.filename), note=in_words(row.size))
