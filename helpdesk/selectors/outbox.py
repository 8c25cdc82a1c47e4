"""The outbox as the admins read it: every mail about a ticket, to whom, why, and what became of it (N2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from helpdesk.models import Notification
from helpdesk.selectors import newest
from helpdesk.selectors.newest import Page, Place, Turn
from workflow.texts import whole_number

State = Notification.State
STUCK = (State.FAILED, State.DEAD)
"""Mails that failed: those that are tried again by themselves, and those that are given up."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the log is narrowed to; nothing named narrows nothing. `until` is not included."""

    state: str = ""
    kind: str = ""
    ticket_id: int | None = None
    recipients: tuple[int, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


def log(wanted: Wanted, turn: Turn) -> Page[Notification]:
    """A page of the log, newest first, in two statements."""
    branches = [_narrowed(wanted)]
    if wanted.recipients is not None:
        branches = [branches[0].filter(recipient=person) for person in wanted.recipients]
    page = newest.cut(newest.places_of(branches, turn, moment="created_at"), turn)
    rows = newest.in_order(_whole(), page.rows)
    return Page(rows=[rows[place] for place in page.rows if place in rows], newer=page.newer, older=page.older)  # type: ignore[misc]


def mail(pk: int | str) -> Notification | None:
    """One mail with all that stands beside it; a number that is none names none."""
    number = whole_number(str(pk))
    return None if number is None else _whole().filter(pk=number).first()


def chosen(pks: list[int]) -> list[Notification]:
    """These mails, newest first."""
    return list(_whole().filter(pk__in=pks).order_by("-created_at", "-pk"))


def given_up() -> int:
    """How many mails nobody tries any more."""
    return Notification.objects.filter(state=State.DEAD).count()


def is_held(row: Notification, now: datetime) -> bool:
    """Whether a worker is sending it at this moment."""
    return row.claimed_until is not None and row.claimed_until >= now


def may_be_sent_again(row: Notification, now: datetime) -> bool:
    """Whether an admin can have it tried at once: it failed, and nobody is at it."""
    return row.state in STUCK and not is_held(row, now)


def _whole() -> QuerySet[Notification]:
    return Notification.objects.select_related("recipient", "event__actor", "ticket__application")


def _narrowed(wanted: Wanted) -> QuerySet[Notification]:
    rows = Notification.objects.all()
    for name, value in {
        "state": wanted.state,
        "kind": wanted.kind,
        "ticket_id": wanted.ticket_id,
        "created_at__gte": wanted.since,
        "created_at__lt": wanted.until,
    }.items():
        if value:
            rows = rows.filter(**{name: value})
    return rows


__all__ = ["STUCK", "Place", "State", "Wanted", "chosen", "given_up", "is_held", "log", "mail", "may_be_sent_again"]
