"""Raising a ticket: case ids, dates, what is refused, who is told (T1, T2, T4, N1, N4)."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test.utils import override_settings
from django_q.models import OrmQ
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import ApplicationCatalog, Notification, Ticket, TicketEvent, User
from helpdesk.services.tickets import raise_ticket
from tests.clock import HeldClock
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_ticket,
)
from workflow.errors import ApplicationMissing, ApplicationRetired, FieldInvalid, RoleNotAssigned

pytestmark = pytest.mark.django_db

GOOD = {"title": "The export stops", "description": "It stops at page 3.", "priority": "high"}


def told(ticket: Ticket) -> set[tuple[str, User]]:
    return {(row.kind, row.recipient) for row in Notification.objects.filter(ticket=ticket).select_related("recipient")}


def test_raise_ticket_numbers_each_application_from_1001() -> None:
    exponentia, people = ApplicationFactory(code="EXP"), ApplicationFactory(code="HRM")

    ids = [a_ticket(application=application).case_id for application in (exponentia, exponentia, people)]

    assert ids == ["N-EXP-1001", "N-EXP-1002", "N-HRM-1001"]


def test_raise_ticket_writes_one_event_and_tells_every_sm_and_the_reporter() -> None:
    first, second, reporter = SM1Factory(), SM2Factory(), ReporterFactory()
    SM1Factory(is_active=False)

    ticket = a_ticket(reporter=reporter)

    event = TicketEvent.objects.get(ticket=ticket)
    assert (event.action, event.actor, event.timestamp) == ("ticket_raised", reporter, ticket.created_at)
    assert told(ticket) == {("raised", first), ("raised", second), ("receipt", reporter)}
    assert OrmQ.objects.count() == 1


def test_raise_ticket_tells_the_admins_where_there_is_no_sm() -> None:
    admin, reporter = AdminFactory(), ReporterFactory()

    ticket = a_ticket(reporter=reporter)

    assert told(ticket) == {("raised", admin), ("receipt", reporter)}
    assert "no active scrum master" in Notification.objects.get(recipient=admin).because


def test_raise_ticket_keeps_the_date_of_the_organisation(clock: HeldClock) -> None:
    clock.set(datetime(2025, 11, 10, 20, 0, tzinfo=UTC))

    with override_settings(TIME_ZONE="Asia/Kolkata"):
        ticket = a_ticket()

    assert ticket.reported_date.isoformat() == "2025-11-11"


def test_raise_ticket_answers_the_same_form_with_the_same_ticket() -> None:
    reporter, application, key = ReporterFactory(), ApplicationFactory(), uuid4()

    tickets = [
        raise_ticket(actor=reporter, application_code=application.code, request_key=key, **GOOD) for _ in range(2)
    ]

    assert tickets[0] == tickets[1]
    assert Ticket.objects.count() == 1
    assert Notification.objects.count() == 1


def test_raise_ticket_takes_the_same_key_of_two_people_as_two_tickets() -> None:
    application, key = ApplicationFactory(), uuid4()

    for _ in range(2):
        raise_ticket(actor=ReporterFactory(), application_code=application.code, request_key=key, **GOOD)

    assert Ticket.objects.count() == 2


def test_raise_ticket_with_the_same_key_under_another_application_is_still_the_first() -> None:
    reporter, key = ReporterFactory(), uuid4()
    first = raise_ticket(actor=reporter, application_code=ApplicationFactory().code, request_key=key, **GOOD)

    again = raise_ticket(actor=reporter, application_code=ApplicationFactory().code, request_key=key, **GOOD)

    assert again == first
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", " \u200b\n"),
        ("title", "x" * 201),
        ("description", ""),
        ("description", "\x00"),
        ("description", "x" * 20_001),
        ("priority", "urgent"),
        ("priority", ""),
        ("files_announced", 21),
        ("files_announced", -1),
    ],
)
def test_raise_ticket_names_the_field_that_is_wrong_and_takes_no_number(field: str, value: object) -> None:
    application = ApplicationFactory()

    with pytest.raises(FieldInvalid) as refused:
        raise_ticket(actor=ReporterFactory(), application_code=application.code, **{**GOOD, field: value})

    assert list(refused.value.errors) == [field]
    application.refresh_from_db()
    assert (application.last_sequence, Ticket.objects.count()) == (1000, 0)


def test_raise_ticket_names_every_wrong_field_at_once() -> None:
    with pytest.raises(FieldInvalid) as refused:
        raise_ticket(
            actor=ReporterFactory(), application_code=ApplicationFactory().code, title="", description="", priority="?"
        )

    assert set(refused.value.errors) == {"title", "description", "priority"}


def test_raise_ticket_refuses_an_unknown_and_a_retired_application() -> None:
    reporter = ReporterFactory()

    with pytest.raises(ApplicationMissing):
        raise_ticket(actor=reporter, application_code="NOPE", **GOOD)
    with pytest.raises(ApplicationRetired):
        raise_ticket(actor=reporter, application_code=ApplicationFactory(is_retired=True).code, **GOOD)


@pytest.mark.parametrize("person", [UserFactory, lambda: ReporterFactory(is_active=False)], ids=["no role", "inactive"])
def test_raise_ticket_refuses_somebody_without_a_role(person: type[UserFactory]) -> None:
    with pytest.raises(RoleNotAssigned):
        raise_ticket(actor=person(), application_code=ApplicationFactory().code, **GOOD)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Export\r\nBcc: all@corp.example", "Export Bcc: all@corp.example"),
        ("a\x00b", "ab"),
        ("\u202egpj.exe", "gpj.exe"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("line\u2028break", "line break"),
        ("x" * 200, "x" * 200),
    ],
)
def test_raise_ticket_stores_hostile_titles_as_one_harmless_line(typed: str, stored: str) -> None:
    assert a_ticket(title=typed).title == stored


def test_raise_ticket_lets_its_first_mails_wait_for_announced_files(clock: HeldClock) -> None:
    ticket = a_ticket(files_announced=2)

    row = Notification.objects.get(ticket=ticket)
    assert (row.next_try_at - row.created_at).total_seconds() == 120
    assert OrmQ.objects.count() == 0


def test_raise_ticket_takes_at_most_25_statements(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(30):
        SM1Factory()
    reporter, application = ReporterFactory(), ApplicationFactory()
    a_ticket(application=application)

    with django_assert_max_num_queries(25):
        raise_ticket(actor=reporter, application_code=application.code, **GOOD)


def test_a_retired_code_is_never_given_to_another_application() -> None:
    first = ApplicationFactory(code="EXP")
    first.code = "EXPO"
    first.save()

    with pytest.raises(IntegrityError, match="was used by another application"):
        ApplicationCatalog.objects.create(name="Other", code="EXP")
