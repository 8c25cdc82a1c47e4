"""The world of the access tests, built once for all of them and never changed: each test works on what is undone afterwards."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from storage.s3 import Bucket, StoredObject
from tests.access import world as built
from tests.clock import held
from tests.kept import kept


@pytest.fixture(scope="package")
def whole_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[built.World]:
    with kept(django_db_blocker, built.build) as world:
        yield world


@pytest.fixture(autouse=True)
def bucket_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who clicks a file is led to the bucket if it answers; here it has every file."""
    there = StoredObject(size=1, content_type="image/png", sha256="", encryption="")
    monkeypatch.setattr(Bucket, "head", lambda _self, _key: there)


@pytest.fixture
def world(whole_world: built.World, clock: object) -> Iterator[built.World]:
    """The world at its moment; what a test does in it is undone."""
    held.set(whole_world.now)
    cookies = {name: client.cookies.copy() for name, client in whole_world.clients.items()}
    with built.undone():
        yield whole_world
    for name, client in whole_world.clients.items():
        client.cookies = cookies[name]
