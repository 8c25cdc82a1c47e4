"""The contract, success by success: each operation answers with exactly the fields its document names, no more and no fewer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator, FormatChecker

from helpdesk.models import User
from helpdesk.services.comments import add_comment
from helpdesk.services.extensions import decide_extension
from helpdesk.tests.api.calling import Caller
from tests.access.calls import document, every_call
from tests.api import acts, people, tickets
from tests.api.making import asked, in_line, on
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from tests.files.sending import announced, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("s3")]

CALLS = every_call()
READS, WRITES = 12, 25
FEW, MANY = 1, 50


def crowd(many: int) -> User:
    """An engineer with this many tickets, and as many colleagues."""
    engineer = EngineerFactory()
    for _ in range(many):
        a_promise(engineer=engineer, minutes=60)
        EngineerFactory()
    return engineer


def told(many: int) -> Any:
    """A ticket about which this much was said and done."""
    ticket = in_progress()
    for number in range(many):
        add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body=f"Word {number}.")
    decide_extension(actor=SM1Factory(), ticket_id=asked(ticket.assignment).ticket_id, approve=True)
    for number in range(min(many, 20)):
        tickets.confirm(sent_by(ticket, f"page{number}.png"))
    return ticket


def sent_by(ticket: Any, name: str = "page.png") -> Any:
    row = announced(ticket.reporter, ticket, name)
    assert put(ticket.reporter, row) == 200
    return row


def to_decide(many: int) -> User:
    for _ in range(many):
        decide_extension(actor=SM1Factory(), ticket_id=asked().ticket_id, approve=True)
    return SM2Factory()


def turned_round(many: int) -> HttpResponse:
    engineer, _ = in_line()
    for _ in range(many):
        a_promise(engineer=engineer, minutes=60)
    cases = [one.ticket.case_id for one in engineer.assignments.filter(place__isnull=False).order_by("place")]
    return people.reorder(cases[::-1], engineer, comment="Turned round.")


def reassigned(many: int) -> HttpResponse:
    """Taken from the head of a line, which is planned anew behind it."""
    before = crowd(many).assignments.order_by("place")[0].ticket
    return acts.assign(before, comment="Knows it.")


def worked_on(many: int, act: str, body: dict[str, Any]) -> HttpResponse:
    """The first of a line of so many: everything behind it is planned anew."""
    engineer = EngineerFactory()
    first = {"resolve": in_progress, "start": lambda **who: a_promise(**who).ticket}.get(act)
    ticket = first(engineer=engineer) if first else an_assignment(engineer=engineer).ticket
    for _ in range(many):
        a_promise(engineer=engineer, minutes=60)
    return on(ticket, act, engineer, body)


def agreed(many: int) -> HttpResponse:
    """The second approval, which moves all that wait behind."""
    promise = a_promise()
    for _ in range(many):
        a_promise(engineer=promise.engineer, minutes=60)
    request = asked(promise)
    decide_extension(actor=SM1Factory(), ticket_id=request.ticket_id, approve=True)
    return people.decide(request, SM2Factory())


def listed(many: int) -> HttpResponse:
    crowd(many)
    return Caller(SM1Factory()).get("tickets/", page_size=50)


def withdrawn_as_repeated(many: int) -> HttpResponse:
    ticket = a_ticket()
    return acts.withdraw(ticket, repeats=a_ticket(reporter=ticket.reporter).case_id)


def candidates(many: int) -> HttpResponse:
    crowd(many)
    return Caller(SM1Factory()).get(f"tickets/{a_ticket().case_id}/candidates/")


SUCCESSES: dict[str, tuple[int, Callable[[int], HttpResponse]]] = {
    "me": (200, lambda many: Caller(ReporterFactory()).get("me/")),
    "ticket_create": (201, lambda many: tickets.create()),
    "ticket_list": (200, listed),
    "ticket_read": (200, lambda many: Caller(SM1Factory()).get(f"tickets/{told(many).case_id}/")),
    "ticket_events": (200, lambda many: Caller(SM1Factory()).get(f"tickets/{told(many).pk}/events/", page_size=50)),
    "ticket_comments": (200, lambda many: Caller(SM1Factory()).get(f"tickets/{told(many).pk}/comments/", page_size=50)),
    "ticket_comment": (201, lambda many: tickets.comment(told(many))),
    "ticket_candidates": (200, candidates),
    "ticket_assign": (200, reassigned),
    "ticket_commit": (200, lambda many: worked_on(many, "commit", {"resolution_minutes": 60})),
    "ticket_start": (200, lambda many: worked_on(many, "start", {})),
    "ticket_resolve": (200, lambda many: worked_on(many, "resolve", {"note": "Done."})),
    "ticket_withdraw": (200, withdrawn_as_repeated),
    "ticket_priority": (200, lambda many: acts.prioritise(told(many))),
    "extension_create": (201, lambda many: people.ask(people.promised())),
    "extension_decide": (200, agreed),
    "extension_list": (200, lambda many: Caller(to_decide(many)).get("extensions/", page_size=50)),
    "queue_read": (200, lambda many: Caller(SM1Factory()).get(f"engineers/{crowd(many).pk}/queue/")),
    "queue_reorder": (200, turned_round),
    "roles_read": (200, lambda many: Caller(AdminFactory()).get(f"users/{EngineerFactory().pk}/roles/")),
    "roles_decide": (200, lambda many: people.decide_roles(EngineerFactory())),
    "dashboard_summary": (200, lambda many: crowd(many) and Caller(SM1Factory()).get("dashboard/summary/")),
    "presign_upload": (200, lambda many: tickets.announce(a_ticket())),
    "presign_download": (200, lambda many: tickets.fetch(tickets.standing())),
    "attachment_confirm": (200, lambda many: tickets.confirm(sent_by(a_ticket()))),
    "attachment_cancel": (204, lambda many: tickets.cancel(tickets.on_its_way())),
}


ALIKE = frozenset(
    {
        "me", "ticket_create", "ticket_withdraw", "extension_create", "roles_read", "roles_decide", "presign_upload",
        "presign_download", "attachment_confirm", "attachment_cancel",
    }
)  # fmt: skip
"""What they do touches the same few rows however many there are."""


def test_every_operation_is_here() -> None:
    assert sorted(SUCCESSES) == sorted(CALLS)


def closed(schema: Any) -> Any:
    """The schema with nothing left open: an object has all of its fields and no other."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(value) for name, value in schema.items()}
    if isinstance(inner.get("properties"), dict) and "type" in inner:
        inner |= {"additionalProperties": False, "required": sorted(inner["properties"])}
    return inner


def validator(operation: str, status: int) -> Draft202012Validator | None:
    """Of the answer with this status; none where it has no body."""
    call, whole = CALLS[operation], document()
    content = whole["paths"][call.path][call.method.lower()]["responses"][str(status)].get("content")
    if content is None:
        return None
    told_schema = content["application/json"]["schema"]
    return Draft202012Validator(
        {**closed(told_schema), "components": closed(whole["components"])}, format_checker=FormatChecker()
    )


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many statements each call took, by its address; savepoints are not counted."""
    counted: dict[str, int] = {}
    for method in ("get", "post", "put"):
        monkeypatch.setattr(Caller, method, counting(getattr(Caller, method), counted))
    return counted


def counting(call: Callable[..., HttpResponse], counted: dict[str, int]) -> Callable[..., HttpResponse]:
    def made(*args: Any, **more: Any) -> HttpResponse:
        with CaptureQueriesContext(connection) as captured:
            answer = call(*args, **more)
        own = [one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        counted[answer.wsgi_request.path] = len(own)
        return answer

    return made


@pytest.mark.parametrize(
    ("operation", "many"),
    [(name, FEW) for name in sorted(SUCCESSES)] + [(name, MANY) for name in sorted(set(SUCCESSES) - ALIKE)],
)
def test_it_answers_with_exactly_the_fields_of_its_document_in_few_statements(
    operation: str, many: int, taken: dict[str, int]
) -> None:
    status, how = SUCCESSES[operation]

    answer = how(many)

    assert answer.status_code == status, answer.content
    assert taken[answer.wsgi_request.path] <= (READS if CALLS[operation].method == "GET" else WRITES)
    assert answer["X-Request-ID"]
    shape = validator(operation, status)
    if shape is None:
        assert not answer.content
    else:
        assert answer["Content-Type"] == "application/json"
        assert [error.message for error in shape.iter_errors(answer.json())] == []
