"""The page "Reports": filters in the address, counted and refused in words; short reports at once, long ones prepared."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from helpdesk.models import AuditEvent
from reports.exports import catalog, worker
from reports.models import ReportRun
from reports.tests.desk import about, csv_rows, rows_of
from tests.entering import enter
from tests.factories import AdminFactory, ApplicationFactory, a_ticket

pytestmark = pytest.mark.django_db

PAGE, EXPORT = "/desk/reports/", "/desk/reports/export/"


@pytest.fixture
def admin():
    return AdminFactory(name="Ada Admin", time_zone="Europe/Berlin")


@pytest.fixture
def browser(admin) -> Client:
    client = Client()
    enter(client, admin)
    return client


@pytest.fixture
def tickets():
    application = ApplicationFactory(name="Expenses", code="EXP")
    return [a_ticket(application=application, priority=one) for one in ("high", "low", "low")]


def said(response) -> str:
    """What the page says of the rows and of what is wrong, in one line."""
    page = response.content.decode()
    told = re.findall(r'<p class="(?:report-count|desk-error)" role="\w+">(.*?)</p>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", " ".join(told)).split())


def test_the_page_says_how_many_rows_the_address_means(browser, tickets):
    assert said(browser.get(PAGE)) == "3 rows. It is downloaded at once."
    assert (
        said(browser.get(PAGE, {"report": "tickets", "priority": "low", "application": ["EXP"]}))
        == "2 rows. It is downloaded at once."
    )
    assert (
        said(browser.get(PAGE, {"priority": ["low", "high"], "bucket": "unassigned"}))
        == "3 rows. It is downloaded at once."
    )
    assert (
        said(browser.get(PAGE, {"bucket": "resolved"})) == "Nothing fits these filters, so there is nothing to export."
    )
    assert (
        said(browser.get(PAGE, {"bucket": "resolved_on_time"}))
        == "Nothing fits these filters, so there is nothing to export."
    )


def test_a_database_that_does_not_answer_in_time_is_said_in_words(browser, tickets, monkeypatch):
    def silent(_rows):
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(catalog, "counted", silent)

    assert "The rows cannot be counted just now: the database does not answer in time." in said(browser.get(PAGE))
    assert browser.post(EXPORT, {"report": "tickets", "kind": "csv"}).status_code == 422
    assert AuditEvent.objects.filter(act="report_exported").count() == 0


def test_a_long_one_is_announced_as_prepared(browser, tickets, settings):
    settings.LINEUP_REPORT_ROWS_AT_ONCE = 2

    assert said(browser.get(PAGE)) == "3 rows. It is prepared in the background and kept for a day."


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("reporter__password=x", "There is no filter “reporter__password”."),
        ("reporter__password__startswith=pbkdf2", "There is no filter “reporter__password__startswith”."),
        ("csrfmiddlewaretoken=x", "There is no filter “csrfmiddlewaretoken”."),
        ("%3Cscript%3Ealert(1)%3C/script%3E=1", "There is no filter “&lt;script&gt;alert(1)&lt;/script&gt;”."),
        (f"{'x' * 5000}=1", f"There is no filter “{'x' * 40}…”."),
        ("report=secrets", "There is no such report."),
        ("report=tickets%00", "There is no such report."),
        ("bucket=mine", "There is no such list."),
        ("bucket=%00", "There is no such list."),
        ("application=NOPE", "There is no such application."),
        ("application=EXP&application=%00", "There is no such application."),
        ("priority=urgent", "There is no such priority."),
        ("report=audit&act=drop", "There is no such act in this trail."),
        ("report=audit&act=resolved_nothing", "There is no such act in this trail."),
        ("report=audit&show=tickets", "There is no such part of the trail."),
        ("report=audit&ticket=1001", "Please give a case id as in N-EXP-1001."),
        ("report=audit&ticket=N-EXP-1001%27--", "Please give a case id as in N-EXP-1001."),
        ("report=history&person=Nobody+At+All", "Nobody is called “Nobody At All”."),
        ("report=history&person=%00", "Null characters are not allowed."),
        ("age=forever", "There is no such age."),
        ("q=%00", "Null characters are not allowed."),
        (f"q={'x' * 200}", "Ensure this value has at most 100 characters"),
        ("reported_from=2026-03-05&reported_to=2026-03-04", "The last day is before the first."),
        ("reported_from=2026-02-30", "“2026-02-30” is no day; one is written as 2026-03-04."),
        ("reported_from=04.03.2026", "“04.03.2026” is no day; one is written as 2026-03-04."),
        ("reported_from=2026-03-04T10:00", "“2026-03-04T10:00” is no day; one is written as 2026-03-04."),
        ("reported_from=0001-01-01", "Please choose a day between 2000 and 2999."),
        ("reported_to=9999-12-31", "Please choose a day between 2000 and 2999."),
        ("reported_to=99999-12-31", "“99999-12-31” is no day; one is written as 2026-03-04."),
        (f"reported_to={'9' * 5000}", f"“{'9' * 40}…” is no day"),
    ],
)  # fmt: skip
def test_bad_filters_are_refused_in_words(browser, tickets, query, refusal):
    response = browser.get(f"{PAGE}?{query}")

    assert response.status_code == 200
    assert refusal in said(response)
    assert said(response).endswith("Please correct what is marked.")


def test_what_was_typed_is_kept_when_it_is_refused(browser, tickets):
    page = browser.get(
        f"{PAGE}?reported_from=2026-03-05&reported_to=2026-03-04&priority=low&bucket=open"
    ).content.decode()

    assert 'value="2026-03-05"' in page
    assert 'value="2026-03-04"' in page
    assert re.search(r'value="low"\s+checked', page)
    assert '<option value="open" selected>' in page


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-04-26"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia"])
def test_days_on_which_clocks_change_are_days(browser, admin, zone, day):
    admin.time_zone = zone
    admin.save()

    response = browser.get(PAGE, {"report": "audit", "reported_from": day, "reported_to": day})

    assert said(response) == "Nothing fits these filters, so there is nothing to export."


def test_filters_a_report_does_not_take_are_let_go(browser, tickets):
    AuditEvent.objects.create(act="signed_in", timestamp="2026-03-04T11:00:00Z")

    assert (
        said(browser.get(PAGE, {"report": "audit", "priority": "low", "bucket": "open", "age": "nonsense", "q": "x"}))
        == "1 row. It is downloaded at once."
    )


@pytest.mark.parametrize(("kind", "content_type"), [("xlsx", "spreadsheetml.sheet"), ("csv", "text/csv")])
def test_a_short_report_is_the_answer_and_written_down(browser, admin, tickets, kind, content_type):
    response = browser.post(EXPORT, {"report": "tickets", "priority": ["low"], "kind": kind})

    content = b"".join(response.streaming_content)
    assert (response.status_code, content_type in response["Content-Type"]) == (200, True)
    assert response["Content-Disposition"] == f'attachment; filename="lineup-tickets-2026-03-04-1300.{kind}"'
    rows = rows_of(content) if kind == "xlsx" else csv_rows(content)
    assert [row["Priority"] for row in rows] == ["Low", "Low"]
    event = AuditEvent.objects.get(act="report_exported")
    assert (event.actor, event.after) == (admin, {"as": kind, "rows": 2, "priorities": "Low"})
    assert ReportRun.objects.count() == 0
    if kind == "xlsx":
        assert about(content)["Time zone"] == "Europe/Berlin"


def test_a_long_report_is_prepared_once_and_shown_with_its_progress(browser, tickets, settings, s3, clock):
    settings.LINEUP_REPORT_ROWS_AT_ONCE = 2

    sent = {"report": "tickets", "kind": "xlsx", "bucket": "open"}
    first, second = browser.post(EXPORT, sent), browser.post(EXPORT, sent)

    run = ReportRun.objects.get()
    assert first["Location"] == second["Location"] == "/desk/reports/?report=tickets&bucket=open#prepared"
    assert run.time_zone == "Europe/Berlin"
    shown = browser.get(reverse("exports:progress", args=(run.pk,))).content.decode()
    assert 'hx-trigger="every 1s"' in shown
    assert "0 of 3 rows" in " ".join(shown.split())
    worker.write_next(clock.moment)
    shown = browser.get(reverse("exports:progress", args=(run.pk,))).content.decode()
    assert "hx-trigger" not in shown
    assert reverse("exports:file", args=(run.pk,)) in shown
    answer = browser.get(reverse("exports:file", args=(run.pk,)))
    assert (answer.status_code, answer["Location"].startswith(f"{s3.url}/lineup/reports/")) == (302, True)
    page = browser.get(PAGE).content.decode()
    assert "Tickets: All open" in page


def test_a_report_is_cancelled_from_the_page(browser, tickets, settings):
    settings.LINEUP_REPORT_ROWS_AT_ONCE = 2
    browser.post(EXPORT, {"report": "tickets", "kind": "csv"})
    run = ReportRun.objects.get()
    address = reverse("exports:cancel", args=(run.pk,))

    page = browser.post(address, follow=True).content.decode()
    again = browser.post(address, follow=True).content.decode()

    assert ReportRun.objects.get().state == "cancelled"
    assert "The report “Tickets” is cancelled." in page
    assert "This report cannot be cancelled any more: cancelled." in again


def test_a_file_that_is_gone_is_said_on_the_page(browser, tickets, settings, s3, clock):
    settings.LINEUP_REPORT_ROWS_AT_ONCE = 2
    browser.post(EXPORT, {"report": "tickets", "kind": "csv"})
    worker.write_next(clock.moment)
    run = ReportRun.objects.get()
    ReportRun.objects.update(expires_at=clock.moment)

    page = browser.get(reverse("exports:file", args=(run.pk,)), follow=True).content.decode()

    assert "This report cannot be downloaded: deleted after a day. Please ask for it again." in page


@pytest.mark.parametrize("number", ["0", "987654321", "9" * 30])
@pytest.mark.parametrize("route", ["", "file/", "cancel/"])
def test_a_report_that_is_not_there_is_missing(browser, number, route):
    address = f"{PAGE}{number}/{route}"

    assert (browser.post(address) if route == "cancel/" else browser.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ({"report": "tickets"}, "Please choose Excel or CSV."),
        ({"report": "tickets", "kind": "exe"}, "Please choose Excel or CSV."),
        ({"report": "nothing", "kind": "csv"}, "There is no such report."),
        ({"report": "tickets", "kind": "csv", "bucket": "resolved"}, "Nothing fits these filters"),
        ({"report": "tickets", "kind": "csv", "reported_from": "x"}, "“x” is no day"),
    ],
)  # fmt: skip
def test_a_refused_export_keeps_the_form_and_writes_nothing_down(browser, tickets, sent, refusal):
    response = browser.post(EXPORT, sent)

    assert response.status_code == 422
    assert refusal in said(response)
    assert AuditEvent.objects.filter(act__startswith="report_").count() == 0


@pytest.mark.parametrize("made", [1, 50])
def test_statements_of_the_page_do_not_grow(browser, admin, tickets, clock, made, django_assert_max_num_queries):
    ReportRun.objects.bulk_create(
        ReportRun(
            owner=AdminFactory(),
            report="tickets",
            file_type="csv",
            time_zone="UTC",
            state="failed",
            created_at=clock.moment - timedelta(minutes=number),
            rows_expected=9,
        )
        for number in range(made)
    )

    with django_assert_max_num_queries(12):
        page = browser.get(PAGE).content.decode()

    assert page.count('class="report-run"') == min(made, 25)
