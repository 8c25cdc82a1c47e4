"""What people do with files on the pages, by what they read there."""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from playwright.sync_api import FilePayload, Locator, Page, expect

from project.demo.environment import BUCKET
from project.demo.s3_store import Store, StoredObject
from tests.flows import acts
from tests.flows.running import Desk

LONG = 60_000
"""Milliseconds for what a hanging S3 is waited for."""


def payload(name: str, body: bytes, kind: str = "") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": body}


def choose_files(page: Page, *files: FilePayload) -> None:
    """From a folder of this machine, as people do: the browser reads them there when it sends them."""
    folder = Path(mkdtemp(dir=_outbox().name))
    for file in files:
        (folder / file["name"]).write_bytes(file["buffer"])
    page.get_by_label("Choose files").set_input_files([folder / file["name"] for file in files])


@cache
def _outbox() -> TemporaryDirectory[str]:
    """Where the chosen files lie until the stories end."""
    return TemporaryDirectory(prefix="lineup-files-")


def sending(page: Page, name: str) -> Locator:
    """The line of a file that is chosen or on its way."""
    return page.get_by_role("list", name="Files being sent").get_by_role("listitem").filter(has_text=name)


def listed(page: Page, name: str) -> Locator:
    """The link of a file that is there."""
    return page.get_by_role("link", name=name, exact=True)


def is_there(page: Page, name: str) -> None:
    expect(listed(page, name)).to_be_visible(timeout=LONG)


def download(page: Page, name: str) -> tuple[str, bytes]:
    """Its own name and its bytes as a browser saves them."""
    with page.expect_download() as begun:
        listed(page, name).click()
    saved = begun.value
    return saved.suggested_filename, Path(saved.path()).read_bytes()


def paste_picture(page: Page, body: bytes, name: str = "image.png") -> None:
    """As a browser does after a screenshot was copied: a paste with one file in it."""
    page.evaluate(
        """([bytes, name]) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
        }""",
        [list(body), name],
    )


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Files dragged from elsewhere and let go over the field."""
    carried = page.evaluate_handle(
        """(files) => {
          const carried = new DataTransfer();
          files.forEach(([name, bytes]) => carried.items.add(new File([new Uint8Array(bytes)], name)));
          return carried;
        }""",
        [[name, list(body)] for name, body in files],
    )
    field = page.get_by_text("or drop them here, or paste a picture")
    field.dispatch_event("dragover", {"dataTransfer": carried})
    field.dispatch_event("drop", {"dataTransfer": carried})


def percents(page: Page, name: str) -> list[int]:
    """Which steps of progress the line of a file shows until it is no longer being sent."""
    line, seen = sending(page, name), []
    while line.count() and (found := re.search(r"sending, (\d+) %", line.inner_text())):
        seen.append(int(found[1]))
        page.wait_for_timeout(50)
    return seen


def stored(desk: Desk, prefix: str = "") -> list[StoredObject]:
    """What lies in the demo's bucket."""
    return Store(desk.folder / "s3").objects(BUCKET, prefix)


def bytes_of(desk: Desk, found: StoredObject) -> bytes:
    return Store(desk.folder / "s3").blob(BUCKET, found).read_bytes()


def own_page(page: Page, desk: Desk, title: str) -> str:
    """Raise a ticket without files and open its page."""
    case_id = acts.raise_ticket(page, desk, title)
    page.get_by_role("link", name="Open the ticket").click()
    expect(page.get_by_text("or drop them here, or paste a picture")).to_be_visible()
    return case_id
