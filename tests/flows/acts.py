"""What people do on the pages, by what they read there: labels, roles and words, never the make of the page."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from html import unescape
from itertools import islice
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.flows.running import Desk, Mail
from tests.flows.visitors import ZONE

CASE_ID = re.compile(r"N-[A-Z0-9]{2,10}-\d+")
TAGS = re.compile(r"<(style|head)\b.*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)
APPLICATION = "Exponentia"
DESCRIPTION = "The journal is printed without its last page.\nThe preview shows all of it."


def fill_in_ticket(page: Page, desk: Desk, title: str, description: str = DESCRIPTION, priority: str = "High") -> None:
    """Everything the form of a new ticket asks for."""
    page.goto(f"{desk.url}/my/new/")
    page.get_by_label("Application").select_option(label=APPLICATION)
    page.get_by_label("What is wrong, in one line").fill(title)
    page.get_by_label("What happens").fill(description)
    page.get_by_role("radio", name=re.compile(f"^{priority}")).check()


def raise_ticket(page: Page, desk: Desk, title: str, description: str = DESCRIPTION, priority: str = "High") -> str:
    """Raise it as a reporter; the case id that stands on the screen."""
    fill_in_ticket(page, desk, title, description, priority)
    page.get_by_role("button", name="Raise ticket").click()
    return raised_case(page)


def raised_case(page: Page) -> str:
    """The case id on the page that follows a raised ticket."""
    expect(page.get_by_role("heading", name="Your ticket is raised")).to_be_visible()
    found = CASE_ID.search(page.get_by_title("Copy the case id").inner_text())
    assert found, page.url
    return found[0]


def open_ticket(page: Page, desk: Desk, case_id: str) -> None:
    """The page a mail's link leads to."""
    page.goto(f"{desk.url}/tickets/{case_id}/")
    expect(page.get_by_title("Copy the case id")).to_contain_text(case_id)


def dialog(page: Page, title: str) -> Locator:
    """The open dialog of an act."""
    opened = page.get_by_role("dialog", name=title, exact=True)
    expect(opened).to_be_visible()
    return opened


def press(page: Page, act: str) -> Locator:
    """Open the dialog of an act by its button on the ticket's page."""
    page.get_by_role("button", name=act, exact=True).click()
    return dialog(page, act)


def choose(assign: Locator, engineer: str, button: str = "Assign") -> None:
    """Choose an engineer of the table and send the form."""
    assign.get_by_role("radio", name=engineer).check()
    assign.get_by_role("button", name=button, exact=True).click()


def engineers(assign: Locator, *, busy: bool) -> list[str]:
    """The engineers of the table with work ahead of this one, or with none at all; the earliest finish first."""
    rows = islice(assign.get_by_role("row").all(), 1, None)
    cells = [(row.get_by_role("rowheader").inner_text(), row.get_by_role("cell").all_inner_texts()) for row in rows]
    if busy:
        return [_name(name) for name, (_, _, _, starts, *_) in cells if starts.strip() != "now"]
    return [_name(name) for name, (held, *_) in cells if held.strip() == "0"]


def _name(cell: str) -> str:
    """The name beside its initials."""
    return cell.strip().splitlines()[-1].strip()


def closed(page: Page) -> None:
    """The dialog has done its act and gone."""
    expect(page.get_by_role("dialog")).to_have_count(0)


def moment(described: Locator) -> datetime:
    """The exact moment of a time on the page."""
    stamp = described.locator("time").first.get_attribute("datetime")
    assert stamp, described.inner_text()
    return datetime.fromisoformat(stamp)


def clock_words(described: Locator) -> str:
    """A time as people read it, without how far off it is: "today 14:00"."""
    said = re.search(r"((?:today|tomorrow|yesterday|\w{3} \d{1,2} \w{3}) \d\d:\d\d)", described.inner_text())
    assert said, described.inner_text()
    return said[1]


def fact(page: Page, name: str) -> Locator:
    """What stands beside a name under Facts."""
    term = page.get_by_role("term").filter(has_text=re.compile(rf"^\s*{re.escape(name)}\s*$"))
    return page.get_by_role("region", name="Facts").locator("div").filter(has=term).get_by_role("definition")


def piece_of_work(page: Page, case_id: str) -> Locator:
    """The ticket on My work: the big card, or its row in line."""
    link = page.get_by_role("link", name=case_id, exact=True)
    return page.get_by_role("article").or_(page.get_by_role("listitem")).filter(has=link)


def row(page: Page, case_id: str) -> Locator:
    """The ticket's row in a list of the desk."""
    return page.get_by_role("row").filter(has_text=case_id)


def open_list(page: Page, desk: Desk, bucket: str) -> None:
    page.goto(f"{desk.url}/desk/helpdesk/ticket/?bucket={bucket}")


def words_of(html: str) -> str:
    """What a person reads of an HTML mail."""
    return " ".join(unescape(TAGS.sub(" ", html)).split())


def says_moment(words: str, moment: datetime) -> bool:
    """Whether the words name the moment in the desk's zone or the reader's."""
    zones = (UTC, ZoneInfo(ZONE))
    return any(f"{moment.astimezone(zone):%a %-d %b %Y, %H:%M}" in words for zone in zones)


def hold_facts(mail: Mail, desk: Desk, case_id: str, *facts: str) -> None:
    """All that N1 asks for stands in both forms of a mail, and the link with it."""
    link = f"{desk.url}/tickets/{case_id}/"
    for words in (mail.words, words_of(mail.html)):
        missing = [fact for fact in (case_id, link, "Attachments", *facts) if " ".join(fact.split()) not in words]
        assert missing == [], f"{mail.subject} to {mail.to} lacks {missing}:\n{words}"
    assert f'href="{link}"' in mail.html
    assert mail.headers["Auto-Submitted"] == "auto-generated"


def hold_all(mails: Iterable[Mail], desk: Desk, case_id: str, *facts: str) -> None:
    for mail in mails:
        hold_facts(mail, desk, case_id, *facts)
