"""The id of the request or task at hand, for whatever is written down about it."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Set at the door of each request and task; empty outside of both."""
