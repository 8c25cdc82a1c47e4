"""Every constraint of promises, extensions, SLA records, escalations and mails refuses a row that breaks just this one (A1, X1, X2, S2, N2)."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from helpdesk.models import (
    Assignment,
    Escalation,
    ExtensionRequest,
    ExtensionVote,
    Notification,
    SLARecord,
    TicketEvent,
)
from helpdesk.services.extensions import decide_extension, request_extension
from helpdesk.tests.violations import STRICTER_ELSEWHERE, VIOLATIONS
from tests.factories import SM1Factory, a_promise
from tests.kept import kept

pytestmark = pytest.mark.django_db

GUARDED = (Assignment, ExtensionRequest, ExtensionVote, SLARecord, TicketEvent, Escalation, Notification)


@pytest.fixture(scope="module")
def two_promises(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, _two_promises):
        yield


def _two_promises() -> None:
    """Two promises in one line, more time asked for both, and one decision."""
    first = a_promise()
    second = a_promise(engineer=first.engineer)
    for promise in (first, second):
        request_extension(actor=first.engineer, ticket_id=promise.ticket_id, extra_minutes=30, comment="It is bigger.")
    decide_extension(actor=SM1Factory(), ticket_id=first.ticket_id, approve=True)


@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_the_database_refuses(constraint: str, two_promises: None) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{VIOLATIONS[constraint]}; SET CONSTRAINTS ALL IMMEDIATE")


def test_no_constraint_is_without_a_row_that_breaks_it() -> None:
    tables = [model._meta.db_table for model in GUARDED]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE contype IN ('c', 'u', 'x') AND conrelid::regclass::text = ANY(%s)"
            " UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indisunique AND NOT indisprimary AND indrelid::regclass::text = ANY(%s)",
            [tables, tables],
        )
        found = {name for (name,) in cursor.fetchall()}

    assert found == VIOLATIONS.keys() | STRICTER_ELSEWHERE
