"""One demo for all stories, and a browser for each person in a story."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from project.demo.environment import CHECKOUT
from tests.flows.groups import ORDER
from tests.flows.running import Desk
from tests.flows.starting import attached_desk, running_desk
from tests.flows.visitors import Regulars, Visitor, come_back, sign_in

KEPT = CHECKOUT / ".local" / "flows"
CHROMIUM = "/usr/bin/chromium"
# Playwright's own list has to stand here again, as the last one counts. The first three are pages behind the address bar, which
# Chromium opens with each window though nobody sees them: more work than the desk's own page.
UNWANTED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
)  # fmt: skip
# One process for the tabs of one person: a new tab need not start another one.
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run", "--disable-dev-shm-usage", "--renderer-process-limit=1",
            f"--disable-features={','.join(UNWANTED)}")  # fmt: skip
ALONE = "master"
"""What the one process of a run that is not divided is called."""

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
def desk(worker_id: str) -> Iterator[Desk]:
    """`make demo`, started for these stories and stopped after them; FLOWS_PORT names one that runs already.

    Each worker of a parallel run has one of its own; one that runs already has one clock, so only one process may use it.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    if port := os.environ.get("FLOWS_PORT"):
        assert worker_id == ALONE, "FLOWS_PORT names one desk; leave out -n."
        yield attached_desk(int(port))
        return
    with running_desk(KEPT / f"demo-{worker_id}.log") as running:
        yield running


@pytest.fixture(scope="session")
def regulars(desk: Desk, browser: Browser) -> Regulars:
    return Regulars(browser, desk)


@pytest.fixture
def visitors(desk: Desk, regulars: Regulars, request: pytest.FixtureRequest) -> Iterator[list[Visitor]]:
    """Everybody in this story; in the end none of their pages may have had an error or spoken to a stranger."""
    came: list[Visitor] = []
    yield came
    failed = request.node.stash.get(OUTCOME, False)
    if failed:
        for visitor in came:
            visitor.save(KEPT, request.node.name)
    for visitor in came:
        if visitor.is_regular and not failed:
            regulars.keep(visitor)
        else:
            visitor.context.close()
    assert {visitor.name: visitor.faults for visitor in came if visitor.faults} == {}


@pytest.fixture
def come(desk: Desk, browser: Browser, visitors: list[Visitor]) -> Visit:
    """Somebody opens a browser of their own, without signing in; `refusals` are the statuses their story rightly meets."""

    def opened(name: str, *, refusals: tuple[int, ...] = ()) -> Page:
        visitor = Visitor(browser, desk, name)
        visitors.append(visitor)
        return visitor.come(refusals)

    return opened


@pytest.fixture
def enter(desk: Desk, come: Visit) -> Visit:
    """Somebody opens a browser of their own and signs in, for stories of what a sign-in does."""

    def signed_in(name: str, *, refusals: tuple[int, ...] = ()) -> Page:
        page = come(name, refusals=refusals)
        sign_in(page, desk, name)
        return page

    return signed_in


@pytest.fixture
def visit(desk: Desk, regulars: Regulars, visitors: list[Visitor]) -> Visit:
    """Somebody opens a tab and is signed in: `visit("Maya Fernandes")` is their page, where they work.

    They still have the browser and, if it lasts, the session of an earlier story; a second visit is a second tab.
    """

    def signed_in(name: str, *, refusals: tuple[int, ...] = ()) -> Page:
        visitor = next((one for one in visitors if one.is_regular and one.name == name), None)
        if visitor is None:
            visitor = regulars.meet(name)
            visitors.append(visitor)
        page = visitor.come(refusals)
        come_back(page, desk, name)
        return page

    return signed_in
