"""Which worker of a parallel run gets which tests: a module as a whole, so that what a module builds once is built once.

The runner's own groups (`xdist_group`) are lost in pytest 9.2, silently; this needs no marks.
"""

from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.flows.groups import group_of

STORIES = "tests/flows/"
LONG = (
    "tests/access/test_matrix",
    "reports/tests/test_dashboard_numbers",
    "tests/machine/",
    "tests/access/",
    "tests/api/test_successes",
    "helpdesk/tests/sso/",
    "tests/operations/test_patience",
    "tests/delivery/",
    "tests/demo/",
)
"""What takes longest, begun first, so that no worker is left alone with it at the end."""


class ByModule(LoadScopeScheduling):
    """Hands out module by module, in the order in which they were collected; the browser stories in their two groups."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return group_of(Path(module).stem) if module.startswith(STORIES) else module


def scheduler(config: pytest.Config, log: Any) -> ByModule | None:
    """Ours for `--dist loadgroup`; every other way of dividing is left to the runner."""
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return ByModule(config, log)


def long_ones_first(items: list[pytest.Item]) -> None:
    """Put what takes longest in front and leave the rest in its (random) order."""
    items.sort(key=lambda item: next((n for n, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG)))
