"""The lists: what each shows, in which order, at what cost."""

import re
from datetime import timedelta
from html import escape, unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import Ticket
from helpdesk.tests.admin.desk import browser, escalated, list_of, one_of_each, page_of, shown
from tests.clock import NOON, held
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    a_ticket,
)

pytestmark = pytest.mark.django_db


IN_LIST = {
    "unassigned": {"unassigned"},
    "open": {"unassigned", "assigned", "promised", "in_progress", "escalated"},
    "escalated": {"escalated"},
    "resolved": {"resolved"},
    "escalation_resolved": {"escalation_resolved"},
    "withdrawn": {"withdrawn"},
    "any": {
        "unassigned",
        "assigned",
        "promised",
        "in_progress",
        "escalated",
        "resolved",
        "escalation_resolved",
        "withdrawn",
    },
}
"""Which of one_of_each each list shows."""


def test_each_list_shows_exactly_its_tickets():
    made, client = one_of_each(), browser(SM1Factory())

    seen = {bucket: set(shown(client, list_of(bucket))) for bucket in IN_LIST}

    assert seen == {bucket: {made[name].case_id for name in names} for bucket, names in IN_LIST.items()}


def test_no_column_of_any_list_breaks_when_sorted_by():
    one_of_each()
    client = browser(SM1Factory())

    for bucket, names in IN_LIST.items():
        assert len(shown(client, list_of(bucket, o="1.2.3.4.5.6.7.8"))) == len(names)
        assert len(shown(client, list_of(bucket, o="-8.-7.-6.-5.-4.-3.-2.-1"))) == len(names)


def test_unassigned_stand_by_when_their_triage_is_due():
    held.set(NOON - timedelta(hours=1, minutes=50))
    medium = a_ticket(priority="medium")  # due for triage at 12:10
    held.set(NOON - timedelta(hours=3))
    low = a_ticket(priority="low")  # 17:00
    held.set(NOON - timedelta(minutes=5))
    high = a_ticket(priority="high")  # 12:25
    held.set(NOON)

    assert shown(browser(SM1Factory()), list_of("unassigned")) == [medium.case_id, high.case_id, low.case_id]


def test_an_engineer_sees_only_their_own_escalations():
    mine, other = EngineerFactory(reporting_authority=RAFactory()), EngineerFactory(reporting_authority=RAFactory())
    own = escalated(engineer=mine)
    escalated(engineer=other)

    assert shown(browser(mine), list_of("escalated")) == [own.case_id]
    assert shown(browser(mine), list_of("escalated", engineers="all")) == [own.case_id]


def test_an_engineer_who_is_a_master_too_begins_with_their_own_escalations_in_my_work():
    both = UserFactory(roles=["engineer", "sm1"], reporting_authority=RAFactory())
    own = escalated(engineer=both)
    foreign = escalated()

    assert shown(browser(both, workspace="my_work"), list_of("escalated")) == [own.case_id]
    assert set(shown(browser(both, workspace="triage_sm1"), list_of("escalated"))) == {own.case_id, foreign.case_id}


def test_an_engineers_lists_leave_out_what_they_only_reported():
    engineer = EngineerFactory()
    a_ticket(reporter=engineer)

    assert shown(browser(engineer), list_of("open")) == []
    assert shown(browser(engineer), list_of("any")) == []


def test_a_manager_begins_with_their_engineers_and_may_look_at_all():
    manager = RAFactory()
    led = escalated(engineer=EngineerFactory(reporting_authority=manager))
    foreign = escalated(engineer=EngineerFactory(reporting_authority=RAFactory()))
    client = browser(manager)

    assert shown(client, list_of("escalated")) == [led.case_id]
    assert set(shown(client, list_of("escalated", engineers="all"))) == {led.case_id, foreign.case_id}


def test_every_list_costs_the_same_for_one_row_and_for_many():
    client = browser(SM1Factory())

    def costs() -> dict[str, int]:
        found = {}
        for bucket in IN_LIST:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(list_of(bucket)).status_code == 200
            found[bucket] = len(queries)
        return found

    one_of_each()
    client.get(list_of("open"))
    first = costs()
    for _ in range(26):
        a_ticket(application=Ticket.objects.latest("pk").application)
    one_of_each()

    assert costs() == first
    assert max(first.values()) <= 12


def test_a_list_shows_25_rows_and_never_all():
    application = ApplicationFactory()
    for _ in range(27):
        a_ticket(application=application)
    client = browser(SM1Factory())

    assert len(shown(client, list_of("unassigned"))) == 25
    assert len(shown(client, list_of("unassigned", all=""))) == 25
    assert len(shown(client, list_of("unassigned", p="2"))) == 2
    footer = _words(client.get(list_of("unassigned", p="2")).content.decode().partition("desk-list-count")[2])
    assert footer == "27 tickets 1 2"


def _words(html: str) -> str:
    """The words of a piece of a page that begins inside a tag."""
    return " ".join(re.sub(r"<[^>]*>", " ", html.partition(">")[2]).split())


def test_search_finds_a_case_id_and_words_of_the_title():
    printer = a_ticket(title="The label printer is jammed")
    a_ticket(title="Totals differ")
    client = browser(SM1Factory())

    assert shown(client, list_of("unassigned", q=printer.case_id.lower())) == [printer.case_id]
    assert shown(client, list_of("unassigned", q="printer+JAMMED")) == [printer.case_id]
    assert shown(client, list_of("unassigned", q="nothing+like+it")) == []


def test_filters_narrow_a_list_say_so_and_keep_the_list():
    exp, hrm = ApplicationFactory(code="EXP", name="Exponentia"), ApplicationFactory()
    held.set(NOON - timedelta(days=2))
    a_ticket(application=exp, priority="high")
    held.set(NOON)
    wanted = a_ticket(application=exp, priority="high")
    a_ticket(application=exp, priority="low")
    a_ticket(application=hrm, priority="high")
    client = browser(SM1Factory())
    address = list_of("unassigned", application="EXP", priority="high", age="day")

    answer = client.get(address)

    assert shown(client, address) == [wanted.case_id]
    titles = [one["title"] for one in answer.context_data["cl"].active_filters]
    assert titles == ["application: Exponentia", "priority: High", "age: Within the last day"]
    assert answer.context_data["cl"].clear_all_filters_qs == "?bucket=unassigned"


def test_a_ticket_is_opened_with_the_list_it_stands_in():
    first, second = a_ticket(), a_ticket()
    client = browser(SM1Factory())

    rows = client.get(list_of("open", priority=first.priority)).content.decode()

    for ticket in (first, second):
        (address,) = set(re.findall(rf'href="({page_of(ticket)}[^"]*)"', rows))
        assert address == f"{page_of(ticket)}?_changelist_filters=bucket%3Dopen%26priority%3D{ticket.priority}"
        assert "bucket=open" in client.get(unescape(address)).content.decode()


def test_each_column_leads_to_its_own_order_in_every_row():
    a_ticket(title="Zebra"), a_ticket(title="Apple")
    client = browser(SM1Factory())

    page = client.get(list_of("unassigned", o="2.-1")).content.decode()

    orders = re.findall(r'href="\?bucket=unassigned&amp;o=([0-9.-]+)"', page)
    assert {"-2.-1", "2.1", "-1", "2"} <= set(orders)
    assert len(set(orders)) > 6


def test_a_broken_address_shows_a_list():
    client = browser(SM1Factory())

    for query in ("bucket=nonsense", "engineers=nonsense", "age=nonsense", "p=999", "bucket=%00", "q=%00"):
        assert client.get(f"/desk/helpdesk/ticket/?{query}", follow=True).status_code == 200


def test_the_decided_are_counted_as_many_as_they_are():
    made = one_of_each()
    decided = {made[name].case_id for name in ("escalated", "resolved", "escalation_resolved")}
    client = browser(SM1Factory())

    for more in ({}, {"q": "N-"}, {"age": "day"}, {"priority": made["resolved"].priority}):
        changelist = client.get(list_of("decided", **more)).context_data["cl"]
        assert {one.case_id for one in changelist.result_list} == decided, more
        assert changelist.result_count == len(decided), more
    assert client.get(list_of("decided", q=made["resolved"].case_id)).context_data["cl"].result_count == 1


def test_an_empty_list_says_what_it_would_show():
    page = browser(SM1Factory()).get(list_of("unassigned")).content.decode()

    assert "Nothing waits to be assigned." in page


def test_a_search_without_result_offers_all_tickets():
    page = browser(SM1Factory()).get(list_of("unassigned", q="printer")).content.decode()

    assert "Nothing here matches" in page
    assert "bucket=any" in page


def test_hostile_text_stays_text():
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    a_ticket(title=hostile, reporter=UserFactory(name=hostile, roles=["reporter"]))

    page = browser(SM1Factory()).get(list_of("unassigned", q="alert")).content.decode()

    assert hostile not in page
    assert escape(hostile) in page


@pytest.mark.parametrize(("factory", "offered"), [(SM1Factory, True), (AdminFactory, False)])
def test_assigning_is_one_click_away_for_scrum_masters_only(factory, offered):
    a_ticket()

    page = browser(factory()).get(list_of("unassigned")).content.decode()

    assert ("/assign/" in page) is offered


def test_a_page_after_the_last_is_the_last_one_of_the_same_list():
    reporter, application = ReporterFactory(), ApplicationFactory()
    made = [a_ticket(reporter=reporter, application=application).case_id for _ in range(27)]
    client = browser(SM1Factory())

    assert set(shown(client, list_of("open", p="99"))) == set(shown(client, list_of("open", p="2")))
    assert set(shown(client, list_of("open", p="0"))) == set(shown(client, list_of("open")))
    assert len(shown(client, list_of("open", p="99"))) == len(made) - 25
    assert client.get(list_of("open", p="99")).context_data["cl"].page_num == 2


@pytest.mark.parametrize("filtered", ["priority", "title", "priority__exact", "age", "q"])
def test_a_value_no_database_can_hold_narrows_nothing(filtered):
    ticket = a_ticket()

    assert shown(browser(SM1Factory()), list_of("unassigned", **{filtered: "%00"})) == [ticket.case_id]
