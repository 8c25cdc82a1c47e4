"""Where web processes count together for /metrics: a folder of temporary files, one pair for each process.

Apart from everything that counts, because the library looks for the folder when it is imported.
"""

import os
import tempfile


def begin() -> None:
    """Make the folder, before the first process that counts is there; without one each process tells its own counts."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return
    try:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="lineup-counts-")
    except OSError:
        return
