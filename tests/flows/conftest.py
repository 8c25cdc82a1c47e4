"""One demo for all stories, and a browser for each person in a story."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from project.demo.environment import CHECKOUT
from tests.flows.running import Desk, attached_desk, running_desk
from tests.flows.visitors import Visitor, sign_in

KEPT = CHECKOUT / ".local" / "flows"
CHROMIUM = "/usr/bin/chromium"
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run", "--disable-dev-shm-usage")  # fmt: skip
ORDER = (
    "test_doors",
    "test_happy",
    "test_double",
    "test_assign_whatif",
    "test_board",
    "test_dashboard",
    "test_access",
    "test_logs",
    "test_reports",
    "test_files_outages",
    "test_files",
    "test_outages",
    "test_working_hours",
    "test_late",
    "test_extension",
    "test_guide",
    "test_client",
    "test_xss",
)
"""The desk's clock only goes forward: what looks at the sample data as it is comes first, what moves days later; programs need neither."""

OUTCOME = pytest.StashKey[bool]()
Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stories stand in their order, whatever shuffles tests."""
    places = [place for place, item in enumerate(items) if _is_flow(item)]
    told = sorted(
        (items[place] for place in places), key=lambda item: (ORDER.index(item.path.stem), item.reportinfo()[1])
    )
    for place, item in zip(places, told, strict=True):
        items[place] = item


def _is_flow(item: pytest.Item) -> bool:
    return item.path.parent == Path(__file__).parent and item.path.stem in ORDER


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether the story failed, so that its screens can be kept."""
    report: Any = yield
    if report.failed:
        item.stash[OUTCOME] = True
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's browser; none is downloaded."""
    return {"executable_path": CHROMIUM, "args": list(SWITCHES)}


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """`make demo`, started for these stories and stopped after them; FLOWS_PORT names one that runs already."""
    KEPT.mkdir(parents=True, exist_ok=True)
    if port := os.environ.get("FLOWS_PORT"):
        yield attached_desk(int(port))
        return
    with running_desk(KEPT / "demo.log") as running:
        yield running


@pytest.fixture
def visitors(desk: Desk, browser: Browser, request: pytest.FixtureRequest) -> Iterator[list[Visitor]]:
    """Everybody in this story; in the end none of their pages may have had an error or spoken to a stranger."""
    came: list[Visitor] = []
    yield came
    if request.node.stash.get(OUTCOME, False):
        for visitor in came:
            visitor.save(KEPT, request.node.name)
    for visitor in came:
        visitor.context.close()
    assert {visitor.name: visitor.faults for visitor in came if visitor.faults} == {}


@pytest.fixture
def come(desk: Desk, browser: Browser, visitors: list[Visitor]) -> Visit:
    """Somebody opens a browser, without signing in; `refusals` are the statuses their story rightly meets."""

    def opened(name: str, *, refusals: tuple[int, ...] = ()) -> Page:
        visitor = Visitor(browser, desk, name, refusals=refusals)
        visitors.append(visitor)
        return visitor.page

    return opened


@pytest.fixture
def visit(desk: Desk, come: Visit) -> Visit:
    """Somebody opens a browser and signs in: `visit("Maya Fernandes")` is their page."""

    def signed_in(name: str, *, refusals: tuple[int, ...] = ()) -> Page:
        page = come(name, refusals=refusals)
        sign_in(page, desk, name)
        return page

    return signed_in
