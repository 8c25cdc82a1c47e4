"""Each call is held against what it says of itself: a refusal it does not name fails the test."""

from typing import Any

import pytest

from helpdesk.tests.api.conftest import only_named_refusals
from tests.files.conftest import s3
from tests.provider import entra, entra_server

__all__ = ["entra", "entra_server", "only_named_refusals", "s3"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Cases that find the same there (`there`) stand together, so that it is built once; else their (random) order stays."""
    places = [place for place, item in enumerate(items) if "there" in _given(item)]
    told = sorted((items[place] for place in places), key=lambda item: _given(item)["there"][0].__name__)
    for place, item in zip(places, sorted(told, key=lambda item: _given(item)["there"][1]), strict=True):
        items[place] = item


def _given(item: pytest.Item) -> dict[str, Any]:
    """The values of its case."""
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
