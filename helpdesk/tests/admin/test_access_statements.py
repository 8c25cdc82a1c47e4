"""Asking who may see what costs a page two statements at most, whoever opens it (issue 3, Speed)."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.models import Ticket, User
from helpdesk.tests.admin.desk import browser, list_of, page_of
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.roles import Role
from workflow.states import Bucket

pytestmark = pytest.mark.django_db

MOST = 2
ASKS = re.compile(
    r"^SELECT (?:(?! FROM ).)* FROM "
    r'"(helpdesk_userrole|helpdesk_ticketuserobjectpermission|auth_\w+|guardian_\w+|django_content_type)"'
)
"""A statement that asks for roles, alone or with the person, or for grants; a scope within a list's own statement adds none."""
MARK = re.compile(r'^SELECT "helpdesk_userrole"\."role_id" ')
STAFF_LISTS = [bucket for bucket in Bucket if bucket not in (Bucket.MINE, Bucket.REPORTED)]


@pytest.fixture
def cast() -> dict[str, User]:
    """Somebody of each kind around one ticket under way."""
    authority = RAFactory()
    cast = {
        "reporter": ReporterFactory(),
        "engineer": EngineerFactory(reporting_authority=authority),
        "past engineer": EngineerFactory(),
        "ra": authority,
        "sm1": SM1Factory(),
        "sm2": SM2Factory(),
        "admin": AdminFactory(),
        "everything": SM1Factory(roles=[role.value for role in Role]),
    }
    ticket = a_ticket(reporter=cast["reporter"])
    an_assignment(ticket=ticket, engineer=cast["past engineer"], by=cast["sm1"])
    in_progress(ticket=ticket, engineer=cast["engineer"], by=cast["sm2"], comment="Better so.", minutes=600)
    return cast


def addresses(kind: str, ticket: Ticket) -> list[str]:
    """Every page of tickets this kind of person opens."""
    portal = [reverse("portal:tickets"), reverse("portal:raise"), reverse("ticket-door", args=[ticket.case_id])]
    if kind == "reporter":
        return [*portal, reverse("portal:ticket", args=[ticket.case_id])]
    staff = [list_of(bucket.value) for bucket in STAFF_LISTS]
    own = [reverse("admin:my-work")] if kind in {"engineer", "past engineer", "everything"} else []
    return [*portal, *staff, *own, page_of(ticket)]


def asked(client: Client, address: str, person: User) -> set[str]:
    """What was asked about this person.

    Whether a ticket's engineer still is one (P8) is a mark of the ticket and not asked of who looks at it, also where that is they.
    """
    is_engineer = Ticket.objects.filter(assignment__engineer=person).exists()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code in {200, 302}, address
    about = re.compile(rf'("user_id"|"helpdesk_user"\."id") = {person.pk}\b')
    found = {query["sql"] for query in captured if ASKS.match(query["sql"]) and about.search(query["sql"])}
    return {sql for sql in found if not (is_engineer and MARK.match(sql))}


KINDS = ["reporter", "engineer", "past engineer", "ra", "sm1", "sm2", "admin", "everything"]


@pytest.mark.parametrize("kind", KINDS)
def test_asking_costs_two_statements_at_most(cast: dict[str, User], kind: str) -> None:
    client = browser(cast[kind])
    client.get(reverse("home"))

    found = {address: asked(client, address, cast[kind]) for address in addresses(kind, Ticket.objects.get())}

    assert {address: said for address, said in found.items() if len(said) > MOST} == {}
    assert any(found.values()), "nothing was counted: the pattern fits no statement"
