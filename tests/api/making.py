"""Calls as the tables of this folder make them: whoever may, on a ticket made for it, unless the row says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse

from helpdesk.models import Assignment, ExtensionRequest, Ticket, User
from helpdesk.selectors.queues import queue_of, queue_version
from helpdesk.services.extensions import request_extension
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tests.api.calling import Caller
from project.demo.s3 import S3Server
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    a_calendar,
    a_promise,
    in_progress,
)

STALE = {"If-Match": '"1.1"'}
TOO_LONG = "x" * 20_001
ODD_ID = 987654321
MOST_MINUTES = 30 * 24 * 60


@dataclass
class Tools:
    """What a row may bend."""

    settings: Any
    monkeypatch: pytest.MonkeyPatch
    s3: S3Server


Try = Callable[[Tools], HttpResponse]
"""Makes the call on a desk of its own."""
Refusals = dict[str, Try]
"""By code, what provokes it."""


def post(person: User, address: str, body: Any = None, **headers: str) -> HttpResponse:
    return Caller(person).post(address, {} if body is None else body, **headers)


def on(ticket: Ticket | str, act: str, person: User, body: Any, headers: dict[str, str] | None = None) -> HttpResponse:
    """An act on a ticket."""
    named = ticket.case_id if isinstance(ticket, Ticket) else ticket
    return post(person, f"tickets/{named}/{act}/", body, **(headers or {}))


def resolved() -> Ticket:
    """A ticket that was worked on and is resolved; its engineer is the one who did it."""
    ticket = in_progress()
    return resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="Done.")


def worker_of(ticket: Ticket) -> User:
    engineer: User = ticket.assignment.engineer
    return engineer


def hardly_working() -> User:
    """An engineer whose calendar has one working minute a week: 30 working days of theirs are no time at all."""
    engineer: User = EngineerFactory(working_calendar=a_calendar(name="Hardly", week=(((540, 541),), *((),) * 6)))
    return engineer


def asked(promise: Assignment | None = None, **more: Any) -> ExtensionRequest:
    """A request for more time that nobody has decided on."""
    promise = promise or a_promise()
    told = {"extra_minutes": 30, "comment": "The fix needs a release.", **more}
    return request_extension(actor=promise.engineer, ticket_id=promise.ticket_id, **told)


def in_line(**options: Any) -> tuple[User, list[str]]:
    """An engineer with two promises that wait, and the cases in their order."""
    engineer = EngineerFactory()
    for _ in range(2):
        a_promise(engineer=engineer, minutes=60, **options)
    return engineer, [slot.case_id for slot in queue_of(engineer.pk).waiting]


def reorder(
    order: list[str], engineer: User | int, *, person: User | None = None, seen: str | None = "now", **body: Any
) -> HttpResponse:
    """Put a line in this order, with the version it has now unless another is given."""
    number = engineer.pk if isinstance(engineer, User) else engineer
    version = queue_version(number) if seen == "now" and isinstance(engineer, User) else seen
    headers = {"If-Match": f'"{version}"'} if seen else {}
    return Caller(person or SM1Factory()).put(f"engineers/{number}/queue/", {"order": order, **body}, **headers)
