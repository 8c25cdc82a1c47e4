"""The browsers of the people in a story: each watched for what no page may do, each caught in a picture when a story fails."""

import re
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.flows.running import Desk

ZONE = "Europe/Berlin"
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`Content security policy: ${event.effectiveDirective} refused ${event.blockedURI}`);
});
"""
LOCAL = ("data:", "blob:", "about:", "chrome:", "chrome-extension:")
"""What is no host: the last two are the browser's own PDF viewer."""


SIGN_IN = "Sign in with Microsoft"
REGULARS = 8
"""Of how many people the browsers are kept: each of them takes a hundred megabytes."""


class Visitor:
    """One person with a browser of their own. `refusals` are the statuses their story rightly meets."""

    def __init__(self, browser: Browser, desk: Desk, name: str) -> None:
        self.name = name
        self.faults: list[str] = []
        self.refusals: set[int] = set()
        self._desk = desk
        self._rest: Page | None = None
        self.context: BrowserContext = browser.new_context(timezone_id=ZONE, locale="en-GB")
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda broken: self.faults.append(f"script: {broken.error}"))
        self.context.on("request", self._asked)

    @property
    def is_regular(self) -> bool:
        """Whether they stay for the next story."""
        return self._rest is not None

    @property
    def pages(self) -> list[Page]:
        """The open tabs of their story."""
        return [page for page in self.context.pages if page != self._rest]

    def come(self, refusals: Iterable[int] = ()) -> Page:
        """Open a tab."""
        self.refusals.update(refusals)
        return self.context.new_page()

    def stay(self) -> None:
        """Have one tab open for good, so that what the browser has read of the desk is still there in the next story."""
        self._rest = self.context.new_page()
        self._rest.goto(f"{self._desk.url}/healthz")

    def leave(self) -> None:
        """Close the tabs of a story and forget what it left in the browser, but for the session."""
        for page in self.pages:
            page.close()
        if self._rest:
            self._rest.evaluate("localStorage.clear()")

    def begin(self) -> None:
        """Nothing of an earlier story counts in this one."""
        self.faults.clear()
        self.refusals.clear()

    def save(self, folder: Path, story: str) -> None:
        """Keep what is on their screens."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self.pages):
            stem = re.sub(r"[^a-z0-9]+", "-", f"{story} {self.name} {number}".lower()).strip("-")
            (folder / f"{stem}.html").write_text(f"<!-- {page.url} -->\n{page.content()}")
            page.screenshot(path=folder / f"{stem}.png", full_page=True)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        refusals = "|".join(str(status) for status in self.refusals)
        if refusals and re.search(rf"(status of|Status Error Code) ({refusals})\b", message.text):
            return
        self.faults.append(f"console at {message.location.get('url')}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((*(f"{host}/" for host in self._desk.hosts), *LOCAL)):
            self.faults.append(f"asks another host: {request.url}")


class Regulars:
    """Those whose browsers stay open between stories, signed in: starting a browser costs as much as reading five pages."""

    def __init__(self, browser: Browser, desk: Desk) -> None:
        self._browser, self._desk = browser, desk
        self._kept: dict[str, Visitor] = {}

    def meet(self, name: str) -> Visitor:
        """Somebody with the browser of their last story, or a new one; it is the story's until it is kept or closed."""
        known = self._kept.pop(name, None)
        if known:
            known.begin()
            return known
        visitor = Visitor(self._browser, self._desk, name)
        visitor.stay()
        return visitor

    def keep(self, visitor: Visitor) -> None:
        """For the next story; whoever has not been seen for longest makes room."""
        visitor.leave()
        self._kept[visitor.name] = visitor
        if len(self._kept) > REGULARS:
            self._kept.pop(next(iter(self._kept))).context.close()


def sign_in(page: Page, desk: Desk, name: str) -> None:
    """From the front door through the sign-in page and the provider's list of people."""
    page.goto(desk.url)
    _choose_oneself(page, desk, name)


def come_back(page: Page, desk: Desk, name: str) -> None:
    """Through the front door with the session of an earlier story; who has none, or whose ended, signs in."""
    page.goto(desk.url)
    if page.get_by_role("button", name=SIGN_IN).is_visible():
        _choose_oneself(page, desk, name)


def _choose_oneself(page: Page, desk: Desk, name: str) -> None:
    page.get_by_role("button", name=SIGN_IN).click()
    page.get_by_role("button", name=name).click()
    page.wait_for_url(f"{desk.url}/**")
