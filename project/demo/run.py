"""`make demo`: the whole desk on this machine, started in order, watched, and stopped without a trace."""

import argparse
import contextlib
import fcntl
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from project.demo import announce, ports, sample_data, servers
from project.demo.children import Child, end_leftovers
from project.demo.environment import DemoAddresses, DemoError, folder_of
from project.demo.postgres import PostgresError

READY_LIMIT = 60.0
POLL = 0.1
WEB_PATIENCE = 8.0
CLUSTER_PATIENCE = 10.0
RESTART_PAUSE = 2.0
LOWEST_PORT = 1024
# One thread a worker: the admin theme keeps the request on an object all threads share. `gthread`, unlike the plain
# worker, does not wait for a browser that has opened a connection and says nothing. Request lines may be so long that what is
# wrong with an address is said by the desk.
WEB = ["-m", "gunicorn", "project.wsgi", "--workers", "2", "--worker-class", "gthread", "--threads", "1"]
WEB += ["--limit-request-line", "8190"]
WEB_OPTIONS = ["--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"]
CLUSTER = ["manage.py", "qcluster"]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopDemo(BaseException):
    """Somebody asked the demo to stop."""


def main() -> int:
    options = _options()
    for number in STOP_SIGNALS:
        signal.signal(number, _ask_to_stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup keeps its meaning
        signal.signal(signal.SIGHUP, _ask_to_stop)
    try:
        with ExitStack() as stack, _undisturbed_end():
            _run(options, stack)
    except StopDemo:
        _say("Stopped.")
        return 0
    except (DemoError, PostgresError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"\n{error.filename} cannot be written: it belongs to another user, perhaps from a run as root.",
            file=sys.stderr,
        )
        return 1
    return 0


def _run(options: argparse.Namespace, stack: ExitStack) -> None:
    folder = folder_of(options.port)
    stack.enter_context(_locked(folder, options.port))
    ended = end_leftovers(folder)
    if ended:
        _say(f"Ended {ended} processes that a killed earlier run left behind.")
    if not ports.is_free(options.port):
        raise DemoError(
            f"Port {options.port} is taken by another program. Choose another one: make demo PORT={options.port + 1}"
        )
    addresses = DemoAddresses.read(options.port)
    servers.choose_inner_ports(addresses)
    _say("Starting database, files, sign-in and mail ...")
    running = servers.start(addresses, stack)
    addresses.save()
    stack.callback(end_leftovers, folder)
    if sample_data.is_missing(addresses):
        _say("Making the sample data; only the first start takes this long ...")
    sample_data.prepare(addresses, running.mail.box)
    web, cluster = _start_children(addresses, stack)
    _wait_until_ready(addresses, web)
    _say(announce.for_people(addresses, running.entra.people))
    if options.json:
        _say(announce.for_scripts(addresses, running.entra.people))
    _watch(addresses, web, cluster, stack)


def _start_children(addresses: DemoAddresses, stack: ExitStack) -> tuple[Child, Child]:
    cluster = _start_cluster(addresses, stack)
    address = ["--bind", f"{ports.LOOPBACK}:{addresses.web_port}"]
    web = Child.start("web", [*WEB, *address, *WEB_OPTIONS], addresses.environment(), addresses.folder / "logs")
    stack.callback(web.stop, WEB_PATIENCE)
    return web, cluster


def _start_cluster(addresses: DemoAddresses, stack: ExitStack) -> Child:
    cluster = Child.start("worker", CLUSTER, addresses.environment(), addresses.folder / "logs")
    stack.callback(cluster.stop, CLUSTER_PATIENCE)
    return cluster


def _wait_until_ready(addresses: DemoAddresses, web: Child) -> None:
    deadline = time.monotonic() + READY_LIMIT
    while not _answers(f"{addresses.url}/healthz"):
        if not web.is_running:
            raise DemoError(f"The web server did not start. Its log is {web.log}; it ends with:\n{web.last_lines()}")
        if time.monotonic() > deadline:
            raise DemoError(f"The web server does not answer after {READY_LIMIT:.0f} seconds. Its log is {web.log}")
        time.sleep(POLL)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _watch(addresses: DemoAddresses, web: Child, cluster: Child, stack: ExitStack) -> None:
    """Until somebody stops us: a dead web server ends the demo, a dead cluster is replaced."""
    while True:
        time.sleep(POLL)
        if not web.is_running:
            raise DemoError(
                f"The web server has stopped by itself. Its log is {web.log}; it ends with:\n{web.last_lines()}"
            )
        if not cluster.is_running:
            _say(f"The worker has stopped by itself and is started again; its log is {cluster.log}")
            cluster.stop(0)
            time.sleep(RESTART_PAUSE)
            cluster = _start_cluster(addresses, stack)


@contextlib.contextmanager
def _locked(folder: Path, port: int) -> Iterator[None]:
    """One demo a folder; the kernel lets the lock go when its holder dies, however it dies."""
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DemoError(
                f"The demo on port {port} is running already. Another one needs another port: make demo PORT={port + 1}"
            ) from error
        for log in logs.glob("*.log"):
            log.unlink()
        yield


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make demo", description="Run the whole desk on this machine with sample data."
    )
    parser.add_argument("--port", type=_port, default=8000, help="the web address's port (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print one line of JSON when ready, for scripts")
    return parser.parse_args()


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not LOWEST_PORT <= number <= ports.HIGHEST_PORT:
        said = repr(text) if text else "empty"
        raise argparse.ArgumentTypeError(
            f"PORT must be a number from {LOWEST_PORT} to {ports.HIGHEST_PORT}; it is {said}"
        )
    return number


def _ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
    """The first signal unwinds everything in order; further ones cannot break that off."""
    _hush()
    raise StopDemo


@contextlib.contextmanager
def _undisturbed_end() -> Iterator[None]:
    """However the work ends, no signal disturbs what is stopped after it."""
    try:
        yield
    except StopDemo:
        _say("\nStopping ...")
        raise
    finally:
        _hush()


def _hush() -> None:
    for number in (*STOP_SIGNALS, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _say(text: str) -> None:
    """Speak at once; whoever listened may have gone."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
