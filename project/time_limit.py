"""How long one request may hold a web worker, whatever it waits for.

Every call outside has a limit of its own (docs/security.md). This is the last one, for what those cannot know: a database that
accepts and then keeps silent, or a server that sends a byte now and then. The web server itself only watches that a worker's
main thread lives, not the thread that answers.
"""

import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from helpdesk import trace

logger = logging.getLogger(__name__)

LOOKS_EVERY = 0.5
"""Seconds between two looks of the watch."""

Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, kw_only=True)
class Running:
    """A request that is being answered."""

    until: float
    path: str
    request_id: str


def end_process() -> None:
    """End this web worker at once; the server starts another, and the database rolls back what was not committed."""
    os.kill(os.getpid(), signal.SIGKILL)


class Watch:
    """Looks after the requests of one process from a thread of its own, which begins with the first request."""

    def __init__(self, end: Callable[[], None] = end_process) -> None:
        self._running: dict[int, Running] = {}
        self._end = end
        self._thread: threading.Thread | None = None

    def begin(self, request: HttpRequest, seconds: float) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._look, name="time limit", daemon=True)
            self._thread.start()
        running = Running(until=time.monotonic() + seconds, path=request.path, request_id=trace.request_id.get())
        self._running[threading.get_ident()] = running

    def done(self) -> None:
        self._running.pop(threading.get_ident(), None)

    def _look(self) -> None:
        while True:
            time.sleep(LOOKS_EVERY)
            for thread, running in list(self._running.items()):
                if time.monotonic() > running.until:
                    self._give_up(thread, running)

    def _give_up(self, thread: int, running: Running) -> None:
        self._running.pop(thread, None)
        frame = sys._current_frames().get(thread)
        stack = "".join(traceback.format_stack(frame)) if frame else "the thread is gone"
        with trace.under(running.request_id):
            logger.critical("The request %s takes too long, so its worker is ended. It is at:\n%s", running.path, stack)
        self._end()


WATCH = Watch()


class TimeLimitMiddleware:
    """Ends the worker whose request takes longer than LINEUP_REQUEST_SECONDS; 0 is no limit, as in tests and demo."""

    def __init__(self, get_response: Answer) -> None:
        if not settings.LINEUP_REQUEST_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        WATCH.begin(request, settings.LINEUP_REQUEST_SECONDS)
        try:
            return self.get_response(request)
        finally:
            WATCH.done()
