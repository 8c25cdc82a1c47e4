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


class Visitor:
    """One person with a browser of their own. `refusals` are the statuses their story rightly meets."""

    def __init__(self, browser: Browser, desk: Desk, name: str, *, refusals: Iterable[int] = ()) -> None:
        self.name = name
        self.faults: list[str] = []
        self._desk = desk
        self._refusals = "|".join(str(status) for status in refusals)
        self.context: BrowserContext = browser.new_context(timezone_id=ZONE, locale="en-GB")
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(REPORT_VIOLATIONS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda broken: self.faults.append(f"script: {broken.error}"))
        self.context.on("request", self._asked)
        self.page: Page = self.context.new_page()

    def save(self, folder: Path, story: str) -> None:
        """Keep what is on their screens."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self.context.pages):
            stem = re.sub(r"[^a-z0-9]+", "-", f"{story} {self.name} {number}".lower()).strip("-")
            (folder / f"{stem}.html").write_text(f"<!-- {page.url} -->\n{page.content()}")
            page.screenshot(path=folder / f"{stem}.png", full_page=True)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if self._refusals and re.search(rf"(status of|Status Error Code) ({self._refusals})\b", message.text):
            return
        self.faults.append(f"console at {message.location.get('url')}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((*(f"{host}/" for host in self._desk.hosts), *LOCAL)):
            self.faults.append(f"asks another host: {request.url}")


def sign_in(page: Page, desk: Desk, name: str) -> None:
    """From the front door through the sign-in page and the provider's list of people."""
    page.goto(desk.url)
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("button", name=name).click()
    page.wait_for_url(f"{desk.url}/**")
