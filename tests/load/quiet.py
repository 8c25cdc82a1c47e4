"""Whether anybody else uses this machine while it is measured."""

import os
import time
from pathlib import Path

SECONDS = 2.0
BUSY = 0.10
"""More of the processors than this taken by others: the figures are not those of the program."""


def taken_by_others(seconds: float = SECONDS) -> float:
    """The share of the processors in use while we ourselves only wait."""
    before = _ticks()
    time.sleep(seconds)
    after = _ticks()
    idle, whole = (now - then for now, then in zip(after, before, strict=True))
    return 1 - idle / whole if whole else 0.0


def _ticks() -> tuple[int, int]:
    """Idle and all ticks of the processors so far."""
    told = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return told[3] + told[4], sum(told)


def said(shares: list[float]) -> str:
    """In words, from samples taken between the measurements."""
    worst, cores = max(shares), os.cpu_count()
    if worst <= BUSY:
        return f"the machine was quiet ({cores} cores, others took {worst:.0%} at most)"
    return (
        f"THE MACHINE WAS NOT QUIET: others took up to {worst:.0%} of its {cores} cores, load average"
        f" {os.getloadavg()[0]:.1f}; times are too long, ratios and statements count"
    )
