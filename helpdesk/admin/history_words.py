"""The history in words: what stands in a line of it, whatever was done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from helpdesk.admin.audit_words import act_of, change_of
from helpdesk.admin.timeline import line_of
from helpdesk.models import AuditEvent, TicketEvent, User
from helpdesk.services.audit import ACTS
from workflow.facts import ACTIONS
from workflow.states import Labelled

_CASE = re.compile(r"^N-[A-Z0-9]{2,10}-\d{1,9}$", re.ASCII)

PEOPLE_ACTS = frozenset(
    act for act in ACTS if act.startswith(("role_", "person_", "mapping_", "people_imported", "reporting_authority"))
) | {"claims_overage", "sessions_ended", "engineer_calendar_set"}
SIGN_IN_ACTS = frozenset(
    act for act in ACTS if act.startswith(("sign", "token_", "session_", "break_glass_", "forged_"))
)
FILE_ACTS = frozenset(act for act in ACTS if act.startswith(("file_", "people_exported", "report_")))
DESK_ACTS = frozenset(ACTS) - PEOPLE_ACTS - SIGN_IN_ACTS - FILE_ACTS


class Show(Labelled):
    """The parts of the history; the last holds whatever is in none of the others."""

    ALL = "all", "Everything"
    TICKETS = "tickets", "Tickets"
    PEOPLE = "people", "People and roles"
    SIGN_INS = "sign-ins", "Sign-ins and refusals"
    FILES = "files", "Downloads and exports"
    DESK = "desk", "Settings and mails"


ACTS_OF: dict[Show, frozenset[str]] = {
    Show.ALL: frozenset(ACTS),
    Show.TICKETS: frozenset(),
    Show.PEOPLE: PEOPLE_ACTS,
    Show.SIGN_INS: SIGN_IN_ACTS,
    Show.FILES: FILE_ACTS,
    Show.DESK: DESK_ACTS,
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: when, who, what, about whom or what, from what to what, and what somebody wrote with it."""

    at: datetime
    actor: User | None
    label: str
    about: str
    about_more: str
    link: str
    is_case: bool
    said: str
    quote: str
    request_id: str


def entry_of(row: TicketEvent | AuditEvent, now: datetime) -> Entry:
    """A row of either table as the history shows it."""
    return _of_ticket(row, now) if isinstance(row, TicketEvent) else _of_audit(row)


def choices_of(show: Show) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can have been done, in the words of the page, by where it is written down."""
    acts = sorted(((act, ACTS[act]) for act in ACTS_OF[show]), key=lambda one: one[1])
    groups = [("Tickets", list(ACTIONS.items()))] if show in {Show.ALL, Show.TICKETS} else []
    return groups + ([("Desk", acts)] if acts else [])


def _of_ticket(event: TicketEvent, now: datetime) -> Entry:
    line = line_of(event, now)
    return Entry(
        at=line.at,
        actor=line.actor,
        label=line.label,
        about=event.ticket.case_id,
        about_more=event.ticket.title,
        link=reverse("ticket-door", args=(event.ticket.case_id,)),
        is_case=True,
        said=line.said,
        quote=line.quote,
        request_id="",
    )


def _of_audit(event: AuditEvent) -> Entry:
    is_case = bool(_CASE.match(event.subject_label))
    about, more = event.subject_label, ""
    if event.subject and is_case:
        more = event.subject.name
    link = reverse("admin:helpdesk_user_change", args=(event.subject_id,)) if event.subject_id else ""
    return Entry(
        at=event.timestamp,
        actor=event.actor,
        label=act_of(event),
        about=about,
        about_more=more,
        link=reverse("ticket-door", args=(about,)) if is_case else link,
        is_case=is_case,
        said=change_of(event),
        quote=event.reason,
        request_id=event.request_id,
    )
