"""What a web process leaves behind of its counts for /metrics when it ends.

A process that ended leaves its counts behind. They are added to those of all that ended before, so that the folder stays small
however often workers are replaced.
"""

import os
from contextlib import closing
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

ENDED = "0"
"""The process under whose name the counts of all that ended stand."""
KINDS = ("counter", "histogram")


def ended(process: int) -> None:
    """Add the counts of a process that ended to those of all that did, and remove its files."""
    folder = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""))
    for kind in KINDS:
        left = folder / f"{kind}_{process}.db"
        if left.is_file():
            _add(left, folder / f"{kind}_{ENDED}.db")
            left.unlink()


def _add(left: Path, kept: Path) -> None:
    with closing(MmapedDict(str(left), read_mode=True)) as old, closing(MmapedDict(str(kept))) as all_ended:
        for key, value, _timestamp in old.read_all_values():
            before, _ = all_ended.read_value(key)
            all_ended.write_value(key, before + value, 0.0)
