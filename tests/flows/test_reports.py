"""Reports: filters and a short one at once, a long one in the background with its progress, cancelled, and with the worker away."""

import io
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from project.demo.s3_faults import Fault
from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.running import Desk, eventually

pytestmark = pytest.mark.flow

ADMIN = "Ines Almeida"
LONG = 60_000
"""Milliseconds for what a worker does."""


@contextmanager
def worker_away(desk: Desk) -> Iterator[None]:
    """The processes of the cluster stand still, as on a machine that has none, and go on in the end."""
    stopped = eventually(desk.workers, what="a worker runs")
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture(autouse=True)
def s3_is_well_again(desk: Desk) -> Iterator[None]:
    desk.s3_faults.clear()
    yield
    desk.s3_faults.clear()


def open_reports(page: Page, desk: Desk, query: str = "") -> None:
    page.goto(f"{desk.url}/desk/reports/{query}")
    expect(page.get_by_role("heading", name="Reports", exact=True)).to_be_visible()


def rows_said(page: Page) -> int:
    """How many rows the page says the filters leave."""
    said = page.get_by_role("status").filter(has_text=re.compile(r"rows?\."))
    expect(said).to_be_visible()
    return int(re.sub(r"\D", "", said.inner_text().split("row")[0]))


def newest(page: Page) -> Locator:
    """The report asked for last."""
    return page.get_by_role("region", name="Prepared reports").get_by_role("listitem").first


def saved(page: Page, control: Locator) -> tuple[str, openpyxl.Workbook]:
    """The name and the content of what a click downloads."""
    with page.expect_download() as waited:
        control.click()
    return waited.value.suggested_filename, openpyxl.load_workbook(io.BytesIO(Path(waited.value.path()).read_bytes()))


def texts(book: openpyxl.Workbook, heading: str) -> list[str]:
    """One column of the second sheet."""
    head, *rows = book.worksheets[1].iter_rows(values_only=True)
    return [row[head.index(heading)] for row in rows]


def test_a_list_is_taken_out_with_its_filters(desk: Desk, visit: Visit) -> None:
    page = visit(ADMIN)
    page.goto(f"{desk.url}/desk/helpdesk/ticket/?bucket=open&priority=high")
    listed = page.get_by_role("link", name=acts.CASE_ID).all_inner_texts()

    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_label("Tickets", exact=True).last).to_have_value("open")
    expect(page.get_by_role("checkbox", name="High")).to_be_checked()
    assert rows_said(page) == len(set(listed)) > 0
    name, book = saved(page, page.get_by_role("button", name="Excel"))

    assert re.fullmatch(r"lineup-tickets-\d{4}-\d\d-\d\d-\d{4}\.xlsx", name)
    assert sorted(texts(book, "Case")) == sorted(set(listed))
    about = {row[0]: row[1] for row in book.worksheets[0].iter_rows(min_row=3, values_only=True)}
    assert (about["Tickets"], about["Priorities"], about["Rows"]) == ("All open", "High", len(set(listed)))
    assert about["Prepared by"].startswith(ADMIN)
    assert {cell.data_type for row in book.worksheets[1].iter_rows(min_row=2) for cell in row} <= {"s", "n", "d"}


def test_filters_are_chosen_on_the_page_and_bad_days_are_refused_in_words(desk: Desk, visit: Visit) -> None:
    page = visit(ADMIN)
    open_reports(page, desk)
    all_rows = rows_said(page)

    page.get_by_role("checkbox", name="Low").check()
    expect(page).to_have_url(re.compile("priority=low"))
    assert 0 < rows_said(page) < all_rows
    page.get_by_label("From", exact=True).fill("2026-03-05")
    page.get_by_label("To", exact=True).fill("2026-03-04")
    expect(page.get_by_text("The last day is before the first")).to_be_visible()
    expect(page.get_by_role("button", name="Excel")).to_be_disabled()
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-03-05")
    page.goto(f"{desk.url}/desk/reports/?reporter__password=x")
    expect(page.get_by_text("There is no filter “reporter__password”.")).to_be_visible()


def test_a_long_report_is_prepared_with_its_progress_and_downloaded(desk: Desk, visit: Visit) -> None:
    page = visit(ADMIN)
    open_reports(page, desk, "?report=history")
    rows = rows_said(page)
    expect(page.get_by_text("It is prepared in the background and kept for a day.")).to_be_visible()

    with worker_away(desk):
        page.get_by_role("button", name="Excel").click()
        expect(newest(page).get_by_role("progressbar")).to_be_visible()
        expect(newest(page)).to_contain_text(f"0 of {rows:,} rows")
        expect(newest(page)).to_contain_text("A worker takes it in a moment.")

    expect(newest(page).get_by_text("ready", exact=True)).to_be_visible(timeout=LONG)
    expect(newest(page).get_by_role("progressbar")).to_have_count(0)
    name, book = saved(page, newest(page).get_by_role("link", name="Download"))
    assert name.startswith("lineup-history-")
    assert len(texts(book, "Act")) == rows
    page.goto(f"{desk.url}/desk/history/?show=files")
    fetched = page.get_by_role("row").filter(has_text="Report fetched").first
    expect(fetched).to_contain_text(ADMIN)


def test_a_report_nobody_takes_is_cancelled(desk: Desk, visit: Visit) -> None:
    page = visit(ADMIN)
    open_reports(page, desk, "?report=history&priority=high&priority=low&priority=medium")

    with worker_away(desk):
        page.get_by_role("button", name="CSV").click()
        expect(newest(page)).to_contain_text("waiting")
        newest(page).get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("The report “Ticket history” is cancelled.")).to_be_visible()

    expect(newest(page)).to_contain_text(f"Cancelled by {ADMIN}.")
    expect(newest(page).get_by_role("link", name="Download")).to_have_count(0)


def test_a_silent_file_store_is_said_in_words_and_tried_again(desk: Desk, visit: Visit) -> None:
    page = visit(ADMIN)
    open_reports(page, desk, "?report=history")
    desk.s3_faults.set(Fault.BUSY)

    page.get_by_role("button", name="CSV").click()
    expect(newest(page)).to_contain_text("The file store does not answer just now", timeout=LONG)
    expect(newest(page)).to_contain_text("Next try")
    desk.s3_faults.clear()
    newest(page).get_by_role("button", name="Cancel").click()

    expect(newest(page)).to_contain_text(f"Cancelled by {ADMIN}.")
