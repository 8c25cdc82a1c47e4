"""What people type becomes no part of any page, mail or preview: 145 texts in every field, each page read by each role (W6)."""

import base64
import csv
import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from project.demo.story.papers import screenshot
from tests.flows.conftest import Visit
from tests.flows.hostile import ALL, MARK, MARKS, TEXTS, lines_of, some
from tests.flows.running import Desk, eventually

pytestmark = pytest.mark.flow

COUNT_CALLS = "window.__ran = 0; window.__xss = () => { window.__ran += 1; return ''; };"
FOUND = "() => [window.__ran || 0, document.querySelectorAll('[data-xss]').length, document.documentElement.outerHTML]"
SIDE_BY_SIDE = """(pages) => Promise.all(pages.map((html) => new Promise((loaded) => {
  const frame = document.createElement("iframe");
  frame.onload = loaded;
  frame.srcdoc = html;
  document.body.append(frame);
})))"""
"""Each page in a frame of its own, as a browser opens all of them in the time of one."""
PAGES_A_ROLE = 12
NUMBERS = re.compile(r"N-[A-Z0-9]+-\d+|\d+")
LEFT_OUT = re.compile(r"^/(sign-out|static|api|files|auth|desk/logout|desk/reports/\d+/file)|/sheet/export|/send-")
HANNAH, MAYA, GRACE, ASHA, PRIYA, INES = (
    "Hannah Weiss", "Maya Fernandes", "Grace Okafor", "Asha Nair", "Priya Raman", "Ines Almeida",
)  # fmt: skip
PICTURE = screenshot(1)


class Caller:
    """Somebody's session, used by a program: calls of the API and forms of the desk."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.page, self.desk = page, desk
        page.add_init_script(COUNT_CALLS)
        page.on("dialog", lambda dialog: dialog.accept())

    @property
    def headers(self) -> dict[str, str]:
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}  # type: ignore[typeddict-item]
        return {"X-CSRFToken": cookies["csrftoken"]}

    def call(self, path: str, **body: Any) -> Any:
        answer = self.page.request.post(f"{self.desk.api_url}/{path}", data=body, headers=self.headers)
        assert answer.ok, f"{path}: {answer.text()}"
        return answer.json()

    def form(self, path: str, **fields: str) -> None:
        address = f"{self.desk.url}/desk/helpdesk/{path}"
        answer = self.page.request.post(address, form={"_form_submitted": "on", **fields}, headers=self.headers)
        assert answer.ok, f"{path}: {answer.status}"
        assert "errorlist" not in answer.text(), f"{path}: {answer.text()[:2000]}"


@pytest.fixture
def callers(visit: Visit, desk: Desk) -> dict[str, Caller]:
    """One of each role, signed in, each on a page whose form has given the cookie."""
    found = {name: Caller(visit(name), desk) for name in (HANNAH, MAYA, GRACE, ASHA, PRIYA, INES)}
    for caller in found.values():
        caller.page.goto(f"{desk.url}/my/new/")
    return found


def test_w6_the_texts_run_where_nobody_stops_them(browser: Browser) -> None:
    """The control: raw in a page without any policy many of them run, and most leave an element."""
    assert len(TEXTS) >= 100
    context = browser.new_context()
    context.add_init_script(COUNT_CALLS)
    page = context.new_page()
    pages = [f"<title>{text}</title><p>{text}</p><input value='{text}'><input value=\"{text}\">" for text in TEXTS]
    page.evaluate(SIDE_BY_SIDE, pages)
    page.wait_for_timeout(500)
    found = [frame.evaluate(FOUND) for frame in page.main_frame.child_frames]
    context.close()

    assert len(found) == len(TEXTS)
    ran, left = sum(bool(calls) for calls, _, _ in found), sum(bool(elements) for _, elements, _ in found)
    assert ran >= 40
    assert left >= 100


def test_w6_nothing_people_type_becomes_part_of_a_page_or_a_mail(callers: dict[str, Caller], desk: Desk) -> None:
    cases = fill(callers)
    seen: set[str] = set()
    for name in (HANNAH, MAYA, GRACE, ASHA, PRIYA, INES):
        seen |= crawled(callers[name].page, desk, start_of(name, cases))
    assert MARKS - seen == set(), "some texts were on no page, so nothing was shown of them"

    assert MARKS - mails_read(callers[INES].page, desk, cases) == set()


def fill(callers: dict[str, Caller]) -> list[str]:
    """Put the texts everywhere; the cases, the first of them with everything on it."""
    bring_people(callers[INES])
    cases = [
        callers[HANNAH].call("tickets/", application="EXP", title=title, description=ALL, priority="low")["case_id"]
        for title in lines_of(200)
    ]
    for who, more in ((HANNAH, {}), (MAYA, {"internal": True})):
        callers[who].call(f"tickets/{cases[0]}/comments/", body=ALL, **more)
    attach(callers[HANNAH], cases)
    work(callers, cases)
    administer(callers[INES])
    return cases


def bring_people(admin: Caller) -> None:
    """People whose names are the texts, as Entra ID could claim them, by the sheet; they hold the role of an engineer."""
    rows = io.StringIO()
    write = csv.writer(rows)
    write.writerow(["Entra object id", "Name", "E-mail", "Roles given", "Roles withdrawn"])
    for number, name in enumerate(lines_of(200)):
        write.writerow(
            [f"5a3d0c1e-0000-4000-9000-{number:012}", name, f"hostile-{number}@corp.example", "Assignee", ""]
        )
    page = admin.page
    page.goto(f"{admin.desk.url}/desk/helpdesk/user/sheet/")
    page.get_by_label("File").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": rows.getvalue().encode()}
    )
    page.get_by_label("Reason").fill(ALL[:150])
    with page.expect_navigation():
        page.get_by_role("button", name="Show what would change").click()
    inspect(page)
    if page.get_by_role("button", name="Import", exact=True).count():
        page.get_by_role("button", name="Import", exact=True).click()
        page.get_by_text("Imported:").first.wait_for()
    inspect(page)


def attach(reporter: Caller, cases: list[str]) -> None:
    """Files whose names are those of the texts that a file may bear."""
    names = [f"{line}.png" for line in lines_of(240) if "/" not in line][:20]
    digest = base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()
    for name in names:
        told = {"case_id": cases[0], "filename": name, "size": len(PICTURE), "sha256": digest}
        link = reporter.call("presign-upload/", **told)
        sent = requests.request(link["method"], link["url"], data=PICTURE, headers=link["headers"], timeout=30)
        assert sent.ok, sent.text
        reporter.call(f"attachments/{link['id']}/confirm/")


def work(callers: dict[str, Caller], cases: list[str]) -> None:
    """Assigned, promised, extended, resolved, withdrawn and made urgent, each with the texts as what is said of it."""
    master, engineer = callers[MAYA], callers[ASHA]
    found = master.page.request.get(f"{master.desk.api_url}/tickets/{cases[0]}/candidates/").json()
    people = {one["name"]: one["id"] for one in rows_of(found)}
    hostile = [number for name, number in people.items() if MARK.search(name)]
    assert len(hostile) >= 3
    for case, person in zip(cases[1:4], hostile, strict=False):
        master.call(f"tickets/{case}/assign/", assignee_id=person, assign_override=True, comment=ALL)
    for case in (cases[0], cases[5]):
        master.call(f"tickets/{case}/assign/", assignee_id=people[ASHA], assign_override=True, comment=ALL)
        engineer.call(f"tickets/{case}/commit/", resolution_minutes=60)
    engineer.call(f"tickets/{cases[0]}/extension/", extra_minutes=30, comment=ALL)
    engineer.call(f"tickets/{cases[5]}/start/")
    engineer.call(f"tickets/{cases[5]}/resolve/", note=ALL)
    master.call(f"tickets/{cases[6]}/priority/", priority="high", reason=ALL)
    callers[HANNAH].call(f"tickets/{cases[7]}/withdraw/", reason=ALL)


def rows_of(found: Any) -> list[dict[str, Any]]:
    """The people of an answer, whatever it is sorted into."""
    rows = found["results"] if isinstance(found, dict) else found
    return [row.get("engineer", row) for row in rows]


def administer(admin: Caller) -> None:
    """The words of the administration: applications, role mappings, calendars."""
    for number, name in enumerate(some(lines_of(100), 6)):
        admin.form("applicationcatalog/new-application/", name=name, code=f"XS{number}")
        admin.form("rolemapping/new-mapping/", claim="roles", value=name, role="ra", reason=ALL[:900])


def start_of(name: str, cases: list[str]) -> list[str]:
    """Where somebody's reading begins, beside what every page leads to."""
    own = {
        HANNAH: ["/my/"],
        ASHA: ["/desk/my-work/"],
        INES: ["/desk/helpdesk/user/", "/desk/helpdesk/notification/", "/desk/history/"],
    }
    return [*own.get(name, ["/desk/"]), f"/tickets/{cases[0]}/"]


def crawled(page: Page, desk: Desk, starts: list[str]) -> set[str]:
    """Read every kind of page that somebody can reach, two of each kind; the marks of the texts that stood there."""
    seen: set[str] = set()
    waiting, kinds = list(starts), dict.fromkeys(starts, 1)
    read = 0
    while waiting and read < PAGES_A_ROLE:
        page.goto(f"{desk.url}{waiting.pop(0)}")
        seen |= inspect(page)
        read += 1
        for link in links_of(page, desk):
            kind = NUMBERS.sub("#", link)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= 2:
                waiting.append(link)
    assert read >= 3
    return seen


def links_of(page: Page, desk: Desk) -> Iterator[str]:
    """Addresses of ours on the page: the path, and the list it names."""
    for address in page.evaluate("() => [...document.querySelectorAll('a[href]')].map((one) => one.href)"):
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != desk.url or LEFT_OUT.search(parts.path):
            continue
        if not parts.query or re.fullmatch(r"bucket=\w+", parts.query):
            yield f"{parts.path}?{parts.query}".rstrip("?")


def inspect(page: Page) -> set[str]:
    """Nothing ran and nothing was added, in the page and its frames; the marks of the texts that stand in it."""
    ran, added, html = page.evaluate(FOUND)
    assert (ran, added) == (0, 0), page.url
    for frame in page.frames[1:]:
        assert frame.locator("[data-xss]").count() == 0, f"a frame of {page.url}"
    return set(MARK.findall(html))


def mails_read(page: Page, desk: Desk, cases: list[str]) -> set[str]:
    """Open every mail about the cases in a browser without any policy, and the mail catcher's own pages."""
    told = eventually(lambda: mails_about(desk, cases), what="mails about every case")
    stranger = page.context.browser.new_context()  # type: ignore[union-attr]
    stranger.add_init_script(COUNT_CALLS)
    reader, seen = stranger.new_page(), set()
    for html in told:
        reader.set_content(html, wait_until="commit")
        seen |= inspect(reader)
    reader.goto(desk.mail_url)
    seen |= inspect(reader)
    stranger.close()
    return seen


def mails_about(desk: Desk, cases: list[str]) -> list[str]:
    """One HTML mail of each kind and case, once every case has one."""
    mails = [mail for mail in desk.mails() if any(f"[{case}]" in mail.subject for case in cases)]
    found = {
        MARK.sub("", NUMBERS.sub("#", mail.subject))[:30]
        + str(next(case for case in cases if case in mail.subject)): mail.html
        for mail in mails
    }
    return list(found.values()) if all(any(case in mail.subject for mail in mails) for case in cases) else []
