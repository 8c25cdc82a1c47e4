"""What stands in each report: every ticket, promise, escalation and act once, as what it is, under the filters of the lists."""

from datetime import date, timedelta

import pytest

from helpdesk.models import AuditEvent, Escalation, SLARecord, Ticket, TicketEvent
from helpdesk.services import audit
from helpdesk.services.tickets import raise_ticket
from reports.exports.catalog import REPORTS, Name
from reports.tests.desk import (
    HOUR,
    a_desk,
    about,
    as_plain,
    asked,
    by_case,
    csv_rows,
    local,
    on_sheet,
    rows_of,
    written,
)
from tests.clock import NOON
from tests.factories import AdminFactory, ApplicationFactory, ReporterFactory, a_calendar, in_progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return AdminFactory(name="Ada Admin", email="ada@corp.example")


def test_the_report_of_tickets_has_each_once_with_real_numbers_and_dates(admin, clock):
    made = a_desk()

    rows = by_case(written(asked(admin), "tickets"))

    assert set(rows) == set(Ticket.objects.values_list("case_id", flat=True))
    row, ticket = rows[made["on_time"].case_id], Ticket.objects.get(pk=made["on_time"].pk)
    assert row == {
        "Case": ticket.case_id,
        "Application": "EXP",
        "Title": "The export stops",
        "Priority": "Medium",
        "Status": "Resolved",
        "Reporter": ticket.reporter.name,
        "Reporter e-mail": ticket.reporter.email,
        "Reported on": on_sheet(2026, 3, 4),
        "Raised at": local(NOON),
        "Engineer": "Asha Rao",
        "Reporting authority": "Rosa Vidal",
        "Assigned by": "Sam One",
        "As": "SM1",
        "Assigned at": local(NOON),
        "Committed at": local(NOON),
        "Promised (min)": 60,
        "Extension (min)": 30,
        "Planned start": local(NOON),
        "Due at": local(NOON + 1.5 * HOUR),
        "Due is": "promised",
        "Started at": local(NOON),
        "Escalated at": None,
        "Resolved at": local(NOON + 0.75 * HOUR),
        "Late by (min)": None,
    }


def test_the_report_of_tickets_says_what_is_withdrawn_expected_and_late(admin):
    made = a_desk()

    rows = by_case(written(asked(admin), "tickets"))

    assert rows[made["withdrawn"].case_id]["Status"] == "Withdrawn"
    assert (rows[made["unassigned"].case_id]["Due at"], rows[made["unassigned"].case_id]["Due is"]) == (None, None)
    assert (rows[made["assigned"].case_id]["Due is"], rows[made["assigned"].case_id]["Late by (min)"]) == (
        "expected",
        None,
    )
    late = rows[made["late"].case_id]
    assert (late["Status"], late["Engineer"]) == ("Resolved after escalation", "Asha Rao")
    due = Ticket.objects.get(pk=made["late"].pk).assignment.due_at
    assert late["Late by (min)"] == (NOON + 5 * HOUR - due) // timedelta(minutes=1) > 0


def test_lateness_counts_working_time_only(admin, clock):
    engineer = in_progress(minutes=60).assignment.engineer
    engineer.working_calendar = a_calendar(week=(((540, 1080),),) * 7)
    engineer.save()
    clock.forward(days=1)

    (row,) = rows_of(written(asked(admin), "tickets"))

    # Due 14:00 in Berlin; until 18:00 that day, and from 9:00 to 13:00 on the next.
    assert row["Late by (min)"] == 8 * 60


def test_the_report_of_promises_has_one_row_an_assignment_and_a_breach_stays_with_whose_promise_it_was(admin):
    made = a_desk()

    rows = rows_of(written(asked(admin), "sla"))

    assert len(rows) == SLARecord.objects.count()
    mine, other = [row for row in rows if row["Case"] == made["passed_on"].case_id]
    assert (mine["Engineer"], mine["Breached"], mine["Promised (min)"]) == ("Asha Rao", "yes", 60)
    assert mine["Breached at"] is not None
    assert mine["Passed on at"] is not None
    assert (other["Engineer"], other["Breached"], other["Promised (min)"], other["Original due"]) == (
        "Ben Okafor",
        "no",
        None,
        None,
    )
    (kept,) = [row for row in rows if row["Case"] == made["on_time"].case_id]
    assert (kept["Original due"], kept["Extended due"]) == (local(NOON + HOUR), local(NOON + 1.5 * HOUR))
    assert (kept["Taken (min)"], kept["Breached"], kept["Late by (min)"]) == (45, "no", None)
    assert [row["Late by (min)"] is not None for row in rows] == [row["Breached"] == "yes" for row in rows]


def test_the_report_of_engineers_adds_up_their_promises(admin):
    a_desk()

    rows = {row["Engineer"]: row for row in rows_of(written(asked(admin), "engineers"))}

    records = SLARecord.objects.select_related("assignment")
    asha = [one for one in records if one.assignment.engineer.name == "Asha Rao"]
    assert set(rows) == {"Asha Rao", "Ben Okafor"}
    assert rows["Asha Rao"] | {"Taken (min)": 0, "Taken of promised %": 0} == {
        "Engineer": "Asha Rao",
        "E-mail": "asha.rao@corp.example",
        "Active": "yes",
        "Reporting authority": "Rosa Vidal",
        "Tickets given": len(asha),
        "Promises": 3,
        "Open now": 0,
        "Resolved": 2,
        "On time": 1,
        "Late": 1,
        "Passed on": 1,
        "Breaches": 2,
        "On time %": 33.3,
        "Promised (min)": 60 + 30 + 60,
        "Taken (min)": 0,
        "Taken of promised %": 0,
        "Extensions asked": 1,
        "Extensions approved": 1,
        "Extensions rejected": 0,
    }
    assert rows["Asha Rao"]["Taken (min)"] == 45 + 300
    assert rows["Asha Rao"]["Taken of promised %"] == 230.0
    ben = rows["Ben Okafor"]
    assert (ben["Resolved"], ben["On time %"], ben["Promised (min)"], ben["Taken of promised %"]) == (0, 0, 0, None)
    assert ben["Open now"] == 3


def test_the_report_of_escalations_says_whose_promise_and_who_was_told(admin):
    made = a_desk()

    rows = by_case(written(asked(admin), "escalations"))

    assert len(rows) == Escalation.objects.count()
    passed = rows[made["passed_on"].case_id]
    assert (passed["Engineer"], passed["With now"], passed["Told"]) == ("Asha Rao", "Ben Okafor", "Rosa Vidal")
    assert (passed["Ticket now"], passed["Resolved at"]) == ("Escalated", None)
    assert rows[made["working"].case_id]["Told"] == "every reporting authority, the admins"
    assert rows[made["late"].case_id]["Resolved at"] == local(NOON + 5 * HOUR)


def test_the_report_of_the_history_has_every_event_in_words_without_today(admin):
    made = a_desk()

    rows = rows_of(written(asked(admin), "history"))

    assert len(rows) == TicketEvent.objects.count()
    assert [row["When"] for row in rows] == sorted(row["When"] for row in rows)
    assert all(row["Act"] and row["Who"] for row in rows)
    (given,) = [row for row in rows if row["Case"] == made["assigned"].case_id and row["Act"] == "Assigned"]
    assert "To Ben Okafor" in given["What changed"]
    assert "2026" in given["What changed"]
    assert [row for row in rows if "today" in (row["What changed"] or "")] == []


def test_the_report_of_the_trail_has_every_act_of_its_days_in_the_readers_zone(admin):
    late = NOON.replace(hour=23, minute=30)
    for number, moment in enumerate((late - timedelta(days=1), late, late + timedelta(days=1))):
        audit.note(act="signed_in", actor=admin, now=moment, reason=f"={number}")

    rows = rows_of(written(asked(admin, first=date(2026, 3, 5), last=date(2026, 3, 5)), "audit"))

    # Half past eleven in the evening in London is the next day in Berlin.
    assert [(row["When"], row["Reason"]) for row in rows] == [(local(late), "'=1")]
    assert (rows[0]["Who"], rows[0]["Act"], rows[0]["E-mail"]) == ("Ada Admin", "Signed in", "ada@corp.example")
    assert len(rows_of(written(asked(admin), "audit"))) == AuditEvent.objects.count()
    only = asked(admin, act="signed_out")
    assert rows_of(written(only, "audit")) == []


def test_the_first_sheet_says_who_when_where_and_what(admin):
    a_desk()
    what = asked(admin, shown="open", priorities=("high",), first=date(2026, 3, 1))

    said = about(written(what, "tickets"))

    assert said["Prepared by"] == "Ada Admin (ada@corp.example)"
    assert (said["Prepared at"], said["Time zone"], said["Rows"]) == (local(what.now), "Europe/Berlin", 1)
    assert (said["Tickets"], said["Priorities"], said["Days of report, from"]) == ("All open", "High", "2026-03-01")
    assert about(written(asked(admin), "tickets"))["Filters"] == "none: everything"


@pytest.mark.parametrize("name", [one.value for one in Name])
def test_csv_has_the_same_columns_and_as_many_rows(admin, name):
    a_desk()
    audit.note(act="signed_in", actor=admin, now=NOON)
    what = asked(admin)

    book, plain = rows_of(written(what, name)), csv_rows(written(what, name, "csv"))

    assert [list(row) for row in plain] == [list(row) for row in book]
    assert len(book) == REPORTS[name].count(what) > 0
    assert [[as_plain(*cell) for cell in row.items()] for row in book] == [list(row.values()) for row in plain]


def test_hostile_texts_of_a_ticket_go_out_as_text(admin):
    application = ApplicationFactory(code="EXP")
    raise_ticket(
        actor=ReporterFactory(name="@SUM(1)"),
        application_code=application.code,
        title="=cmd|' /C calc'!A0",
        description="x",
        priority="low",
    )

    (row,) = rows_of(written(asked(admin), "tickets"))
    (plain,) = csv_rows(written(asked(admin), "tickets", "csv"))

    assert (row["Title"], row["Reporter"]) == ("'=cmd|' /C calc'!A0", "'@SUM(1)")
    assert (plain["Title"], plain["Reporter"]) == ("'=cmd|' /C calc'!A0", "'@SUM(1)")


@pytest.mark.parametrize("name", [one.value for one in Name])
def test_statements_do_not_grow_with_the_rows(admin, name, django_assert_max_num_queries):
    for _ in range(6):
        in_progress()

    with django_assert_max_num_queries(9):
        written(asked(admin), name)
