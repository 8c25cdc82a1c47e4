"""The page of requests for more time: what waits for whom, what approving would move, and what was decided (B05, X2)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.services.escalations import sweep_escalations
from helpdesk.tests.admin_actions.scenes import address_of
from helpdesk.tests.admin_extension.scenes import COMMENT, a_request, browser_in, decided, list_page, words
from tests.clock import held
from tests.factories import EngineerFactory, SM1Factory, SM2Factory, a_promise

pytestmark = pytest.mark.django_db


def test_a_request_stands_with_all_that_a_decision_needs():
    """B05: who asks for what and why, the due time now and if approved, whose would move, both answers, the way to decide."""
    engineer = EngineerFactory(name="Asha")
    request = a_request(engineer=engineer)
    behind = a_promise(engineer=engineer, minutes=60)
    decided(request, SM2Factory(name="Sara"), comment="Fine by me.")

    html = list_page(browser_in(SM1Factory()))

    page = words(html)
    assert "Asha asks for 30 min more" in page
    assert COMMENT in page
    assert "Due now today 13:00 (in 1 h) Due if approved today 13:30" in page
    assert "Approving moves 1 other due time:" in page
    assert f"{behind.ticket.case_id} due today 14:00 → today 14:30" in page
    assert "SM1 has still to decide" in page
    assert "SM2 approved by Sara , today 12:00 Fine by me." in page
    assert address_of("decide_extension", request.ticket) in html
    assert "A pending request does not stop the clock" in page


def test_the_least_time_left_stands_first():
    later, sooner = a_request(minutes=120), a_request(minutes=30)

    page = list_page(browser_in(SM1Factory()))

    assert page.index(sooner.ticket.case_id) < page.index(later.ticket.case_id)


def test_each_level_has_its_own_list_and_count():
    """X2: decided as SM1 it waits for SM2 alone; the badge counts what the open tab has to decide."""
    first, second = a_request(), a_request()
    sam, sara = SM1Factory(), SM2Factory()
    decided(first, sam)
    one, two = browser_in(sam), browser_in(sara)

    assert first.ticket.case_id not in list_page(one)
    assert first.ticket.case_id in list_page(one, "others")
    assert {first.ticket.case_id, second.ticket.case_id} <= set(words(list_page(two)).split())
    assert "For you to decide 1 Waiting for others 1" in words(list_page(one))
    assert "For you to decide 2 Waiting for others 0" in words(list_page(two))
    for client, count in ((one, "1"), (two, "2")):
        sidebar = client.get(reverse("admin:helpdesk_ticket_changelist")).content.decode()
        entry = words(sidebar[sidebar.index(f'href="{reverse("admin:extensions")}"') :][:1500])
        assert f"Extensions {count}" in entry


def test_decided_requests_stay_with_who_and_when():
    """X2: votes are immutable; no button leads to a second one."""
    approved, rejected = a_request(), a_request()
    sam, sara = SM1Factory(name="Sam"), SM2Factory(name="Sara")
    decided(approved, sam, sara)
    decided(rejected, sam, sara, approve=False, comment="Not again.")
    closed = a_request(minutes=10)
    sweep_escalations(held.forward(minutes=15))

    html = list_page(browser_in(sam), "decided")

    page = words(html)
    assert "SM1 approved by Sam , today 12:00 SM2 approved by Sara , today 12:00" in page
    assert page.count("Not again.") == 2
    assert "Closed by the system:" in page
    assert closed.ticket.case_id in page
    assert "decide-extension" not in html


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("mine", "No request waits for your decision."),
        ("others", "No request waits for anybody else."),
        ("decided", "Nothing has been decided yet."),
        ("nonsense", "No request waits for your decision."),
    ],
)
def test_an_empty_list_says_so_in_words(show: str, said: str):
    assert said in words(list_page(browser_in(SM1Factory()), show))


def test_a_request_whose_due_time_has_passed_says_that_it_closes():
    """X4: before the sweep came by."""
    a_request(minutes=10)
    held.forward(minutes=10)

    page = words(list_page(browser_in(SM1Factory())))

    assert "Its due time has passed: the ticket escalates and the request is closed." in page
    assert "Approve or reject" not in page


def test_the_page_costs_the_same_for_one_request_and_for_many():
    client, address = browser_in(SM1Factory()), reverse("admin:extensions")

    def costs() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    decided(a_request(), SM2Factory())
    client.get(address)
    first = costs()
    for _ in range(4):
        decided(a_request(), SM2Factory())

    assert costs() == first
    assert first <= 15


def test_long_lists_come_in_pages():
    for _ in range(3):
        a_request()
    client = browser_in(SM1Factory())

    assert "Page 1 of" not in list_page(client)
    assert client.get(reverse("admin:extensions"), {"p": "99"}).status_code == 200
    assert client.get(reverse("admin:extensions"), {"p": "x"}).status_code == 200


@pytest.mark.parametrize("role", ["reporter", "engineer", "ra", "admin"])
def test_others_have_no_such_page(role: str):
    """P9: scrum masters only."""
    assert browser_in(SM1Factory(roles=[role])).get(reverse("admin:extensions")).status_code == 403
