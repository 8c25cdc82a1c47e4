"""What people do with a ticket: every way each act is refused."""

from typing import Any

from django.http import HttpResponse

from helpdesk.models import DeskSettings, Ticket, User
from helpdesk.services.tickets import withdraw_ticket
from tests.api.making import (
    MOST_MINUTES,
    ODD_ID,
    STALE,
    TOO_LONG,
    Refusals,
    hardly_working,
    on,
    resolved,
    worker_of,
)
from tests.clock import held
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

NOWHERE = "N-EXP-999999"


def assign(
    ticket: Ticket | str | None = None, person: User | None = None, stale: bool = False, **body: Any
) -> HttpResponse:
    told = {"assignee_id": EngineerFactory().pk, **body} if "assignee_id" not in body else body
    return on(ticket or a_ticket(), "assign", person or SM1Factory(), told, STALE if stale else None)


def owned() -> Ticket:
    """Reported by an engineer."""
    return a_ticket(reporter=EngineerFactory())


def busy() -> int:
    return worker_of(in_progress()).pk


def of_an_sm2() -> Ticket:
    return an_assignment(by=SM2Factory()).ticket


def with_override_off() -> Ticket:
    DeskSettings.objects.update_or_create(pk=1, defaults={"sm2_may_override": False})
    return an_assignment(by=SM1Factory()).ticket


def assigned_to() -> tuple[Ticket, int]:
    found = an_assignment()
    return found.ticket, found.engineer_id


def same() -> HttpResponse:
    ticket, engineer = assigned_to()
    return assign(ticket, assignee_id=engineer, comment="Again.")


def own() -> HttpResponse:
    ticket = owned()
    return assign(ticket, assignee_id=ticket.reporter_id)


ASSIGN: Refusals = {
    "ticket_missing": lambda tools: assign(NOWHERE),
    "changed_since_loaded": lambda tools: assign(stale=True),
    "wrong_status": lambda tools: assign(resolved()),
    "engineer_busy": lambda tools: assign(assignee_id=busy()),
    "own_ticket": lambda tools: own(),
    "comment_required": lambda tools: assign(an_assignment().ticket),
    "same_engineer": lambda tools: same(),
    "not_in_pool": lambda tools: assign(assignee_id=SM2Factory().pk),
    "person_missing": lambda tools: assign(assignee_id=ODD_ID),
    "assigner_forged": lambda tools: assign(assigned_by_id=SM2Factory().pk),
    "level_not_held": lambda tools: assign(assigned_level="SM2"),
    "assigned_by_sm2": lambda tools: assign(of_an_sm2(), comment="Mine."),
    "override_off": lambda tools: assign(with_override_off(), SM2Factory(), comment="Mine."),
    "field_invalid": lambda tools: assign(comment=TOO_LONG),
}


def by_its_engineer(act: str, ticket: Ticket, body: Any, stale: bool = False) -> HttpResponse:
    return on(ticket, act, worker_of(ticket), body, STALE if stale else None)


def by_another(act: str, ticket: Ticket, body: Any) -> HttpResponse:
    """An engineer who sees the ticket, for it is theirs as its reporter."""
    return on(ticket, act, ticket.reporter, body)


def foreign(act: str, body: Any) -> HttpResponse:
    return on(an_assignment().ticket, act, EngineerFactory(), body)


def expected() -> Ticket:
    return an_assignment().ticket


def reported_by_an_engineer() -> Ticket:
    return an_assignment(ticket=owned()).ticket


HOUR = {"resolution_minutes": 60}
COMMIT: Refusals = {
    "ticket_missing": lambda tools: foreign("commit", HOUR),
    "changed_since_loaded": lambda tools: by_its_engineer("commit", expected(), HOUR, stale=True),
    "wrong_status": lambda tools: by_its_engineer("commit", resolved(), HOUR),
    "not_the_assignee": lambda tools: by_another("commit", reported_by_an_engineer(), HOUR),
    "already_committed": lambda tools: by_its_engineer("commit", a_promise().ticket, HOUR),
    "resolution_time_invalid": lambda tools: by_its_engineer("commit", expected(), {"resolution_minutes": 0}),
    "resolution_time_too_short": lambda tools: too_short("commit"),
    "no_working_time": lambda tools: by_its_engineer("commit", never(), {"resolution_minutes": MOST_MINUTES}),
}


def never() -> Ticket:
    """Given to somebody in whose calendar a month of work has no end."""
    return an_assignment(engineer=hardly_working()).ticket


def too_short(act: str) -> HttpResponse:
    """One minute, counted from when it was given, ten minutes ago (C5)."""
    ticket = expected()
    held.forward(minutes=10)
    return by_its_engineer(act, ticket, {"resolution_minutes": 1})


START: Refusals = {
    "ticket_missing": lambda tools: foreign("start", {}),
    "changed_since_loaded": lambda tools: by_its_engineer("start", a_promise().ticket, {}, stale=True),
    "wrong_status": lambda tools: by_its_engineer("start", in_progress(), {}),
    "not_the_assignee": lambda tools: by_another("start", reported_by_an_engineer(), HOUR),
    "not_committed": lambda tools: by_its_engineer("start", expected(), {}),
    "already_committed": lambda tools: by_its_engineer("start", a_promise().ticket, HOUR),
    "resolution_time_invalid": lambda tools: by_its_engineer("start", expected(), {"resolution_minutes": -1}),
    "resolution_time_too_short": lambda tools: too_short("start"),
    "no_working_time": lambda tools: by_its_engineer("start", never(), {"resolution_minutes": MOST_MINUTES}),
}
NOTE = {"note": "The disk was full."}
RESOLVE: Refusals = {
    "ticket_missing": lambda tools: foreign("resolve", NOTE),
    "changed_since_loaded": lambda tools: by_its_engineer("resolve", in_progress(), NOTE, stale=True),
    "wrong_status": lambda tools: by_its_engineer("resolve", resolved(), NOTE),
    "not_the_assignee": lambda tools: by_another("resolve", reported_by_an_engineer(), NOTE),
    "note_required": lambda tools: by_its_engineer("resolve", in_progress(), {"note": " \u200b"}),
    "field_invalid": lambda tools: by_its_engineer("resolve", in_progress(), {"note": TOO_LONG}),
}


def withdraw(ticket: Ticket | str, stale: bool = False, person: User | None = None, **body: Any) -> HttpResponse:
    told = {"reason": "Raised twice.", **body}
    who = person or (ticket.reporter if isinstance(ticket, Ticket) else SM1Factory())
    return on(ticket, "withdraw", who, told, STALE if stale else None)


def repeating_itself() -> HttpResponse:
    ticket = a_ticket()
    return withdraw(ticket, repeats=ticket.case_id)


WITHDRAW: Refusals = {
    "ticket_missing": lambda tools: withdraw(a_ticket(), person=UserFactory(roles=["reporter"])),
    "changed_since_loaded": lambda tools: withdraw(a_ticket(), stale=True),
    "wrong_status": lambda tools: withdraw(expected()),
    "reason_required": lambda tools: withdraw(a_ticket(), reason=""),
    "repeats_itself": lambda tools: repeating_itself(),
    "field_invalid": lambda tools: withdraw(a_ticket(), repeats=NOWHERE),
}


def prioritise(ticket: Ticket | str, stale: bool = False, **body: Any) -> HttpResponse:
    told = {"priority": "high", "reason": "The whole office waits.", **body}
    return on(ticket, "priority", SM1Factory(), told, STALE if stale else None)


def withdrawn() -> Ticket:
    ticket = a_ticket()
    return withdraw_ticket(actor=ticket.reporter, ticket_id=ticket.pk, reason="Twice.")


PRIORITY: Refusals = {
    "ticket_missing": lambda tools: prioritise(NOWHERE),
    "changed_since_loaded": lambda tools: prioritise(a_ticket(), stale=True),
    "wrong_status": lambda tools: prioritise(withdrawn()),
    "reason_required": lambda tools: prioritise(a_ticket(), reason=" "),
    "field_invalid": lambda tools: prioritise(a_ticket(), priority="medium"),
}

REFUSED: dict[str, Refusals] = {
    "ticket_assign": ASSIGN,
    "ticket_commit": COMMIT,
    "ticket_start": START,
    "ticket_resolve": RESOLVE,
    "ticket_withdraw": WITHDRAW,
    "ticket_priority": PRIORITY,
}
