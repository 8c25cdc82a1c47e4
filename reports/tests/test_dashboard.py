"""The dashboard as a page: who is let in, what it says where there is nothing, how it refuses, what it costs (rules 8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.models import ApplicationCatalog, Ticket
from helpdesk.services import audit
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.extensions import request_extension
from helpdesk.services.tickets import resolve_ticket, start_ticket, withdraw_ticket
from helpdesk.tests.admin.desk import browser
from reports.tests.many import multiply
from tests.clock import NOON, held
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_calendar,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/dashboard/"
STATEMENTS = 12


def context_of(person, query: str = "", workspace: str = ""):
    answer = browser(person, workspace=workspace).get(f"{ADDRESS}{query}")
    assert answer.status_code == 200
    return answer.context_data


@pytest.mark.parametrize(
    ("factory", "status"),
    [(SM1Factory, 200), (SM2Factory, 200), (RAFactory, 200), (AdminFactory, 200), (EngineerFactory, 403), (ReporterFactory, 403)],
)  # fmt: skip
def test_the_page_is_for_those_who_are_told_the_numbers(factory, status):
    client = browser(factory())

    assert client.get(ADDRESS).status_code == status
    assert client.post(ADDRESS).status_code in {403, 405}


def test_strangers_sign_in_first(client):
    assert client.get(ADDRESS).status_code == 302


@pytest.mark.parametrize(
    ("factory", "workspace"),
    [(SM1Factory, "triage_sm1"), (SM2Factory, "triage_sm2"), (RAFactory, "escalations"), (AdminFactory, "administration")],
)  # fmt: skip
def test_it_is_the_first_page_of_its_workspaces_and_stands_first_in_the_sidebar(factory, workspace):
    client = browser(factory(), workspace=workspace)

    assert client.get("/desk/").url == ADDRESS
    first = client.get(ADDRESS).context_data["sidebar_navigation"][0]["items"][0]
    assert (first["title"], first["active"]) == ("Dashboard", True)


def test_an_empty_desk_says_so_and_counts_nothing():
    page = browser(SM1Factory()).get(ADDRESS).content.decode()

    assert "There are no tickets yet." in page
    assert "Nothing has been decided" in page
    assert page.count("nothing to do") == 4


def test_an_authority_without_tickets_is_told_what_would_appear():
    a_ticket()

    assert "Your engineers have no tickets yet." in browser(RAFactory()).get(ADDRESS).content.decode()


def test_filters_that_leave_nothing_offer_to_be_cleared():
    a_ticket(priority="low")
    page = browser(SM1Factory()).get(f"{ADDRESS}?priority=high").content.decode()

    assert "No ticket is as chosen." in page
    assert f'href="{ADDRESS}">Clear filters</a>' in page


def test_the_six_numbers_and_what_is_chosen_in_words():
    exp = ApplicationFactory(code="EXP", name="Expenses")
    engineer = EngineerFactory(reporting_authority=RAFactory())
    on_time = in_progress(ticket=a_ticket(application=exp, priority="high"), engineer=engineer)
    resolve_ticket(actor=engineer, ticket_id=on_time.pk, note="Done.")
    late = a_promise(ticket=a_ticket(application=exp, priority="high"), engineer=engineer, minutes=30)
    sweep_escalations(held.forward(hours=1))
    gone = a_ticket(application=exp)
    withdraw_ticket(actor=gone.reporter, ticket_id=gone.pk, reason="Twice.")
    a_ticket(priority="low")

    context = context_of(SM1Factory(), "?application=exp&priority=high&reported_from=2026-03-04&reported_to=2026-03-04")

    assert [(tile.label, tile.value) for tile in context["tiles"]] == [
        ("Open", "1"),
        ("Breached", "1"),
        ("Resolved on time", "1"),
        ("Escalated", "1"),
        ("Resolved after escalation", "0"),
        ("SLA compliance", "50.0 %"),
    ]
    assert context["narrowing"] == [("Applications", "Expenses"), ("Priorities", "High"), ("Reported", "4 Mar 2026")]
    assert [(bar.label, bar.value) for bar in context["broken_engineers"].rows] == [(engineer.name, 1)]
    assert late.ticket.application == exp


def test_what_needs_somebody_now_with_the_age_of_the_oldest():
    held.set(NOON - timedelta(hours=5))
    a_ticket(priority="high")
    engineer = EngineerFactory(reporting_authority=RAFactory())
    in_progress(engineer=engineer, minutes=60)
    sweep_escalations(held.set(NOON - timedelta(hours=3)))
    waiting = a_promise(minutes=600)
    behind = a_promise(engineer=waiting.engineer, minutes=5)
    request_extension(actor=waiting.engineer, ticket_id=waiting.ticket_id, extra_minutes=30, comment="More.")
    held.set(NOON)

    context = context_of(SM1Factory())

    assert [(call.label, call.count, call.age) for call in context["calls"]] == [
        ("Unassigned past their target", 1, "the oldest for 5 h"),
        ("Extensions to decide", 1, "the oldest for 3 h"),
        ("At risk", 2, "late by up to 3 h"),
        ("Escalated", 1, "the oldest for 3 h"),
    ]
    assert {one.case_id for one in context["at_risk"]} == {waiting.ticket.case_id, behind.ticket.case_id}
    assert f"behind {waiting.ticket.case_id}" in {one.outlook.cause for one in context["at_risk"]}
    assert [call.label for call in context_of(AdminFactory())["calls"]] == [
        "Unassigned past their target", "At risk", "Escalated",
    ]  # fmt: skip
    assert [call.label for call in context_of(engineer.reporting_authority)["calls"]] == ["At risk", "Escalated"]


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("reporter__password=x", "There is no filter “"),
        ("reporter__password__startswith=pbkdf2", "reporter__password__startswith"),
        ("engineers=all", "There is no filter “"),
        ("application=NOPE", "There is no application “NOPE”."),
        ("priority=urgent", "There is no priority “urgent”."),
        ("priority=%3Cscript%3E", "There is no priority “&lt;script&gt;”."),
        ("reported_from=2026-03-05&reported_to=2026-03-04", "The last day is before the first; please exchange them."),
        ("reported_from=2026-02-30", "“2026-02-30” is no day; one is written as 2026-03-04."),
        ("reported_to=2026-03-04T00:00", "is no day; one is written as 2026-03-04."),
        ("reported_to=9999-12-31", "Please choose a day between 2000 and 2999."),
        ("reported_from=0000-00-00", "“0000-00-00” is no day"),
    ],
)
def test_a_wrong_address_is_refused_in_words_and_counts_nothing(query, refusal):
    a_ticket()
    answer = browser(SM1Factory()).get(f"{ADDRESS}?{query}")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert refusal in page
    assert "Nothing is counted until the filters are right." in page
    assert "tiles" not in answer.context_data
    assert [call.label for call in answer.context_data["calls"]][-1] == "Escalated"


def test_what_was_typed_stays_where_it_was_typed():
    page = (
        browser(SM1Factory())
        .get(f"{ADDRESS}?application=nope&reported_from=2026-03-05&reported_to=2026-03-04")
        .content.decode()
    )

    assert 'value="2026-03-05"' in page
    assert 'value="2026-03-04"' in page
    assert "NOPE</span>" in page


@pytest.mark.parametrize(
    "query", ["priority=%00", "application=&priority=&reported_from=&reported_to=", "application=%20"]
)
def test_what_says_nothing_chooses_everything(query):
    a_ticket()

    assert context_of(SM1Factory(), f"?{query}")["tiles"][0].value == "1"


def test_days_of_the_charts_are_the_organisations_also_where_clocks_change(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    held.set(datetime(2026, 3, 28, 23, 30, tzinfo=UTC))
    engineer = EngineerFactory()
    tickets = [in_progress(engineer=engineer, minutes=6000) for _ in range(2)]
    held.set(datetime(2026, 3, 29, 21, 59, tzinfo=UTC))
    resolve_ticket(actor=engineer, ticket_id=tickets[0].pk, note="Done.")
    held.set(datetime(2026, 3, 29, 22, 0, tzinfo=UTC))
    resolve_ticket(actor=engineer, ticket_id=tickets[1].pk, note="Done.")

    context = context_of(SM1Factory(), "?reported_from=2026-03-28&reported_to=2026-03-30")

    assert [tuple(row) for row in context["days"].rows] == [
        ("Sat 28 Mar 2026", "0", "0"),
        ("Sun 29 Mar 2026", "2", "1"),
        ("Mon 30 Mar 2026", "0", "1"),
    ]


def test_a_week_in_which_nothing_was_decided_has_no_compliance():
    held.set(NOON - timedelta(days=7))
    engineer = EngineerFactory()
    done = in_progress(engineer=engineer)
    resolve_ticket(actor=engineer, ticket_id=done.pk, note="Done.")
    held.set(NOON)
    a_ticket()

    weeks = context_of(SM1Factory())["weeks"]

    assert [tuple(row) for row in weeks.rows][-2:] == [
        ("Mon 23 Feb 2026", "1", "0", "100.0 %"),
        ("Mon 2 Mar 2026", "0", "0", "-"),
    ]
    assert [column.is_empty for column in weeks.plot.columns][-2:] == [False, True]


def test_names_people_typed_are_words_and_no_markup():
    exp = ApplicationFactory(code="EXP", name="<b>Expenses</b>")
    engineer = EngineerFactory(name="<script>alert(1)</script>", reporting_authority=RAFactory())
    a_promise(ticket=a_ticket(application=exp, title="<img src=x onerror=alert(1)>"), engineer=engineer, minutes=60)
    a_promise(ticket=a_ticket(application=exp), engineer=engineer, minutes=60)
    sweep_escalations(held.forward(minutes=61))
    held.forward(minutes=10)

    page = browser(SM1Factory()).get(f"{ADDRESS}?application=EXP").content.decode()

    assert "&lt;b&gt;Expenses&lt;/b&gt;" in page
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("many", [1, 50, 5_000], ids=str)
def test_the_page_takes_few_statements_however_many_tickets_there_are(many):
    authority = RAFactory()
    engineer = EngineerFactory(reporting_authority=authority, working_calendar=a_calendar())
    late = in_progress(ticket=a_ticket(application=ApplicationFactory(code="EXP")), engineer=engineer, minutes=30)
    sweep_escalations(held.forward(days=3))
    audit.note(act="signed_in", actor=authority, now=held.moment)
    multiply(late, many)
    a_promise(engineer=engineer, minutes=10)
    held.forward(minutes=5)
    query = "?application=EXP&priority=high&priority=medium&reported_from=2026-01-15&reported_to=2026-03-20"

    for person, workspace in (
        (SM1Factory(), "triage_sm1"),
        (authority, "escalations"),
        (AdminFactory(), "administration"),
    ):
        client = browser(person, workspace=workspace)
        client.get(ADDRESS)
        for address in (ADDRESS, ADDRESS + query, ADDRESS + "?priority=nonsense"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            assert len(captured) <= STATEMENTS, [one["sql"][:120] for one in captured]

    assert Ticket.objects.filter(status="escalated").count() == many


def test_more_bars_than_a_chart_holds_are_said_together():
    engineer = EngineerFactory(reporting_authority=RAFactory())
    for _ in range(12):
        an_assignment(engineer=engineer)
    for ticket in Ticket.objects.all():
        start_ticket(actor=engineer, ticket_id=ticket.pk, resolution_minutes=6000 * 7)
    sweep_escalations(held.forward(days=60))

    chart = context_of(UserFactory(roles=["sm1"]))["broken_applications"]

    assert len(chart.rows) == 10
    assert chart.more == "and 2 more applications with 2 together"
    code = ApplicationCatalog.objects.get(name=chart.rows[0].label).code
    assert chart.rows[0].address.endswith(f"application={code}")
