"""The contract, success by success: each operation answers with exactly the fields its document names, no more and no fewer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator, FormatChecker
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.models import Assignment, Ticket, User
from helpdesk.services.comments import add_comment
from helpdesk.services.extensions import decide_extension
from helpdesk.services.tickets import start_ticket
from helpdesk.tests.api.calling import Caller
from project.demo.s3 import S3Server
from tests.access.calls import document, every_call
from tests.api import acts, people, tickets
from tests.api.making import asked, on
from tests.bucket import config_of
from tests.clock import NOON, held
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
from tests.kept import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("s3")]

CALLS = every_call()
READS, WRITES = 12, 25
FEW, MANY = 1, 50


@dataclass(frozen=True)
class Built:
    """What is there before a call, by its numbers: each call reads it anew, as whoever calls would."""

    engineer_id: int = 0
    head_id: int = 0
    unpromised_id: int = 0
    ticket_id: int = 0

    @property
    def engineer(self) -> User:
        """With a line of promises; as many colleagues are there."""
        return User.objects.get(pk=self.engineer_id)

    @property
    def head(self) -> Assignment:
        """The promise at the head of the line."""
        return Assignment.objects.get(ticket=self.head_id, is_active=True)

    @property
    def unpromised(self) -> Ticket:
        """Given before all but the head and not promised."""
        return Ticket.objects.get(pk=self.unpromised_id)

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(pk=self.ticket_id)


def nothing(many: int) -> Built:
    return Built()


def line(many: int) -> Built:
    """An engineer with a promise, a ticket that is not promised, and this many promises behind both."""
    engineer = EngineerFactory()
    head, unpromised = a_promise(engineer=engineer, minutes=60), an_assignment(engineer=engineer)
    for _ in range(many):
        a_promise(engineer=engineer, minutes=60)
        EngineerFactory()
    return Built(engineer.pk, head.ticket_id, unpromised.ticket_id)


def told(many: int) -> Built:
    """A ticket about which this much was said and done."""
    ticket = in_progress()
    for number in range(many):
        add_comment(actor=ticket.reporter, ticket_id=ticket.pk, body=f"Word {number}.")
    decide_extension(actor=SM1Factory(), ticket_id=asked(ticket.assignment).ticket_id, approve=True)
    for number in range(min(many, 20)):
        tickets.confirm(sent_by(ticket, f"page{number}.png"))
    return Built(ticket_id=ticket.pk)


def sent_by(ticket: Any, name: str = "page.png") -> Any:
    row = announced(ticket.reporter, ticket, name)
    assert put(ticket.reporter, row) == 200
    return row


def turned_round(there: Built) -> HttpResponse:
    engineer = a_promise(engineer=there.engineer, minutes=60).engineer
    cases = [one.ticket.case_id for one in engineer.assignments.filter(place__isnull=False).order_by("place")]
    return people.reorder(cases[::-1], engineer, comment="Turned round.")


def started(there: Built) -> Ticket:
    return start_ticket(actor=there.engineer, ticket_id=there.head_id)


def agreed(there: Built) -> HttpResponse:
    """The second approval, which moves all that wait behind."""
    request = asked(there.head)
    decide_extension(actor=SM1Factory(), ticket_id=request.ticket_id, approve=True)
    return people.decide(request, SM2Factory())


def to_decide(many: int) -> Built:
    for _ in range(many):
        decide_extension(actor=SM1Factory(), ticket_id=asked().ticket_id, approve=True)
    return Built()


def withdrawn_as_repeated() -> HttpResponse:
    ticket = a_ticket()
    return acts.withdraw(ticket, repeats=a_ticket(reporter=ticket.reporter).case_id)


def on_line(act: str, ticket: Ticket, there: Built, body: dict[str, Any]) -> HttpResponse:
    """Something at the front of the line: everything behind it is planned anew."""
    return on(ticket, act, there.engineer, body)


def about(there: Built, part: str = "", **query: Any) -> HttpResponse:
    """What an SM1 reads of the ticket on which much was said."""
    return Caller(SM1Factory()).get(f"tickets/{there.ticket_id}/{part}", **query)


@dataclass(frozen=True)
class Success:
    """The status of an operation, how it is called, and what is there in numbers before it is."""

    status: int
    call: Callable[[Built], HttpResponse]
    before: Callable[[int], Built] = nothing


SUCCESSES: dict[str, Success] = {
    "me": Success(200, lambda there: Caller(ReporterFactory()).get("me/")),
    "ticket_create": Success(201, lambda there: tickets.create()),
    "ticket_list": Success(200, lambda there: Caller(SM1Factory()).get("tickets/", page_size=50), line),
    "ticket_read": Success(200, lambda there: Caller(SM1Factory()).get(f"tickets/{there.ticket.case_id}/"), told),
    "ticket_events": Success(200, lambda there: about(there, "events/", page_size=50), told),
    "ticket_comments": Success(200, lambda there: about(there, "comments/", page_size=50), told),
    "ticket_comment": Success(201, lambda there: tickets.comment(there.ticket), told),
    "ticket_candidates": Success(
        200, lambda there: Caller(SM1Factory()).get(f"tickets/{a_ticket().case_id}/candidates/"), line
    ),
    "ticket_assign": Success(200, lambda there: acts.assign(there.head.ticket, comment="Knows it."), line),
    "ticket_commit": Success(
        200, lambda there: on_line("commit", there.unpromised, there, {"resolution_minutes": 60}), line
    ),
    "ticket_start": Success(200, lambda there: on_line("start", there.head.ticket, there, {}), line),
    "ticket_resolve": Success(200, lambda there: on_line("resolve", started(there), there, {"note": "Done."}), line),
    "ticket_withdraw": Success(200, lambda there: withdrawn_as_repeated()),
    "ticket_priority": Success(200, lambda there: acts.prioritise(there.ticket), told),
    "extension_create": Success(201, lambda there: people.ask(people.promised())),
    "extension_decide": Success(200, agreed, line),
    "extension_list": Success(200, lambda there: Caller(SM2Factory()).get("extensions/", page_size=50), to_decide),
    "queue_read": Success(200, lambda there: Caller(SM1Factory()).get(f"engineers/{there.engineer_id}/queue/"), line),
    "queue_reorder": Success(200, turned_round, line),
    "roles_read": Success(200, lambda there: Caller(AdminFactory()).get(f"users/{EngineerFactory().pk}/roles/")),
    "roles_decide": Success(200, lambda there: people.decide_roles(EngineerFactory())),
    "dashboard_summary": Success(200, lambda there: Caller(SM1Factory()).get("dashboard/summary/"), line),
    "presign_upload": Success(200, lambda there: tickets.announce(a_ticket())),
    "presign_download": Success(200, lambda there: tickets.fetch(tickets.standing())),
    "attachment_confirm": Success(200, lambda there: tickets.confirm(sent_by(a_ticket()))),
    "attachment_cancel": Success(204, lambda there: tickets.cancel(tickets.on_its_way())),
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


@cache
def closed_components() -> Any:
    return closed(document()["components"])


def validator(operation: str, status: int) -> Draft202012Validator | None:
    """Of the answer with this status; none where it has no body."""
    call, whole = CALLS[operation], document()
    content = whole["paths"][call.path][call.method.lower()]["responses"][str(status)].get("content")
    if content is None:
        return None
    told_schema = content["application/json"]["schema"]
    return Draft202012Validator(
        {**closed(told_schema), "components": closed_components()}, format_checker=FormatChecker()
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


def with_bucket(folder: Path, before: Callable[[int], Built], many: int) -> Built:
    """Build it at noon, with a bucket that is there as long as that takes."""
    held.set(NOON)
    bucket = S3Server(folder, access_key="key", secret_key="secret", bucket="lineup")
    with bucket as running, override_settings(S3=config_of(running)):
        return before(many)


@pytest.fixture(scope="module")
def there(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Built]:
    """What is there in such numbers, built once for all operations that find the same; its files went to a bucket of its own."""
    before, many = request.param
    held.set(NOON)
    with kept(django_db_blocker, lambda: with_bucket(tmp_path_factory.mktemp("s3"), before, many)) as built:
        yield built


CASES = [(name, FEW) for name in sorted(SUCCESSES)] + [(name, MANY) for name in sorted(set(SUCCESSES) - ALIKE)]


@pytest.mark.parametrize(
    ("operation", "many", "there"),
    [pytest.param(name, many, (SUCCESSES[name].before, many), id=f"{name}-{many}") for name, many in CASES],
    indirect=["there"],
    scope="module",
)
def test_it_answers_with_exactly_the_fields_of_its_document_in_few_statements(
    operation: str, many: int, there: Built, taken: dict[str, int]
) -> None:
    success = SUCCESSES[operation]

    answer = success.call(there)

    assert answer.status_code == success.status, answer.content
    assert taken[answer.wsgi_request.path] <= (READS if CALLS[operation].method == "GET" else WRITES)
    assert answer["X-Request-ID"]
    shape = validator(operation, success.status)
    if shape is None:
        assert not answer.content
    else:
        assert answer["Content-Type"] == "application/json"
        assert [error.message for error in shape.iter_errors(answer.json())] == []
