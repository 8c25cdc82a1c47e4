"""An embedded Postgres in a folder: started when it is not running, found again when it is.

`ensure` is all a caller needs. It works as root and as an ordinary user, listens on loopback only, asks for a password
(SCRAM), and repairs what a killed run leaves behind. Times are in seconds.
"""

import contextlib
import fcntl
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg

from project.demo import ports
from project.demo.leash import leashed
from project.demo.postgres_binaries import Account, PostgresError, clean_environment, find, switch
from project.demo.postgres_data import USER, DataDirectory, Postmaster, reachable_home

START_LIMIT = 30.0
STOP_LIMIT = 15
POLL = 0.02
TRIES = 20
COMMON = {"unix_socket_directories": "", "listen_addresses": ports.LOOPBACK, "timezone": "UTC", "log_timezone": "UTC"}
DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

__all__ = ["PostgresError", "Server", "ensure"]


def ensure(folder: Path, port: int | None = None, *, disposable: bool = False, dies_with_us: bool = False) -> "Server":
    """The Postgres of this folder, running and answering; started if it is not.

    Without a port it takes the one of last time if that is free, else any free one. `disposable` trades safety against a
    power cut for speed, and makes a cluster that no longer starts anew. With `dies_with_us` the server stops when this
    process is killed. Raises PostgresError with a sentence when it cannot be done.
    """
    try:
        return _ensured(folder.resolve(), port, disposable=disposable, dies_with_us=dies_with_us)
    except PermissionError as error:
        raise PostgresError(
            f"{error.filename} belongs to another user: a run as root left it, or one as somebody else. Remove {folder}."
        ) from error


def _ensured(folder: Path, port: int | None, *, disposable: bool, dies_with_us: bool) -> "Server":
    account = Account.needed()
    home = reachable_home(folder, account)
    cluster = _Cluster(
        home=home, data=DataDirectory(home, find(home, account)), settings=COMMON | (DISPOSABLE if disposable else {})
    )
    use = cluster.join()
    try:
        with cluster.locked():
            process = _started(cluster, port, disposable=disposable, dies_with_us=dies_with_us)
    except BaseException:
        use.close()
        raise
    return Server(url=cluster.url(cluster.port), port=cluster.port, cluster=cluster, use=use, process=process)


def _started(
    cluster: "_Cluster", port: int | None, *, disposable: bool, dies_with_us: bool
) -> "subprocess.Popen[bytes] | None":
    try:
        return cluster.start(port, dies_with_us=dies_with_us)
    except PostgresError:
        if not disposable or (port is not None and not ports.is_free(port)):
            raise
        cluster.data.set_aside()
        return cluster.start(port, dies_with_us=dies_with_us)


@dataclass
class Server:
    """A running Postgres; `url` leads to its maintenance database."""

    url: str
    port: int
    cluster: "_Cluster" = field(repr=False)
    use: IO[str] = field(repr=False)
    process: "subprocess.Popen[bytes] | None" = field(repr=False)

    def stop(self) -> None:
        """Stop the server unless another process still uses it; a second call does nothing."""
        if self.use.closed:
            return
        with self.cluster.locked():
            self.use.close()
            if self.cluster.is_unused():
                self.cluster.stop()
        if self.process is not None and self.process.poll() is None and self.cluster.data.postmaster() is None:
            self.process.wait(STOP_LIMIT)


@dataclass
class _Cluster:
    """The server on one data directory; its methods expect the caller to hold the lock."""

    home: Path
    data: DataDirectory
    settings: dict[str, str]
    port: int = 0

    def url(self, port: int) -> str:
        return f"postgresql://{USER}:{self.data.password}@{ports.LOOPBACK}:{port}/postgres"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time starts or stops this cluster."""
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def join(self) -> IO[str]:
        """Count ourselves among the users: a shared lock that the kernel lets go when we die."""
        users = (self.home / "users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        return users

    def is_unused(self) -> bool:
        with (self.home / "users").open("w") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
        return True

    def start(self, port: int | None, *, dies_with_us: bool) -> "subprocess.Popen[bytes] | None":
        """Leave a server that answers, on the wanted port; None when one was running already."""
        running = self.data.postmaster()
        if running is not None and port in (None, running.port) and self._answers_soon(running):
            self.port = running.port
            return None
        if running is not None:
            self.stop()
        self.data.make_if_missing()
        for _ in range(TRIES):
            self.port = self._choose(port)
            process = self._launch(dies_with_us=dies_with_us)
            if self._comes_up(process):
                (self.home / "port").write_text(str(self.port))
                return process
            if not self._worth_another_try(port):
                break
            time.sleep(POLL * 10)
        raise PostgresError(f"Postgres did not start; its log is {self.log}. Its last words: {self._last_words()}")

    def stop(self) -> None:
        """Stop fast: sessions are ended, what was committed is kept; harder when that takes too long."""
        if self.data.postmaster() is None:
            return
        arguments = ("-D", str(self.data.path), "-w", "-t", str(STOP_LIMIT), "stop", "-m")
        if self.data.binaries.run("pg_ctl", *arguments, "fast").returncode != 0 and self.data.postmaster() is not None:
            self.data.binaries.run("pg_ctl", *arguments, "immediate")

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    def _choose(self, port: int | None) -> int:
        if port is None:
            with contextlib.suppress(OSError, ValueError):
                last = int((self.home / "port").read_text())
                return ports.first_free(last, tries=1)
            return ports.any_free()
        if not ports.is_free(port):
            raise PostgresError(
                f"Port {port} on {ports.LOOPBACK} is taken by another program; stop that one or choose another port."
            )
        return port

    def _launch(self, *, dies_with_us: bool) -> "subprocess.Popen[bytes]":
        account = self.data.binaries.account
        command = [self.data.binaries.path("postgres"), "-D", str(self.data.path), "-p", str(self.port)]
        command += [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        if dies_with_us:
            command = leashed(
                command, signal_number=signal.SIGINT, account=(account.uid, account.gid) if account else None
            )
            account = None
        with self.log.open("wb") as log:
            return subprocess.Popen(
                command,
                cwd="/",
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **switch(account),
            )

    def _comes_up(self, process: "subprocess.Popen[bytes]") -> bool:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if process.poll() is not None:
                return False
            if self._answers(self.port):
                return True
            time.sleep(POLL)
        process.send_signal(signal.SIGQUIT)
        process.wait(STOP_LIMIT)
        return False

    def _answers(self, port: int) -> bool:
        """The only proof of life: our user, our password, a real connection."""
        try:
            psycopg.connect(self.url(port), connect_timeout=2).close()
        except (psycopg.Error, OSError):
            return False
        return True

    def _answers_soon(self, running: Postmaster) -> bool:
        """A server another process has just started may still be recovering."""
        deadline = time.monotonic() + START_LIMIT / 3
        while time.monotonic() < deadline and self.data.postmaster() == running:
            if self._answers(running.port):
                return True
            time.sleep(POLL)
        return False

    def _worth_another_try(self, port: int | None) -> bool:
        """Another program was quicker to the port we chose, or backends of a killed server are still going down."""
        words = self.log.read_text(errors="replace")
        return "pre-existing shared memory block" in words or (port is None and "could not bind" in words)

    def _last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "none"
