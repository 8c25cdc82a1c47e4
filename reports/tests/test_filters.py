"""Which rows a report has: those of the lists and numbers of the desk, under the same filters, and no other."""

from datetime import date

import pytest

from helpdesk.selectors import buckets, numbers
from helpdesk.services import audit
from reports.exports.catalog import REPORTS
from reports.exports.filters import LISTS, Filters
from reports.tests.desk import a_desk, asked, by_case, rows_of, written
from tests.clock import held
from tests.factories import (
    AdminFactory,
    ApplicationFactory,
    EngineerFactory,
    ReporterFactory,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.states import Number

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return AdminFactory(name="Ada Admin", email="ada@corp.example")


@pytest.mark.parametrize("shown", LISTS, ids=str)
def test_a_list_taken_out_has_the_tickets_of_the_list(admin, shown):
    a_desk()
    defined = LISTS[shown]
    wanted = (
        numbers.tickets_of(defined, admin, numbers.Chosen())
        if isinstance(defined, Number)
        else buckets.bucket(defined, admin)
    )

    what = asked(admin, shown=shown)

    assert set(by_case(written(what, "tickets"))) == set(wanted.values_list("case_id", flat=True))
    assert REPORTS["tickets"].count(what) == wanted.count()


def test_each_number_of_the_dashboard_has_a_list_to_take_out(admin):
    a_desk()
    counted = numbers.counts(admin, numbers.Chosen())
    called = {
        **{one.value: one.value for one in Number},
        "resolved_on_time": "resolved",
        "resolved_after_escalation": "escalation_resolved",
    }

    taken = {one: REPORTS["tickets"].count(asked(admin, shown=called[one.value])) for one in Number}

    assert taken == {one: counted[one] for one in Number}
    assert all(counted[one] for one in Number)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({}, 3),
        ({"applications": ("EXP",)}, 2),
        ({"applications": ("EXP", "HRM")}, 3),
        ({"applications": ("HRM",), "priorities": ("high",)}, 0),
        ({"priorities": ("high", "medium")}, 3),
        ({"first": date(2026, 3, 5)}, 2),
        ({"last": date(2026, 3, 4)}, 1),
        ({"first": date(2026, 3, 5), "last": date(2026, 3, 5)}, 1),
        ({"first": date(2026, 3, 7), "last": date(2026, 3, 9)}, 0),
        ({"shown": "escalated"}, 0),
    ],
)  # fmt: skip
def test_filters_narrow_every_report_of_tickets_alike(admin, clock, filters, left):
    expenses, people = ApplicationFactory(code="EXP"), ApplicationFactory(code="HRM")
    for application, priority in ((expenses, "high"), (people, "medium"), (expenses, "medium")):
        in_progress(ticket=a_ticket(application=application, priority=priority), minutes=5000)
        clock.forward(days=1)
    what = asked(admin, **filters)

    counted = {name: REPORTS[name].count(what) for name in ("tickets", "sla", "engineers")}

    assert counted == {"tickets": left, "sla": left, "engineers": left}
    assert {name: len(rows_of(written(what, name))) for name in counted} == counted


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"search": "journal"}, {"journal"}),
        ({"search": "PRINTS journal"}, {"journal"}),
        ({"search": "'prints journal'"}, set()),
        ({"search": "100%"}, {"percent"}),
        ({"search": "N-EXP"}, {"journal", "percent"}),
        ({"search": "'"}, set()),
        ({"search": "old", "shown": "unassigned"}, {"percent"}),
        ({"age": "hour"}, {"percent"}),
        ({"age": "over-day"}, {"journal"}),
        ({"age": "over-week"}, set()),
    ],
)  # fmt: skip
def test_search_and_age_narrow_as_they_do_in_the_lists(admin, clock, filters, left):
    application = ApplicationFactory(code="EXP")
    made = {"journal": a_ticket(application=application, title="The journal prints twice")}
    clock.forward(days=2)
    made["percent"] = a_ticket(application=application, title="Old rates show 100% of 10")
    what = asked(admin, **filters)

    rows = by_case(written(what, "tickets"))

    assert set(rows) == {made[one].case_id for one in left}
    assert REPORTS["tickets"].count(what) == len(left)


def test_what_the_lists_know_of_targets_and_promises_narrows_too(admin, clock):
    unseen = a_ticket(priority="high")
    engineer = EngineerFactory()
    first = in_progress(engineer=engineer, minutes=60)
    behind = an_assignment(engineer=engineer).ticket
    clock.forward(minutes=59)

    def cases(**filters: str) -> set[str]:
        return set(by_case(written(asked(admin, **filters), "tickets")))

    assert cases(promise="at_risk") == set()
    clock.forward(days=3)
    assert cases(triage="late") == {unseen.case_id}
    assert first.case_id in cases(promise="at_risk")
    assert cases(triage="late", promise="at_risk") == set()
    assert behind.case_id in cases()


def test_breaches_are_those_of_whose_promise_it_was(admin):
    made = a_desk()

    def cases(engineer: str) -> set[str]:
        return set(by_case(written(asked(admin, promise_of=str(made[engineer].pk)), "tickets")))

    assert cases("asha") == {made[one].case_id for one in ("late", "passed_on")}
    assert cases("ben") == {made["working"].case_id}
    assert Filters(promise_of=str(made["asha"].pk)).in_a_line() == "Breached promise of: Asha Rao"
    assert Filters(promise_of="0").in_a_line() == "Breached promise of: 0"


def test_trails_are_narrowed_to_a_person_and_a_ticket(admin):
    made = a_desk()
    case = made["assigned"].case_id
    audit.note(act="file_download", actor=admin, subject_label=case, now=held.moment)
    audit.note(act="signed_in", actor=made["asha"], now=held.moment)
    audit.note(act="role_given", actor=admin, subject=made["asha"], now=held.moment)

    def acts(name: str, **filters: str) -> set[str]:
        return {row["Act"] for row in rows_of(written(asked(admin, **filters), name))}

    history = rows_of(written(asked(admin, ticket=case), "history"))
    assert {row["Case"] for row in history} == {case}
    assert {row["Who"] for row in rows_of(written(asked(admin, person="Asha Rao"), "history"))} == {"Asha Rao"}
    assert {row["Who"] for row in rows_of(written(asked(admin, person="System"), "history"))} == {"the system"}
    assert acts("audit", ticket=case) == {"File fetched"}
    assert acts("audit", person="asha.rao@corp.example") == {"Signed in", "Role given"}
    assert acts("audit", part="sign-ins") == {"Signed in"}
    assert acts("audit", part="files", person="Ada Admin") == {"File fetched"}


def test_filters_come_back_from_where_they_are_kept():
    filters = Filters(
        shown="open",
        applications=("EXP", "HRM"),
        priorities=("high",),
        first=date(2026, 3, 1),
        last=date(2026, 3, 31),
        act="signed_in",
        search="journal",
        age="day",
        triage="late",
        promise="at_risk",
        promise_of="17",
        ticket="N-EXP-1001",
        person="Asha Rao",
        part="files",
    )

    assert Filters.read(filters.kept()) == filters
    assert Filters.read({}) == Filters()
    assert Filters().kept() == {}


def test_nobody_but_who_sees_them_gets_tickets():
    a_desk()

    assert rows_of(written(asked(ReporterFactory()), "tickets")) == []
