"""Health of a container without curl and without Django: `python -m project.probe web`, `ready` or `cluster`.

`web` asks /healthz of the server in this container as the proxy would, `ready` asks /readyz. `cluster` looks whether the worker cluster's main
process still has its children: it starts dead workers anew itself, and a cluster that waits for the database is not ill.
Exit code 0 is well; anything else says why in one line.
"""

import http.client
import sys
from collections.abc import Callable
from pathlib import Path

from project.settings import environment

SECONDS = 4
MAIN_PROCESS = 1
CHILDREN = 1
"""The cluster's main process has one child, the sentinel, which keeps the workers."""
GRANDCHILDREN = 3
"""Pusher, monitor and one worker: the least that works."""
PROC = Path("/proc")


def web() -> str:
    """The server answers; asks nothing of the database."""
    return _asked("/healthz")


def ready() -> str:
    """It can work: the database answers, and its schema fits this code."""
    return _asked("/readyz")


def _asked(path: str) -> str:
    """Empty when the server answers with 200, else what it did instead."""
    host = (environment.words("LINEUP_ALLOWED_HOSTS") or ["localhost"])[0].lstrip(".*")
    connection = http.client.HTTPConnection("127.0.0.1", environment.number("LINEUP_WEB_PORT", 8000), timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"The web server does not answer: {error}."
    finally:
        connection.close()
    return "" if status == http.client.OK else f"The web server answers {path} with {status}."


def cluster(proc: Path = PROC, main: int = MAIN_PROCESS) -> str:
    """Empty when the main process, its sentinel and what the sentinel keeps are alive, else what is missing."""
    children = _children(proc)
    sentinels = children.get(main, [])
    kept = [child for sentinel in sentinels for child in children.get(sentinel, [])]
    if len(sentinels) < CHILDREN or len(kept) < GRANDCHILDREN:
        return f"The cluster has {len(sentinels)} sentinels and {len(kept)} processes below them."
    return ""


def _children(proc: Path) -> dict[int, list[int]]:
    """Living processes by their parent."""
    found: dict[int, list[int]] = {}
    for entry in proc.glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if state not in {"Z", "X"}:
            found.setdefault(int(parent), []).append(int(entry.name))
    return found


PROBES: dict[str, Callable[[], str]] = {"web": web, "ready": ready, "cluster": cluster}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PROBES:
        sys.stderr.write(f"Say what to look at: {' or '.join(PROBES)}.\n")
        return 2
    said = PROBES[arguments[0]]()
    if said:
        sys.stderr.write(f"{said}\n")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
