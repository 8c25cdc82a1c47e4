"""What the address of a list chooses: applications, priorities, days of report, marks; and how what is no filter is refused."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.models import Ticket, User, UserRole
from helpdesk.selectors import broken, forecast
from helpdesk.services.assignment import assign_ticket
from helpdesk.tests.admin.desk import browser, escalated, list_of, shown
from tests.clock import NOON, held
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def master():
    return SM1Factory()


def test_several_applications_and_priorities_and_days_narrow_together(master):
    exp, hrm = ApplicationFactory(code="EXP", name="Expenses"), ApplicationFactory(code="HRM", name="People")
    held.set(NOON - timedelta(days=3))
    a_ticket(application=exp, priority="high")
    held.set(NOON - timedelta(days=1))
    wanted = [a_ticket(application=exp, priority="high"), a_ticket(application=hrm, priority="low")]
    a_ticket(application=hrm, priority="medium")
    a_ticket(priority="high")
    held.set(NOON)
    a_ticket(application=exp, priority="high")
    address = (
        f"{list_of('open')}&application=exp&application=HRM&priority=high&priority=low"
        "&reported_from=2026-03-03&reported_to=2026-03-03"
    )

    answer = browser(master).get(address)

    assert {one.case_id for one in answer.context_data["cl"].result_list} == {one.case_id for one in wanted}
    assert [one["title"] for one in answer.context_data["cl"].active_filters] == [
        "application: Expenses, People",
        "priority: High, Low",
        "reported: 3 Mar 2026",
    ]
    assert answer.context_data["cl"].clear_all_filters_qs == "?bucket=open"
    assert "Clear filters" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("reported_from=2026-03-01", "reported: from 1 Mar 2026"),
        ("reported_to=2026-03-01", "reported: until 1 Mar 2026"),
        ("reported_from=2026-03-01&reported_to=2026-03-04", "reported: 1 Mar 2026 to 4 Mar 2026"),
    ],
)
def test_the_days_of_report_are_said_in_words(master, query, words):
    answer = browser(master).get(f"{list_of('open')}&{query}")

    assert [one["title"] for one in answer.context_data["cl"].active_filters] == [words]


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("reporter__password=x", "This list has no filter “reporter__password”."),
        ("reporter__password__startswith=pbkdf2", "This list has no filter “reporter__password__startswith”."),
        ("application__id__exact=1", "This list has no filter “application__id__exact”."),
        ("promise=at_risk", "This list has no filter “promise”."),
        (f"{'x' * 60}=1", f"This list has no filter “{'x' * 40}…”."),
        ("application=NOPE", "There is no application “NOPE”."),
        ("priority=urgent", "There is no priority “urgent”."),
        ("reported_from=2026-03-05&reported_to=2026-03-04", "The last day is before the first; please exchange them."),
        ("reported_from=2026-02-30", "“2026-02-30” is no day; one is written as 2026-03-04."),
        ("reported_to=yesterday", "“yesterday” is no day; one is written as 2026-03-04."),
        ("reported_to=9999-12-31", "Please choose a day between 2000 and 2999."),
        ("reported_from=0001-01-01", "Please choose a day between 2000 and 2999."),
    ],
)
def test_what_is_no_filter_shows_nothing_and_says_why(master, query, refusal):
    a_ticket()

    answer = browser(master).get(f"{list_of('resolved')}&{query}")

    assert answer.status_code == 200
    assert answer.context_data["cl"].refusals == [refusal]
    assert answer.context_data["cl"].result_count == 0
    assert answer.context_data["cl"].clear_all_filters_qs == "?bucket=resolved"
    assert "Nothing here matches" in answer.content.decode()


def test_what_was_typed_stays_in_the_sheet_of_filters(master):
    page = browser(master).get(f"{list_of('open')}&reported_from=2026-03-05&reported_to=2026-03-04").content.decode()

    assert 'value="2026-03-05"' in page
    assert 'value="2026-03-04"' in page


def test_days_of_report_are_those_of_the_organisation_also_where_clocks_change(master, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    held.set(datetime(2026, 3, 28, 22, 59, tzinfo=UTC))
    before = a_ticket()
    held.set(datetime(2026, 3, 28, 23, 0, tzinfo=UTC))
    first = a_ticket()
    held.set(datetime(2026, 3, 29, 21, 59, tzinfo=UTC))
    last = a_ticket()
    held.set(datetime(2026, 3, 29, 22, 0, tzinfo=UTC))
    after = a_ticket()
    client = browser(master)

    of_the_day = shown(client, list_of("open", reported_from="2026-03-29", reported_to="2026-03-29"))

    assert set(of_the_day) == {first.case_id, last.case_id}
    assert shown(client, list_of("open", reported_to="2026-03-28")) == [before.case_id]
    assert shown(client, list_of("open", reported_from="2026-03-30")) == [after.case_id]


def test_tickets_past_their_triage_target_are_a_list(master):
    held.set(NOON - timedelta(hours=3))
    late = a_ticket(priority="high")
    held.set(NOON)
    a_ticket(priority="high")

    assert shown(browser(master), list_of("unassigned", triage="late")) == [late.case_id]


def test_tickets_at_risk_are_a_list(master):
    engineer = EngineerFactory()
    first = a_promise(engineer=engineer, minutes=60)
    second = a_promise(engineer=engineer, minutes=60)
    in_progress(minutes=600)
    held.forward(minutes=50)
    late = forecast.late_of(Ticket.objects.all(), held.moment)

    found = shown(browser(master), list_of("open", promise="at_risk"))

    assert set(late) == {first.ticket_id, second.ticket_id}
    assert set(found) == {first.ticket.case_id, second.ticket.case_id}


def test_whose_tickets_a_list_shows_is_said_by_its_address_in_any_workspace():
    both = UserFactory(roles=["ra", "sm1"])
    led, other = EngineerFactory(reporting_authority=both), EngineerFactory()
    mine, not_mine = an_assignment(engineer=led).ticket, an_assignment(engineer=other).ticket
    for workspace in ("escalations", "triage_sm1"):
        client = browser(both, workspace=workspace)
        assert shown(client, list_of("open", engineers="led")) == [mine.case_id]
        assert set(shown(client, list_of("open", engineers="all"))) == {mine.case_id, not_mine.case_id}


def test_broken_promises_are_a_list_whatever_became_of_them(master):
    authority = RAFactory()
    mine = escalated(engineer=EngineerFactory(reporting_authority=authority))
    other = escalated()
    client = browser(master)

    assert shown(client, list_of("breached")) == [other.case_id, mine.case_id]
    assert shown(browser(authority), list_of("breached", engineers="led")) == [mine.case_id]
    assert set(shown(client, list_of("decided"))) == {mine.case_id, other.case_id}


def test_a_breach_is_found_by_whose_promise_it_was_and_stays_theirs(master):
    asha, ben = EngineerFactory(name="Asha Rao"), EngineerFactory(name="Ben Okafor")
    first, second = escalated(engineer=asha), escalated(engineer=ben)
    assign_ticket(actor=master, ticket_id=first.pk, engineer_id=ben.pk, comment="Ben knows it.")
    client = browser(master)

    assert shown(client, list_of("breached", promise_of=str(asha.pk))) == [first.case_id]
    assert shown(client, list_of("breached", promise_of=str(ben.pk))) == [second.case_id]
    changelist = client.get(list_of("breached", promise_of=str(asha.pk))).context_data["cl"]
    assert [one["title"] for one in changelist.active_filters] == ["breached promise of: Asha Rao"]


def test_an_engineer_is_offered_for_breaches_of_tickets_one_handles_only(master):
    asha, ben = EngineerFactory(name="Asha Rao"), EngineerFactory(name="Ben Okafor")
    escalated(engineer=asha)
    escalated(engineer=ben)

    offered = {one.name: list(broken.engineers(one).values()) for one in (master, asha, ReporterFactory(name="Rita"))}

    assert offered == {master.name: ["Asha Rao", "Ben Okafor"], "Asha Rao": ["Asha Rao"], "Rita": []}


def test_who_works_here_no_more_is_offered_as_long_as_a_promise_of_theirs_was_broken(master):
    asha, ben = EngineerFactory(name="Asha Rao"), EngineerFactory(name="Ben Okafor")
    escalated(engineer=asha), escalated(engineer=asha), in_progress(engineer=ben, minutes=600)
    UserRole.objects.filter(user=asha).update(is_claimed=False)
    User.objects.filter(pk=asha.pk).update(is_active=False)

    assert list(broken.engineers(master).values()) == ["Asha Rao"]


@pytest.mark.parametrize("asked", ["0", "x", "-1", "9" * 40, "a master"])
def test_a_breach_of_nobody_offered_shows_no_ticket_and_says_so(master, asked):
    escalated()
    value = str(master.pk) if asked == "a master" else asked

    changelist = browser(master).get(list_of("breached", promise_of=value)).context_data["cl"]

    assert changelist.result_count == 0
    assert [one["title"] for one in changelist.active_filters] == ["breached promise of: nobody of this list"]


def test_the_offered_engineers_stand_as_words_and_the_chosen_one_is_chosen(master):
    asha, zoe = EngineerFactory(name="</option><b>Asha"), EngineerFactory(name="Zoe")
    escalated(engineer=asha)
    escalated(engineer=zoe)

    page = browser(master).get(list_of("breached", promise_of=str(zoe.pk))).content.decode()

    assert re.findall(r'<option value="(\d+)"( selected)?>([^<]*)</option>', page) == [
        (str(asha.pk), "", "&lt;/option&gt;&lt;b&gt;Asha"),
        (str(zoe.pk), " selected", "Zoe"),
    ]


def labels(page: str) -> list[str]:
    return re.findall(r'<label for="id_\w+" class="block[^"]*">([^<]*)</label>', page)


def test_a_filter_is_named_by_what_it_filters(master):
    escalated()

    page = browser(master).get(list_of("breached")).content.decode()

    assert labels(page) == ["Application", "Priority", "Reported from", "Reported to", "Age", "Breached promise of"]


def test_the_sheet_of_filters_has_chosen_what_the_address_asks_for(master):
    ApplicationFactory(code="ABC", name="</select><script>")

    page = browser(master).get(list_of("open", application="ABC", priority="low", age="day")).content.decode()

    assert re.findall(r'<option value="([^"]*)" selected>([^<]*)</option>', page) == [
        ("ABC", "&lt;/select&gt;&lt;script&gt;"),
        ("low", "Low"),
        ("day", "Within the last day"),
        ("", "All"),
    ]
    assert re.findall(r'<select name="(\w+)"[^>]* multiple>', page) == ["application", "priority"]


def test_what_is_wrong_is_said_beside_its_field(master):
    ApplicationFactory()
    asked = {"reported_from": "2026-02-30", "reported_to": '"><b>', "application": "NO<b>", "age": "x"}

    page = browser(master).get(list_of("open", priority="low", **asked)).content.decode()

    fields = re.findall(r'<div class="errors .*?<label for="id_(\w+)".*?<li>\s*(.*?)\s*</li>', page, re.DOTALL)
    assert fields == [
        ("application", "There is no application “NO&lt;B&gt;”."),
        ("reported_from", "“2026-02-30” is no day; one is written as 2026-03-04."),
        ("reported_to", "“&quot;&gt;&lt;b&gt;” is no day; one is written as 2026-03-04."),
        ("age", "There is no such choice."),
    ]
    assert page.count('aria-invalid="true"') == len(fields)
    assert 'value="&quot;&gt;&lt;b&gt;"' in page
