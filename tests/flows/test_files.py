"""Files in a real browser: sent straight to the demo's S3, refused, sent again, raised without, seen by whom they are for (F1-F7, A2, A8)."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import FileChooser, expect
from psycopg import sql

from project.demo.environment import DemoAddresses
from project.demo.s3_faults import Fault
from storage.tests.samples import pdf, png
from tests.flows import acts
from tests.flows.conftest import Visit
from tests.flows.file_acts import (
    LONG,
    bytes_of,
    choose_files,
    download,
    drop,
    is_there,
    listed,
    own_page,
    paste_picture,
    payload,
    percents,
    sending,
    stored,
)
from tests.flows.running import Desk, eventually

pytestmark = pytest.mark.flow

REPORTER = "Hannah Weiss"
LOG = "".join(f"2026-03-04 12:00:{number % 60:02d} step {number:06d}\n" for number in range(300_000)).encode()
PICTURE, PAGES = png(), pdf()


@pytest.fixture(autouse=True)
def s3_is_well_again(desk: Desk) -> Iterator[None]:
    desk.s3_faults.clear()
    yield
    desk.s3_faults.clear()


def test_three_files_go_up_with_the_ticket_and_come_back_the_same(desk: Desk, visit: Visit) -> None:
    page = visit(REPORTER)
    title = f"The journal of {desk.now():%H:%M:%S} lacks its last page"
    acts.fill_in_ticket(page, desk, title)
    files = {"page.png": PICTURE, "system.log": LOG, "Überblick März.pdf": PAGES}
    choose_files(page, *(payload(name, body) for name, body in files.items()))
    expect(sending(page, "system.log")).to_contain_text("goes with the ticket")

    desk.s3_faults.set(Fault.SLOW, ["PUT"])
    page.get_by_role("button", name="Raise ticket").dblclick()
    case_id = acts.raised_case(page)
    expect(page.get_by_role("progressbar", name="system.log")).to_be_visible()
    seen = percents(page, "system.log")
    desk.s3_faults.clear()

    assert seen == sorted(seen)
    assert len({one for one in seen if 0 < one < 100}) > 2, seen
    for name in files:
        is_there(page, name)
    prefix = f"{desk.now():%Y/%m/%d}/{case_id}/"
    assert {one.key.startswith(prefix) for one in stored(desk) if case_id in one.key} == {True}
    assert sorted(bytes_of(desk, one) for one in stored(desk, prefix)) == sorted(files.values())
    page.get_by_role("link", name="Open the ticket").click()
    for name, body in files.items():
        assert download(page, name) == (name, body)
    page.get_by_role("link", name="My tickets").click()
    expect(page.get_by_role("link", name=title)).to_have_count(1)
    mails = desk.mails_to({desk.people[REPORTER].email}, about=case_id, saying="We have your ticket")
    assert all(name in mail.words for mail in mails.values() for name in files)


def test_what_may_not_be_attached_is_refused_in_words_and_the_rest_goes(desk: Desk, visit: Visit) -> None:
    page = visit(REPORTER, refusals=(422,))
    case_id = own_page(page, desk, "Some of these are not files for a desk")

    choose_files(
        page,
        payload("page.html", b"<html>"),
        payload("empty.txt", b""),
        payload("huge.zip", bytes(25 * 1024 * 1024 + 1)),
        payload("lies.png", b"<!doctype html><script>alert(1)</script>", "image/png"),
        payload("fine.png", PICTURE),
    )

    is_there(page, "fine.png")
    for name, why in (
        ("page.html", "Files of this type cannot be attached"),
        ("empty.txt", "This file is empty"),
        ("huge.zip", "This file is larger than 25 MB"),
        ("lies.png", "The content of this file is not what .png files hold"),
    ):
        expect(sending(page, name)).to_contain_text(f"Refused. {why}")
        expect(listed(page, name)).to_have_count(0)
    eventually(
        lambda: [one.size for one in stored(desk) if case_id in one.key] == [len(PICTURE)],
        what="the worker deletes what was refused",
    )


def test_a_reporter_never_sees_the_file_of_an_internal_comment(desk: Desk, visit: Visit) -> None:
    reporter, master = visit(REPORTER, refusals=(404,)), visit("Maya Fernandes")
    case_id = own_page(reporter, desk, "Who may read this")
    acts.open_ticket(master, desk, case_id)

    master.get_by_label("Internal: only the staff see it").check()
    expect(master.get_by_label("Internal: only the staff see these files")).to_be_checked()
    choose_files(master, payload("for-the-staff.log", LOG))
    is_there(master, "for-the-staff.log")
    master.get_by_label("Internal: only the staff see it").uncheck()
    choose_files(master, payload("for-all.png", PICTURE))
    is_there(master, "for-all.png")

    line = master.get_by_role("listitem").filter(has=listed(master, "for-the-staff.log"))
    expect(line).to_contain_text("internal, staff only")
    address = listed(master, "for-the-staff.log").get_attribute("href")
    assert download(master, "for-the-staff.log")[1] == LOG
    reporter.reload()
    expect(listed(reporter, "for-all.png")).to_be_visible()
    expect(reporter.get_by_text("for-the-staff")).to_have_count(0)
    answer = reporter.goto(f"{desk.url}{address}")
    assert answer is not None
    assert answer.status == 404


def test_files_are_chosen_looked_at_and_closed_by_keyboard_alone(desk: Desk, visit: Visit) -> None:
    page = visit(REPORTER)
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))  # noqa: PLW0108 - a list takes no marks
    own_page(page, desk, "Without a mouse")
    page.get_by_label("Choose files").focus()
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate("1") and choosers, what="the browser asks for files")
    choosers[0].set_files([payload("page.png", PICTURE)])
    is_there(page, "page.png")
    expect(page.get_by_role("status").filter(has_text="page.png: there")).to_be_attached()

    listed(page, "page.png").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    look = page.get_by_role("dialog", name="page.png")
    expect(look).to_be_visible()
    picture = look.get_by_role("img", name="page.png")
    expect(picture).to_be_visible()
    eventually(lambda: picture.evaluate("one => one.naturalWidth > 0"), what="the picture is shown")
    page.keyboard.press("Escape")
    expect(look).to_have_count(0)
    expect(page.get_by_role("link", name="Preview of page.png")).to_be_focused()


def test_pictures_are_pasted_and_files_are_dropped(desk: Desk, visit: Visit) -> None:
    page = visit(REPORTER)
    own_page(page, desk, "From the clipboard")

    page.get_by_label("Add a comment").focus()
    paste_picture(page, PICTURE)
    pasted = page.get_by_role("link", name=re.compile(r"^pasted-\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d\.png$"))
    expect(pasted).to_be_visible(timeout=LONG)
    drop(page, ("pages.pdf", PAGES), ("system.log", LOG[:3000]))

    is_there(page, "pages.pdf")
    is_there(page, "system.log")
    page.get_by_role("link", name="Preview of pages.pdf").click()
    look = page.get_by_role("dialog", name="pages.pdf")
    expect(look.locator("iframe")).to_have_attribute(
        "src", re.compile(r"^http.*/files/\d+/preview/$|^/files/\d+/preview/$")
    )
    look.get_by_role("button", name="Close").click()
    expect(look).to_have_count(0)


def test_the_history_tells_of_files(desk: Desk, visit: Visit) -> None:
    page, master = visit(REPORTER), visit("Maya Fernandes")
    case_id = own_page(page, desk, "What was added when")
    choose_files(page, payload("page.png", PICTURE))
    is_there(page, "page.png")

    acts.open_ticket(master, desk, case_id)

    expect(master.get_by_role("region", name="History")).to_contain_text(f"page.png, {len(PICTURE)} bytes")


def test_no_signed_link_is_kept_anywhere(desk: Desk) -> None:
    """After all that: none in the database, the logs, the caught mails (A2, F2)."""
    sign = b"X-Amz-Signature"
    kept = {f"table {name}": rows for name, rows in tables(desk).items()}
    kept |= {f"log {path.name}": path.read_bytes() for path in (desk.folder / "logs").iterdir()}
    kept |= {
        f"mail to {mail.to}: {mail.subject}": f"{mail.text}{mail.html}{mail.headers}".encode() for mail in desk.mails()
    }

    assert kept["table public.helpdesk_attachment"].count(b"page.png") > 1
    assert sum(b"page.png" in body for name, body in kept.items() if name.startswith("mail")) > 0
    assert [name for name, body in kept.items() if sign.lower() in body.lower()] == []


def tables(desk: Desk) -> dict[str, bytes]:
    """Every table of the demo's database, as COPY writes it."""
    found: dict[str, bytes] = {}
    with psycopg.connect(DemoAddresses.read(desk.port).database_url) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, name in names:
            ask = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, name))
            with connection.cursor().copy(ask) as rows:
                found[f"{schema}.{name}"] = b"".join(bytes(row) for row in rows)
    return found
