"""Files on the staff's page of a ticket: all of them, internal ones marked, and where more may be added (F6, P9)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.services.assignment import assign_ticket
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tests.admin.desk import browser, page_of
from helpdesk.tests.notifications.samples import a_file
from tests.factories import EngineerFactory, RAFactory, SM1Factory, a_ticket, in_progress

pytestmark = pytest.mark.django_db


def read(user, ticket):
    answer = browser(user).get(page_of(ticket))
    assert answer.status_code == 200
    return answer.content.decode()


def test_staff_see_internal_files_marked():
    ticket = a_ticket()
    a_file(ticket, "seen-by-all.png")
    a_file(ticket, "staff-only.png", internal=True)

    page = read(SM1Factory(), ticket)

    lines = re.findall(
        r'<li class="files-one.*?</li>', page.partition("data-file-list")[2].partition("<template")[0], re.DOTALL
    )
    assert (
        ["staff-only.png" in line for line in lines]
        == ["internal, staff only" in line for line in lines]
        == [False, True]
    )


@pytest.mark.parametrize("internal", [False, True])
def test_an_engineer_and_an_sm_add_files_and_choose_whether_internal(internal):
    ticket = in_progress()
    person = SM1Factory() if internal else ticket.assignment.engineer

    page = read(person, ticket)

    assert f'data-case="{ticket.case_id}"' in page
    assert "data-files-internal" in page


def test_who_only_reads_adds_nothing():
    before = EngineerFactory()
    ticket = in_progress(engineer=before)
    assign_ticket(actor=SM1Factory(), ticket_id=ticket.pk, engineer_id=EngineerFactory().pk, comment="On leave")

    assert "data-case=" not in read(before, ticket)


def test_a_manager_sees_files_and_adds_none():
    manager = RAFactory()
    ticket = in_progress(engineer=EngineerFactory(reporting_authority=manager))
    a_file(ticket, "page.png")

    page = read(manager, ticket)

    assert "page.png" in page
    assert "data-case=" not in page


def test_no_file_is_added_once_it_is_resolved():
    ticket = in_progress()
    resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="Done.")

    assert "data-case=" not in read(SM1Factory(), ticket)


def test_no_statement_per_file():
    ticket, master = in_progress(), SM1Factory()
    client = browser(master)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(ticket))
        return len(queries)

    a_file(ticket, "first.png")
    cost()
    one = cost()
    for number in range(15):
        a_file(ticket, f"more-{number}.png", uploaded_by=EngineerFactory(), internal=bool(number % 2))

    assert cost() == one


def test_the_resolve_dialog_leads_to_the_files_of_the_page():
    ticket = in_progress()
    client = browser(ticket.assignment.engineer)

    answer = client.get(reverse("admin:helpdesk_ticket_resolve", args=(ticket.pk,)), headers={"HX-Request": "true"})

    assert f'href="{page_of(ticket)}#files"' in answer.content.decode()
