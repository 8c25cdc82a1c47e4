"""`make screens`: a picture of each page for docs/screens/, light and dark, on a desk and on a telephone.

Uses a demo of its own with fresh data, or the one that FLOWS_PORT names. `make screens ARGS=ticket` takes those pages
whose name has these letters.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, ViewportSize, sync_playwright

from project.demo.environment import CHECKOUT
from project.demo.story.papers import log, screenshot
from tests.flows import acts, file_acts
from tests.flows.conftest import CHROMIUM, KEPT, SWITCHES
from tests.flows.file_acts import payload
from tests.flows.pictures import save_small
from tests.flows.running import Desk
from tests.flows.starting import attached_desk, running_desk
from tests.flows.visitors import ZONE, sign_in

FOLDER = CHECKOUT / "docs" / "screens"
THEMES = ("light", "dark")
SIZES = (ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844))
TALLEST = 1400
DESCRIPTION = (
    "The run stops after the second approval and says 'period closed', though the period is open until Friday.\n\n"
    "I tried it twice, with 12 and with 140 payments. Colleagues in Lisbon see the same."
)
TITLE = "Payment run stops after the second approval"
PEOPLE = "/desk/helpdesk/user/"
SCANS = "Scanned invoices are filed under the wrong supplier"

BOARD = "/desk/queues/"

DASHBOARD = "/desk/dashboard/"

Act = Callable[[Page], object]


@dataclass(frozen=True)
class Screen:
    """One page: who sees it, where it is, and what they do there first."""

    name: str
    meaning: str
    person: str
    path: str
    act: Act | None = None


def ticket_list(bucket: str) -> str:
    return f"/desk/helpdesk/ticket/?bucket={bucket}"


def narrow(page: Page) -> None:
    """One application and one priority, chosen as people choose them."""
    page.get_by_text("All applications").click()
    page.get_by_role("checkbox", name=acts.APPLICATION).check()
    page.get_by_role("checkbox", name="High").check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading").get_by_text("priorities: High").wait_for()


def on_paper(page: Page) -> None:
    page.emulate_media(media="print")


def open_ticket(title: str) -> Act:
    return lambda page: page.get_by_role("link", name=title).last.click()


def open_assign(page: Page) -> None:
    acts.row(page, "not triaged in time").first.get_by_role("button", name="Assign").click()
    acts.dialog(page, "Assign")


def choose_busy(page: Page) -> None:
    open_assign(page)
    acts.choose(page.get_by_role("dialog"), "Asha Nair")
    page.get_by_role("button", name="Assign anyway").wait_for()


def choose_first(page: Page) -> None:
    choose_busy(page)
    page.get_by_role("radio", name="First in line").check()


def choose_several(page: Page) -> None:
    for box in page.get_by_role("checkbox", name="Choose N-").all()[:3]:
        box.check()


def open_assign_many(page: Page) -> None:
    choose_several(page)
    page.get_by_role("button", name="Assign to one engineer").click()
    dialog = acts.dialog(page, "Assign 3 tickets")
    dialog.get_by_role("radio", name="Asha Nair").check()
    dialog.get_by_text("expected by").first.wait_for()


def send_empty(page: Page) -> None:
    page.get_by_label("What happens").fill("It just stands there.")
    page.get_by_role("button", name="Raise ticket").click()
    page.get_by_role("alert").wait_for()


def fill_in(page: Page) -> None:
    page.get_by_label("Application").select_option(label=acts.APPLICATION)
    page.get_by_label("What is wrong, in one line").fill(TITLE)
    page.get_by_label("What happens").fill(DESCRIPTION)


def choose_files(page: Page) -> None:
    fill_in(page)
    pictures = (payload("payment-run.png", screenshot(1)), payload("approvals.log", log("approval")))
    file_acts.choose_files(page, *pictures, payload("approvals.html", b"<html>"))
    file_acts.sending(page, "approvals.html").get_by_text("Refused").wait_for()


def look_at_picture(page: Page) -> None:
    open_ticket(SCANS)(page)
    page.get_by_role("link", name="Preview of wrong-supplier.png").click()
    page.get_by_role("img", name="wrong-supplier.png").wait_for()


def type_time(page: Page) -> None:
    page.get_by_label("Hours", exact=True).fill("3")
    page.get_by_label("Minutes", exact=True).fill("20")


def open_commit(page: Page) -> None:
    page.get_by_role("button", name="Commit", exact=True).first.click()
    acts.dialog(page, "Commit to a resolution time")
    type_time(page)


def open_resolve(page: Page) -> None:
    page.get_by_role("button", name="Resolve", exact=True).first.click()
    acts.dialog(page, "Resolve").get_by_label("Resolution note").fill(
        "The supplier number is read again from its own field."
    )


def ask_for_more(page: Page) -> None:
    page.get_by_role("button", name="Ask for an extension").first.click()
    ask = acts.dialog(page, "Ask for an extension")
    ask.get_by_role("button", name="1 h", exact=True).click()
    ask.get_by_text("Due if approved").wait_for()
    ask.get_by_label("What it is for").fill("The supplier answers tomorrow morning.")


def decide_on_more(page: Page) -> None:
    page.get_by_role("button", name="Approve or reject").first.click()
    acts.dialog(page, "Decide on the extension").get_by_label("Comment").fill("The supplier is known to be slow.")


def open_why(title: str) -> Act:
    """The ticket's page with the decisions behind its due time unfolded."""

    def opened(page: Page) -> None:
        open_ticket(title)(page)
        page.get_by_text("Why this time", exact=True).click()

    return opened


def open_on_person(name: str, button: str, title: str) -> Act:
    """The dialog of an admin about somebody, from the list of people."""

    def opened(page: Page) -> None:
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("button", name=button).click()
        acts.dialog(page, f"{title} {name}")

    return opened


def give_roles(page: Page) -> None:
    open_on_person("Leila Haddad", "Give or withdraw roles", "Roles of")(page)
    page.get_by_role("radio", name="SM2: Given").check()
    page.get_by_label("Reason").fill("Covers for Grace until the end of the month.")


def send_wrong_sheet(page: Page) -> None:
    rows = (
        "Entra object id,Name,E-mail,Roles given,Roles withdrawn",
        "5a3d0c1e-0000-4000-8000-000000000099,Nora Lindqvist,nora.lindqvist@corp.example,Assignee,",
        "not-an-id,Ivo Petrov,ivo.petrov@corp.example,SM1,",
        "5a3d0c1e-0000-4000-8000-000000000098,Mina Sato,mina.sato@corp.example,King,",
    )
    sheet = {"name": "people.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.get_by_label("File").set_input_files(sheet)  # type: ignore[arg-type]
    page.get_by_label("Reason").fill("New colleagues of March")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("alert").wait_for()


def move_down(page: Page) -> None:
    """The first waiting ticket of a line of several, one place down."""
    line = page.get_by_role("region").filter(has=page.get_by_role("button", name="Suggest order")).first
    line.locator("[data-kind=waiting] [data-menu]").first.click()
    page.get_by_role("menuitem", name="Move down").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").wait_for()


def suggest_order(page: Page) -> None:
    page.get_by_role("button", name="Suggest order").first.click()
    page.get_by_role("dialog").get_by_role("table").wait_for()


def prepare_report(page: Page) -> None:
    """One in the background, ready."""
    page.get_by_role("button", name="Excel").click()
    page.get_by_role("link", name="Download").first.wait_for(timeout=60_000)
    page.goto(page.url.partition("#")[0])


def screens(case_id: str, free: str) -> list[Screen]:
    """Every page; `case_id` has just been raised and given to an engineer who was free."""
    return [
        Screen("sign-in", "the sign-in page", "", "/sign-in/"),
        Screen("role-not-assigned", "somebody nobody has given a role", "Alex Morgan", "/"),
        Screen("portal-raise", "raising a ticket", "Hannah Weiss", "/my/new/", fill_in),
        Screen("portal-raise-refused", "something is missing", "Hannah Weiss", "/my/new/", send_empty),
        Screen("portal-raised", "the case id, and what happens next", "Hannah Weiss", f"/my/{case_id}/raised/"),
        Screen("portal-tickets", "my tickets", "Hannah Weiss", "/my/"),
        Screen("portal-tickets-empty", "my tickets, none yet", "Grace Okafor", "/my/"),
        Screen("portal-raise-files", "files chosen for a new ticket", "Hannah Weiss", "/my/new/", choose_files),
        Screen("portal-ticket", "the ticket as its reporter sees it", "Hannah Weiss", "/my/", open_ticket(SCANS)),
        Screen("dashboard", "the numbers, what needs somebody now, and charts", "Maya Fernandes", DASHBOARD),
        Screen("dashboard-narrowed", "the numbers of one application, high alone", "Maya Fernandes", DASHBOARD, narrow),
        Screen("dashboard-nothing", "filters that leave nothing", "Maya Fernandes", f"{DASHBOARD}?reported_to=2001-01-01"),
        Screen("dashboard-refused", "filters that cannot be", "Maya Fernandes", f"{DASHBOARD}?reported_from=2026-05-01&reported_to=2026-04-01"),
        Screen("dashboard-print", "the numbers on paper", "Maya Fernandes", DASHBOARD, on_paper),
        Screen("ra-dashboard", "the numbers of a manager's engineers", "Priya Raman", DASHBOARD),
        Screen("triage-breached", "the list behind a number, with its filters", "Maya Fernandes", f"{ticket_list('breached')}&priority=high"),
        Screen("triage-unassigned", "what waits for a scrum master", "Maya Fernandes", ticket_list("unassigned")),
        Screen("triage-open", "everything open", "Maya Fernandes", ticket_list("open")),
        Screen("triage-escalations", "promises that were broken", "Maya Fernandes", ticket_list("escalated")),
        Screen("triage-resolved", "resolved in time", "Maya Fernandes", ticket_list("resolved")),
        Screen("triage-resolved-late", "resolved after escalation", "Maya Fernandes", ticket_list("escalation_resolved")),
        Screen("ticket", "the ticket as the desk sees it", "Maya Fernandes", ticket_list("open"), open_ticket(SCANS)),
        Screen("file-preview", "a first look at a picture", "Maya Fernandes", ticket_list("open"), look_at_picture),
        Screen("ticket-why", "why a ticket is due when it is", "Maya Fernandes", ticket_list("open"), open_why(SCANS)),
        Screen("extensions", "requests for more time", "Maya Fernandes", "/desk/extensions/"),
        Screen("extension-decide", "deciding on more time", "Maya Fernandes", "/desk/extensions/", decide_on_more),
        Screen("assign", "the Assign dialog", "Maya Fernandes", ticket_list("unassigned"), open_assign),
        Screen("assign-busy", "the engineer is busy", "Maya Fernandes", ticket_list("unassigned"), choose_busy),
        Screen("assign-first", "first in line: whose due times move", "Grace Okafor", ticket_list("unassigned"), choose_first),
        Screen("triage-chosen", "several tickets are chosen", "Maya Fernandes", ticket_list("unassigned"), choose_several),
        Screen("assign-many", "several tickets to one engineer", "Maya Fernandes", ticket_list("unassigned"), open_assign_many),
        Screen("queues", "the board of queues", "Maya Fernandes", BOARD),
        Screen("queues-move", "what a move would do, before it is saved", "Maya Fernandes", BOARD, move_down),
        Screen("queues-suggest", "the suggested order of a line", "Maya Fernandes", BOARD, suggest_order),
        Screen("my-work", "an engineer's queue", "Asha Nair", "/desk/my-work/"),
        Screen("my-work-promise", "what to do next needs a promise", free, "/desk/my-work/", type_time),
        Screen("my-work-late", "a broken promise on top", "Kenji Watanabe", "/desk/my-work/"),
        Screen("my-work-commit", "committing to a resolution time", "Asha Nair", "/desk/my-work/", open_commit),
        Screen("my-work-extend", "asking for more time", "Asha Nair", "/desk/my-work/", ask_for_more),
        Screen("my-work-resolve", "resolving", "Asha Nair", "/desk/my-work/", open_resolve),
        Screen("ra-escalations", "a manager's escalations", "Priya Raman", ticket_list("escalated")),
        Screen("admin-people", "the people with their roles", "Ines Almeida", PEOPLE),
        Screen("admin-person", "one person", "Ines Almeida", PEOPLE, open_ticket("Asha Nair")),
        Screen("admin-roles", "giving and withdrawing roles", "Ines Almeida", PEOPLE, give_roles),
        Screen("admin-authority", "who hears of an engineer's broken promises", "Ines Almeida", PEOPLE, open_on_person("Asha Nair", "Set reporting authority", "Reporting authority of")),
        Screen("admin-mapping", "what of Entra ID gives which role", "Ines Almeida", "/desk/helpdesk/rolemapping/"),
        Screen("admin-history", "the history: tickets, people, sign-ins, downloads in one list", "Ines Almeida", "/desk/history/"),
        Screen("admin-history-refused", "filters of the history that are refused", "Ines Almeida", "/desk/history/?person=nobody+at+all&since=2026-03-05&until=2026-03-04"),
        Screen("admin-notifications", "every mail and what became of it", "Ines Almeida", "/desk/helpdesk/notification/"),
        Screen("admin-notification", "one mail: its looks, and why this person got it", "Ines Almeida", "/desk/helpdesk/notification/?kind=assigned", open_ticket("Ticket assigned")),
        Screen("admin-previews", "every kind of mail with invented people", "Ines Almeida", "/desk/mail-previews/?mail=due+moved"),
        Screen("admin-background", "the work behind the pages", "Ines Almeida", "/desk/helpdesk/heartbeat/"),
        Screen("admin-sheet-wrong", "a sheet of people with wrong rows", "Ines Almeida", f"{PEOPLE}sheet/", send_wrong_sheet),
        Screen("admin-mails", "mails to the admins", "Ines Almeida", "/desk/helpdesk/adminalert/"),
        Screen("admin-applications", "the applications", "Ines Almeida", "/desk/helpdesk/applicationcatalog/"),
        Screen("admin-application", "one application", "Ines Almeida", "/desk/helpdesk/applicationcatalog/", open_ticket("Exponentia")),
        Screen("admin-reports", "reports: which rows, and those prepared in the background", "Ines Almeida", "/desk/reports/?report=history", prepare_report),
        Screen("admin-reports-refused", "filters of a report that are refused", "Ines Almeida", "/desk/reports/?reported_from=2026-03-05&reported_to=2026-03-04"),
        Screen("admin-settings", "the desk's settings", "Ines Almeida", "/desk/helpdesk/desksettings/"),
    ]  # fmt: skip


def main(letters: str = "") -> None:
    """Take them all, then write the page that lists them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    with _desk() as desk, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        case_id, free = _prepare(browser, desk)
        wanted = [screen for screen in screens(case_id, free) if letters in screen.name]
        states = {name: _signed_in(browser, desk, name) for name in {screen.person for screen in wanted} - {""}}
        for screen, theme, size in product(wanted, THEMES, SIZES):
            _take(browser, desk, screen, states.get(screen.person), theme, size)
        browser.close()
    _write_index(screens(case_id, free))


def _desk() -> contextlib.AbstractContextManager[Desk]:
    port = os.environ.get("FLOWS_PORT")
    return contextlib.nullcontext(attached_desk(int(port))) if port else running_desk(KEPT / "screens.log")


def _prepare(browser: Browser, desk: Desk) -> tuple[str, str]:
    """Raise a ticket and give it to somebody free, so that there is something to promise; case id and engineer."""
    with _page(browser, desk, "Hannah Weiss") as reporter:
        case_id = acts.raise_ticket(reporter, desk, TITLE, DESCRIPTION)
    with _page(browser, desk, "Maya Fernandes") as scrum_master:
        acts.open_ticket(scrum_master, desk, case_id)
        assign = acts.press(scrum_master, "Assign")
        free = acts.engineers(assign, busy=False)[0]
        acts.choose(assign, free)
        acts.closed(scrum_master)
    with _page(browser, desk, "Chloe Martin") as at_work:
        at_work.goto(f"{desk.url}/desk/my-work/")
        ask_for_more(at_work)
        at_work.get_by_role("button", name="Ask for it").click()
        acts.closed(at_work)
    return case_id, free


@contextlib.contextmanager
def _page(browser: Browser, desk: Desk, name: str) -> Iterator[Page]:
    context = browser.new_context(timezone_id=ZONE, locale="en-GB")
    page = context.new_page()
    sign_in(page, desk, name)
    yield page
    context.close()


def _signed_in(browser: Browser, desk: Desk, name: str) -> StorageState:
    with _page(browser, desk, name) as page:
        return page.context.storage_state()


def _take(
    browser: Browser, desk: Desk, screen: Screen, state: StorageState | None, theme: str, size: ViewportSize
) -> None:
    context = browser.new_context(
        timezone_id=ZONE,
        locale="en-GB",
        viewport=size,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        storage_state=state,
    )
    page = context.new_page()
    page.goto(f"{desk.url}{screen.path}")
    if screen.act:
        screen.act(page)
    page.wait_for_load_state("networkidle")
    _show_more(page, size)
    page.wait_for_timeout(250)
    path = FOLDER / f"{screen.name}-{theme}-{size['width']}.png"
    picture = page.screenshot(animations="disabled", caret="hide")
    _warn(page, path)
    page.goto("about:blank")
    save_small(page, picture, path)
    context.close()


def _show_more(page: Page, size: ViewportSize) -> None:
    """As much of a long page as a picture can hold."""
    tall = page.evaluate(
        "Math.max(document.documentElement.scrollHeight, ...[...document.querySelectorAll('main, #main, #page')].map(e => e.scrollHeight))"
    )
    if page.get_by_role("dialog").count() == 0:
        page.set_viewport_size({"width": size["width"], "height": min(max(size["height"], tall), TALLEST)})


def _warn(page: Page, path: Path) -> None:
    """Say where a page is wider than its window."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wider > 0:
        print(f"{path.name}: {wider} px wider than its window")


def _write_index(taken: list[Screen]) -> None:
    lines = [
        "# What people see",
        "",
        "Taken from the sample desk with `make screens`: light and dark, 1440 and 390 pixels wide.",
        "",
        "| page | light | dark |",
        "|---|---|---|",
    ]
    for screen in taken:
        links = (f"[1440]({screen.name}-{theme}-1440.png) [390]({screen.name}-{theme}-390.png)" for theme in THEMES)
        lines.append(f"| {screen.meaning} | {' | '.join(links)} |")
    (FOLDER / "README.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
