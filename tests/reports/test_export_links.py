"""From a list or the history an admin goes to the export of what they see, with the filters of the page."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from helpdesk.services import audit
from helpdesk.services.escalations import sweep_escalations
from tests.clock import held
from tests.entering import enter
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    SM1Factory,
    UserFactory,
    a_ticket,
    in_progress,
)

pytestmark = pytest.mark.django_db

LIST, HISTORY = "/desk/helpdesk/ticket/", "/desk/history/"
ROWS = re.compile(r"<strong>(\d+)</strong> rows?\.")


@pytest.fixture
def admin():
    return AdminFactory(name="Ada Admin")


@pytest.fixture
def browser(admin) -> Client:
    client = Client()
    enter(client, admin)
    return client


@pytest.fixture
def tickets():
    expenses, people = ApplicationFactory(name="Expenses", code="EXP"), ApplicationFactory(name="People", code="HRM")
    made = [
        a_ticket(application=expenses, priority="high", title="The journal stops"),
        a_ticket(application=expenses, priority="low"),
        a_ticket(application=people, priority="low", title="The journal is grey"),
    ]
    held.forward(days=2)
    return [*made, a_ticket(application=people, priority="low")]


def export_of(browser: Client, page: str, query: str) -> str:
    """Where the page leads to for its export; empty where it does not."""
    answer = browser.get(f"{page}?{query}").content.decode()
    found = re.search(r'href="(/desk/reports/[^"]+)"[^>]*>.{0,400}?Export', answer, re.DOTALL)
    return unescape(found[1]) if found else ""


def rows(browser: Client, address: str) -> int:
    """How many rows the page of reports says the address means."""
    found = ROWS.search(browser.get(address).content.decode())
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("bucket=unassigned", 4),
        ("bucket=any", 4),
        ("", 4),
        ("bucket=unassigned&application=EXP", 2),
        ("bucket=unassigned&application=EXP&application=HRM&priority=low", 3),
        ("bucket=open&q=journal", 2),
        ("bucket=open&age=over-day&p=1&o=1", 3),
        ("bucket=open&reported_from=2026-03-06&reported_to=2026-03-06", 1),
        ("bucket=unassigned&triage=late&age=day", 0),
    ],
)  # fmt: skip
def test_a_list_leads_to_as_many_rows_as_it_has(browser, tickets, query, expected):
    address = export_of(browser, LIST, query)

    assert rows(browser, address) == expected
    assert "There is no" not in browser.get(address).content.decode()


def test_the_breaches_of_an_engineer_are_taken_out_as_they_are_listed(browser):
    engineers = [EngineerFactory(), EngineerFactory()]
    for engineer in (engineers[0], *engineers):
        in_progress(engineer=engineer, minutes=5)
    sweep_escalations(held.forward(hours=1))

    addresses = [export_of(browser, LIST, f"bucket=breached&engineers=all&promise_of={one.pk}") for one in engineers]

    assert [rows(browser, address) for address in addresses] == [2, 1]


def test_only_admins_are_led_there(tickets):
    for person, is_led in ((SM1Factory(), False), (UserFactory(roles=["sm1", "admin"]), True)):
        client = Client()
        enter(client, person)
        assert bool(export_of(client, LIST, "bucket=open")) is is_led


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", {"report": ["history"]}),
        ("show=tickets&application={pk}&since=2026-03-01", {"report": ["history"], "application": ["EXP"], "reported_from": ["2026-03-01"]}),
        ("ticket=n-exp-1001&person=Ada+Admin", {"report": ["history"], "ticket": ["n-exp-1001"], "person": ["Ada Admin"]}),
        ("act=ticket_assigned&until=2026-03-31", {"report": ["history"], "act": ["ticket_assigned"], "reported_to": ["2026-03-31"]}),
        ("show=files", {"report": ["audit"], "show": ["files"]}),
        ("act=signed_in", {"report": ["audit"], "act": ["signed_in"]}),
    ],
)  # fmt: skip
def test_the_history_leads_to_its_rows(browser, admin, tickets, query, told):
    audit.note(act="signed_in", actor=admin, now=held.moment)

    address = export_of(browser, HISTORY, query.format(pk=tickets[0].application_id))

    assert parse_qs(urlsplit(address).query) == told
    assert 'role="alert"' not in browser.get(address).content.decode()


def test_a_history_that_is_refused_leads_nowhere(browser):
    assert export_of(browser, HISTORY, "since=2026-03-05&until=2026-03-04") == ""
