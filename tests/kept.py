"""What tests of one module read and none of them changes for good is built once: each test undoes what it did itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

Built = TypeVar("Built")


@contextmanager
def kept(blocker: DjangoDbBlocker, build: Callable[[], Built]) -> Iterator[Built]:
    """What is built stays until the module's end and is then taken back.

    Its keys are checked once, here: put off, they would be checked again after every test.
    """
    with blocker.unblock(), transaction.atomic():
        built = build()
        connection.check_constraints()
        yield built
        transaction.set_rollback(True)
