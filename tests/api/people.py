"""More time, lines and roles: every way each call is refused."""

from typing import Any

from django.http import HttpResponse

from helpdesk.models import ExtensionRequest, Ticket, User
from helpdesk.services import extensions, lines
from helpdesk.services.extensions import decide_extension
from helpdesk.tests.api.calling import Caller
from tests.api.making import (
    MOST_MINUTES,
    ODD_ID,
    STALE,
    TOO_LONG,
    Refusals,
    Tools,
    asked,
    hardly_working,
    in_line,
    on,
    reorder,
    resolved,
    worker_of,
)
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
)

MORE = {"extra_minutes": 30, "comment": "The fix needs a release."}


def ask(ticket: Ticket, person: User | None = None, stale: bool = False, **body: Any) -> HttpResponse:
    return on(ticket, "extension", person or worker_of(ticket), MORE | body, STALE if stale else None)


def promised() -> Ticket:
    return a_promise().ticket


def promised_to_another() -> Ticket:
    """By somebody else than the engineer who reported it."""
    return a_promise(ticket=a_ticket(reporter=EngineerFactory())).ticket


def asked_by(ticket: Ticket) -> HttpResponse:
    return ask(ticket, ticket.reporter)


ASK: Refusals = {
    "ticket_missing": lambda tools: ask(promised(), EngineerFactory()),
    "changed_since_loaded": lambda tools: ask(promised(), stale=True),
    "wrong_status": lambda tools: ask(resolved()),
    "not_the_assignee": lambda tools: asked_by(promised_to_another()),
    "extension_used": lambda tools: ask(asked().ticket),
    "not_committed": lambda tools: ask(an_assignment().ticket),
    "extra_time_invalid": lambda tools: ask(promised(), extra_minutes=0),
    "comment_required": lambda tools: ask(promised(), comment=" "),
    "field_invalid": lambda tools: ask(promised(), comment=TOO_LONG),
    "no_working_time": lambda tools: ask(a_promise(engineer=hardly_working()).ticket, extra_minutes=MOST_MINUTES),
}


def decide(
    request: ExtensionRequest, person: User | None = None, number: int | None = None, stale: bool = False, **body: Any
) -> HttpResponse:
    act = f"extension/{number or request.pk}/approve"
    return on(request.ticket, act, person or SM1Factory(), body, STALE if stale else None)


def unseen() -> HttpResponse:
    return on("N-EXP-999999", "extension/1/approve", SM1Factory(), {})


def rejected() -> ExtensionRequest:
    found = asked()
    for person in (SM1Factory(), SM2Factory()):
        decide_extension(actor=person, ticket_id=found.ticket_id, approve=False)
    return found


def decided(person: User | None = None) -> ExtensionRequest:
    """SM1 has said yes."""
    found = asked()
    decide_extension(actor=person or SM1Factory(), ticket_id=found.ticket_id, approve=True)
    return found


def own_request() -> HttpResponse:
    both = UserFactory(roles=["engineer", "sm1"])
    return decide(asked(a_promise(engineer=both)), both)


def both_levels() -> HttpResponse:
    both = UserFactory(roles=["sm1", "sm2"])
    return decide(decided(both), both)


def in_a_moving_line(tools: Tools) -> HttpResponse:
    """What is late behind it is held by somebody else just now, so nobody can say where the line stands."""

    def moving(engineer: User, **_told: Any) -> None:
        raise lines.changed(lines.read(engineer))

    found = decided()
    tools.monkeypatch.setattr(extensions.lines, "open_anew", moving)
    return decide(found, SM2Factory())


def without_an_end() -> HttpResponse:
    """So much more that the calendar of its engineer, changed since, has no end for it."""
    found = decided()
    engineer, waiting = found.assignment.engineer, a_promise(engineer=found.assignment.engineer, minutes=MOST_MINUTES)
    assert waiting.place
    User.objects.filter(pk=engineer.pk).update(working_calendar=hardly_working().working_calendar)
    return decide(found, SM2Factory())


DECIDE: Refusals = {
    "ticket_missing": lambda tools: unseen(),
    "changed_since_loaded": lambda tools: decide(asked(), stale=True),
    "extension_missing": lambda tools: decide(asked(), number=ODD_ID),
    "extension_closed": lambda tools: decide(rejected()),
    "level_decided": lambda tools: decide(decided()),
    "level_not_held": lambda tools: decide(asked(), level="SM2"),
    "own_request": lambda tools: own_request(),
    "second_person_needed": lambda tools: both_levels(),
    "queue_changed": in_a_moving_line,
    "field_invalid": lambda tools: decide(asked(), comment=TOO_LONG),
    "no_working_time": lambda tools: without_an_end(),
}


def swapped(person: User | None = None, seen: str | None = "now", by: User | None = None, **body: Any) -> HttpResponse:
    engineer, order = in_line(by=by or SM1Factory())
    return reorder(order[::-1], engineer, person=person, seen=seen, **body)


def shrunk() -> HttpResponse:
    """A line whose engineer's calendar has become too small for it."""
    engineer, _ = in_line()
    a_promise(engineer=engineer, minutes=MOST_MINUTES)
    order = list(
        engineer.assignments.filter(place__isnull=False).order_by("place").values_list("ticket__case_id", flat=True)
    )
    User.objects.filter(pk=engineer.pk).update(working_calendar=hardly_working().working_calendar)
    return reorder(order[::-1], engineer, comment="Turned round.")


def of_nobody(method: str) -> HttpResponse:
    caller = Caller(SM1Factory())
    if method == "get":
        return caller.get(f"engineers/{ODD_ID}/queue/")
    return reorder([], ODD_ID, seen="any")


REORDER: Refusals = {
    "person_missing": lambda tools: of_nobody("put"),
    "queue_changed": lambda tools: swapped(seen="old"),
    "if_match_required": lambda tools: swapped(seen=None),
    "comment_required": lambda tools: swapped(),
    "assigned_by_sm2": lambda tools: swapped(by=SM2Factory(), comment="Mine."),
    "level_not_held": lambda tools: swapped(level="SM2", comment="Mine."),
    "field_invalid": lambda tools: swapped(comment=TOO_LONG),
    "no_working_time": lambda tools: shrunk(),
}


def decide_roles(
    user: User | int, stale: bool = False, person: User | None = None, reason: str = "Asked for by Maya.", **roles: Any
) -> HttpResponse:
    number = user.pk if isinstance(user, User) else user
    decisions = [{"role": role, "decision": decision} for role, decision in (roles or {"sm1": "given"}).items()]
    told = {"roles": decisions, "reason": reason}
    return Caller(person or AdminFactory()).put(f"users/{number}/roles/", told, **(STALE if stale else {}))


def last_admin() -> HttpResponse:
    admin = AdminFactory()
    return decide_roles(admin, person=admin, admin="withdrawn")


ROLES: Refusals = {
    "person_missing": lambda tools: decide_roles(ODD_ID),
    "reason_required": lambda tools: decide_roles(EngineerFactory(), reason=" "),
    "last_admin": lambda tools: last_admin(),
    "person_changed": lambda tools: decide_roles(EngineerFactory(), stale=True),
}

REFUSED: dict[str, Refusals] = {
    "extension_create": ASK,
    "extension_decide": DECIDE,
    "extension_list": {"level_not_held": lambda tools: Caller(SM1Factory()).get("extensions/", level="SM2")},
    "queue_read": {"person_missing": lambda tools: of_nobody("get")},
    "queue_reorder": REORDER,
    "roles_read": {"person_missing": lambda tools: Caller(AdminFactory()).get(f"users/{ODD_ID}/roles/")},
    "roles_decide": ROLES,
}
