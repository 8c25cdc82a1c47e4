"""Files on the reporter's pages: who sees which, what is missing, hostile names, and the count announced with a ticket (F6, F7, P9)."""

import re
import uuid
from html import escape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Attachment, Ticket
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tests.notifications.samples import a_file
from tests.entering import enter
from tests.factories import ApplicationFactory, ReporterFactory, SM1Factory, a_ticket, in_progress

pytestmark = pytest.mark.django_db

HOSTILE = (
    "<script>alert(1)</script>.png",
    "\"><img src=x onerror='alert(1)'>.png",
    "تقرير.pdf",
    "{{ 7|add:7 }}.txt",
    f"{'W' * 251}.png",
)


@pytest.fixture
def reporter(client):
    person = ReporterFactory(name="Hannah Weiss")
    enter(client, person)
    return person


def page_of(client, ticket, part=""):
    answer = client.get(f"/my/{ticket.case_id}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def words(page):
    return re.sub(
        r"\s+", " ", re.sub(r"<template.*?</template>|<[^>]+>", " ", page.partition("<main")[2], flags=re.DOTALL)
    )


def test_a_file_stands_with_size_sender_time_and_download(client, reporter):
    ticket = a_ticket(reporter=reporter)
    shot = a_file(ticket, "page.png", size=1_258_291)
    log = a_file(ticket, "system.log", size=900, uploaded_by=SM1Factory(name="Maya Fernandes"))

    page = page_of(client, ticket)

    assert "1.2 MB, you , today 12:00" in words(page)
    assert "900 bytes, Maya Fernandes , today 12:00" in words(page)
    assert f'href="/files/{shot.pk}/"' in page
    assert f'href="/files/{log.pk}/"' in page
    assert f'href="/files/{shot.pk}/preview/"' in page
    assert f"/files/{log.pk}/preview/" not in page


@pytest.mark.parametrize("name", ["a.pdf", "a.jpg", "a.gif", "a.webp"])
def test_pictures_and_pdfs_have_a_preview(client, reporter, name):
    ticket = a_ticket(reporter=reporter)
    file = a_file(ticket, name)

    kind = "pdf" if name.endswith("pdf") else "picture"
    assert re.search(rf'href="/files/{file.pk}/preview/"[^>]*data-preview="{kind}"', page_of(client, ticket))


def test_a_reporter_never_sees_an_internal_file_and_staff_not_in_the_portal(client, reporter):
    ticket = a_ticket(reporter=reporter)
    a_file(ticket, "for-the-staff.txt", internal=True)
    a_file(ticket, "on-its-way.txt", internal=True, pending=True, uploaded_by=reporter)
    both = SM1Factory()
    own = a_ticket(reporter=both)
    a_file(own, "for-the-staff.txt", internal=True)

    assert ".txt" not in words(page_of(client, ticket)).replace("txt, log", "")
    enter(client, both)
    assert "for-the-staff" not in page_of(client, own)


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        (Attachment.Scan.WAITING, "being checked for viruses"),
        (Attachment.Scan.INFECTED, "kept back: the virus scanner found something in it"),
    ],
)
def test_a_file_in_quarantine_says_so_and_has_no_link(client, reporter, scan, said, clock):
    ticket = a_ticket(reporter=reporter)
    file = a_file(ticket, "page.png")
    file.scan, file.scanned_at = scan, clock.moment if scan == Attachment.Scan.INFECTED else None
    file.save()

    page = page_of(client, ticket)

    assert said in words(page)
    assert f"/files/{file.pk}/" not in page


@pytest.mark.parametrize("name", HOSTILE, ids=["script", "attribute", "arabic", "template", "long"])
def test_hostile_names_are_only_text(client, reporter, name):
    ticket = a_ticket(reporter=reporter)
    a_file(ticket, name)

    page = page_of(client, ticket)

    assert f"<bdi>{escape(name)}</bdi>" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_own_files_that_never_arrived_are_named_and_others_not(client, reporter):
    ticket = a_ticket(reporter=reporter)
    a_file(ticket, "lost.pdf", pending=True, uploaded_by=reporter)
    a_file(ticket, "of-somebody.pdf", pending=True, uploaded_by=SM1Factory())

    page = page_of(client, ticket)

    assert "Not arrived yet lost.pdf" in words(page)
    assert "Choose such a file again" in page
    assert "of-somebody.pdf" not in page


def test_files_are_chosen_where_they_may_be_added_with_the_limits_said(client, reporter, settings):
    ticket = in_progress(ticket=a_ticket(reporter=reporter))
    a_file(ticket, "one.png")

    page = page_of(client, ticket)

    assert f'data-case="{ticket.case_id}"' in page
    assert 'data-room="19"' in page
    assert f'data-largest="{settings.LINEUP_FILES.largest_file}"' in page
    assert "Up to 25 MB a file and 20 files a ticket, 1 of them taken: pdf, jpeg" in words(page)
    assert 'accept=".pdf,.jpeg,' in page
    assert "data-files-internal" not in page

    resolve_ticket(actor=ticket.assignment.engineer, ticket_id=ticket.pk, note="Done.")
    resolved = page_of(client, ticket)
    assert "data-case=" not in resolved
    assert "one.png" in resolved


def test_no_statement_per_file(client, reporter):
    ticket = a_ticket(reporter=reporter)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page_of(client, ticket)
        return len(queries)

    a_file(ticket, "first.png", uploaded_by=SM1Factory())
    cost()
    one = cost()
    for number in range(9):
        a_file(ticket, f"more-{number}.png", uploaded_by=SM1Factory())
        a_file(ticket, f"lost-{number}.png", uploaded_by=reporter, pending=True)

    assert cost() == one


@pytest.fixture
def told():
    ApplicationFactory(name="Exponentia", code="EXP")
    return {
        "application": "EXP",
        "title": "The export stops",
        "description": "At page 3",
        "priority": "high",
        "request_key": str(uuid.uuid4()),
    }


@pytest.mark.parametrize(("sent", "kept"), [({}, 0), ({"files_announced": ""}, 0), ({"files_announced": "3"}, 3)])
def test_the_files_of_a_new_ticket_are_announced_with_it(client, reporter, told, sent, kept):
    client.post("/my/new/", told | sent)

    assert Ticket.objects.get().files_announced == kept


@pytest.mark.parametrize("number", ["-1", "21", "99999999999999999999", "three"])
def test_a_wrong_number_of_files_raises_nothing_and_is_said(client, reporter, told, number):
    answer = client.post("/my/new/", told | {"files_announced": number})

    assert answer.status_code == 422
    assert not Ticket.objects.exists()
    assert re.search(r"up to 20 files|number of files", words(answer.content.decode()))


def test_the_raised_page_says_which_files_are_missing(client, reporter):
    ticket = a_ticket(reporter=reporter, files_announced=3)
    a_file(ticket, "there.png", uploaded_by=reporter)
    a_file(ticket, "lost.pdf", pending=True, uploaded_by=reporter)

    page = words(page_of(client, ticket, "raised/"))

    assert "Not arrived yet lost.pdf" in page
    assert "You chose 3 files; 1 has arrived. The ticket is raised all the same" in page


def test_the_raised_page_is_silent_when_all_files_came_or_none_was_chosen(client, reporter):
    plain, full = a_ticket(reporter=reporter), a_ticket(reporter=reporter, files_announced=1)
    a_file(full, "there.png", uploaded_by=reporter)

    assert "data-raised-missing" not in page_of(client, plain, "raised/")
    complete = page_of(client, full, "raised/")
    assert "there.png" in complete
    assert "You chose" not in complete
