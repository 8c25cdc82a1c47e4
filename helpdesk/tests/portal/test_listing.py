import re

import pytest

from helpdesk.services.comments import add_comment
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from tests.entering import enter
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    SM1Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reporter(client):
    person = ReporterFactory(name="Hannah Weiss")
    enter(client, person)
    return person


@pytest.fixture
def asha():
    return EngineerFactory(name="Asha Nair")


def page(client, address="/my/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2]))


def test_an_empty_list_says_what_to_do(client, reporter):
    assert "You have no open tickets." in page(client)
    assert "Raise a ticket" in page(client)
    assert "Nothing of yours has been resolved yet." in page(client, "/my/?show=resolved")


def test_a_waiting_ticket(client, reporter):
    a_ticket(reporter=reporter)

    assert "waiting to be assigned" in page(client)
    assert "You raised it" in page(client)


def test_an_assigned_ticket_names_the_engineer_and_the_expected_time(client, reporter, asha):
    an_assignment(ticket=a_ticket(reporter=reporter), engineer=asha)

    said = page(client)
    assert "Asha has it, not started yet" in said
    assert "expected today 20:00" in said


def test_a_promise_is_due_and_not_expected(client, reporter, asha):
    a_promise(ticket=a_ticket(reporter=reporter), engineer=asha, minutes=90)

    assert "due today 13:30" in page(client)
    assert "expected" not in page(client)


def test_a_ticket_in_progress(client, reporter, asha):
    in_progress(ticket=a_ticket(reporter=reporter), engineer=asha)

    assert "Asha is working on it" in page(client)
    assert "Asha Nair began" in page(client)


def test_an_expected_time_that_passed_is_not_repeated(client, reporter, asha, clock):
    an_assignment(ticket=a_ticket(reporter=reporter), engineer=asha)
    clock.forward(hours=9)

    assert "expected" not in page(client)


def test_a_broken_promise_is_late_before_and_after_the_sweep(client, reporter, asha, clock):
    in_progress(ticket=a_ticket(reporter=reporter), engineer=asha, minutes=60)
    now = clock.forward(hours=3)
    assert "today 13:00 (2 h late)" in page(client)

    sweep_escalations(now)

    assert "late, the manager has been told" in page(client)
    assert "(2 h late)" in page(client)


def test_resolved_and_withdrawn_tickets_stand_under_resolved(client, reporter, asha, clock):
    done = in_progress(ticket=a_ticket(reporter=reporter, title="Done one"), engineer=asha)
    resolve_ticket(actor=asha, ticket_id=done.pk, note="Restarted the job.")
    withdrawn = a_ticket(reporter=reporter, title="Taken back")
    withdraw_ticket(actor=reporter, ticket_id=withdrawn.pk, reason="Not needed.")
    late = in_progress(ticket=a_ticket(reporter=reporter, title="Late one"), engineer=asha, minutes=30)
    clock.forward(hours=1)
    resolve_ticket(actor=asha, ticket_id=late.pk, note="Done at last.")

    said = page(client, "/my/?show=resolved")
    assert "You have no open tickets." in page(client)
    assert "Restarted the job." in said
    assert "withdrawn" in said
    assert "resolved, later than promised" in said
    assert "Open 0" in said
    assert "Resolved 3" in said


def test_the_last_news_is_the_last_public_word(client, reporter, asha, clock):
    ticket = in_progress(ticket=a_ticket(reporter=reporter), engineer=asha)
    clock.forward(minutes=1)
    add_comment(actor=asha, ticket_id=ticket.pk, body="Looking into it.")
    clock.forward(minutes=1)
    add_comment(actor=asha, ticket_id=ticket.pk, body="The customer is wrong.", internal=True)

    said = page(client)
    assert "Asha Nair wrote: Looking into it." in said
    assert "The customer is wrong" not in said


def test_only_own_tickets_are_listed_whatever_the_roles(client):
    master = SM1Factory()
    enter(client, master)
    a_ticket(title="Of somebody else")
    a_ticket(reporter=master, title="My own")

    assert "My own" in page(client)
    assert "Of somebody else" not in page(client)


@pytest.mark.parametrize("words", ["EXPORT", "n-exp-10", "export st"])
def test_search_finds_by_title_and_case_id(client, reporter, words):
    a_ticket(reporter=reporter, application=ApplicationFactory(code="EXP"), title="The export stops")
    a_ticket(reporter=reporter, title="Something else")

    said = page(client, f"/my/?q={words}")
    assert "The export stops" in said
    assert "Something else" not in said


@pytest.mark.parametrize("words", ["%25", "_", "a%00b", "'", "<script>", "x" * 5000])
def test_search_takes_any_words_as_words(client, reporter, words):
    a_ticket(reporter=reporter, title="The export stops")

    answer = client.get(f"/my/?q={words}")
    assert answer.status_code == 200
    assert "None of your open tickets" in answer.content.decode()
    assert "<script>" not in answer.content.decode().partition("<main")[2]


def test_a_list_is_cut_into_pages_that_keep_the_search(client, reporter):
    application = ApplicationFactory()
    for number in range(27):
        a_ticket(reporter=reporter, application=application, title=f"Ticket {number:02}")

    first, second = client.get("/my/?q=Ticket").content.decode(), page(client, "/my/?q=Ticket&page=2")
    assert "1\u201325 of 27" in first
    assert "?q=Ticket&amp;page=2" in first
    assert "Ticket 01" in second
    assert "Ticket 02" not in second


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "%00"])
def test_a_page_that_is_none_shows_one(client, reporter, number):
    a_ticket(reporter=reporter, title="The only one")

    assert "The only one" in page(client, f"/my/?page={number}")


def test_statements_do_not_grow_with_the_rows(client, reporter, asha, django_assert_num_queries):
    application = ApplicationFactory()

    def more(count):
        for number in range(count):
            ticket = in_progress(ticket=a_ticket(reporter=reporter, application=application), engineer=asha)
            add_comment(actor=asha, ticket_id=ticket.pk, body=f"Word {number}")

    more(1)
    client.get("/my/")
    with django_assert_num_queries(6):
        client.get("/my/")
    more(4)
    with django_assert_num_queries(6):
        client.get("/my/")
