"""The id of the request or task at hand, for whatever is written down about it."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Set at the door of each request and task; empty outside of both."""


def current() -> str:
    """The id at hand, as rows keep it."""
    return request_id.get()[:64]


@contextmanager
def under(given: str = "") -> Iterator[str]:
    """Whatever is written down inside carries this id: the given one, else the one at hand, else a new one."""
    token = request_id.set(given or request_id.get() or uuid.uuid4().hex)
    try:
        yield request_id.get()
    finally:
        request_id.reset(token)


def traced(task: Callable[..., Any]) -> Callable[..., Any]:
    """A task of the worker under the id of the request that asked for it (`asked_by`), or one of its own for each run."""

    @wraps(task)
    def run(*given: Any, asked_by: str = "", **named: Any) -> Any:
        with under(asked_by):
            return task(*given, **named)

    return run
