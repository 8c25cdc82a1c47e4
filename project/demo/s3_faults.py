"""Trouble on purpose: the embedded S3 refuses, hangs, is busy or slow for as long as a file beside its buckets says so.

A file, because browser stories run in another process than the demo; production code knows nothing of it.
"""

import threading
import time
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

PAUSE = 0.05
HANG_LIMIT = 60.0
SLOW_BYTES = 64 * 1024


class Fault(StrEnum):
    """What S3 does instead of answering."""

    REFUSE = "refuse"
    HANG = "hang"
    BUSY = "503"
    SLOW = "slow"


class FaultSwitch:
    """The switch of the server on this folder; a fault may be kept to some methods, `PUT` for uploads alone."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / ".fault"

    def set(self, fault: Fault, methods: Iterable[str] = ()) -> None:
        draft = self._file.with_suffix(".draft")
        draft.write_text(" ".join([fault, *methods]))
        draft.replace(self._file)

    def clear(self) -> None:
        self._file.unlink(missing_ok=True)

    def current(self, method: str) -> Fault | None:
        """The fault this request meets; None when all is well."""
        try:
            name, *methods = self._file.read_text().split()
        except (FileNotFoundError, ValueError):
            return None
        return Fault(name) if not methods or method in methods else None

    def wait_for_end(self, method: str, stopping: threading.Event) -> None:
        """Keep silent until the switch is turned, the server stops or a minute has gone."""
        deadline = time.monotonic() + HANG_LIMIT
        while self.current(method) is Fault.HANG and time.monotonic() < deadline:
            if stopping.wait(PAUSE):
                return


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class SlowBody:
    """A body that arrives at about 1.2 MB a second, so that progress can be seen."""

    def __init__(self, body: Readable) -> None:
        self._body = body

    def read(self, size: int, /) -> bytes:
        time.sleep(PAUSE)
        return self._body.read(min(size, SLOW_BYTES))
