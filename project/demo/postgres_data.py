"""The data directory of the embedded Postgres: made whole or not at all, and cleaned of what a killed run left."""

import contextlib
import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from project.demo.postgres_binaries import Account, Binaries, PostgresError

USER = "tracker"
PASSWORD_FILE = "lineup.password"  # noqa: S105 - a file's name
SHARED_TEMPORARY = Path("/var/tmp")  # noqa: S108 - owner and mode are checked before use


def reachable_home(folder: Path, account: Account | None) -> Path:
    """The folder itself, or, when Postgres' account cannot walk there (a checkout in /root), one under /var/tmp for it.

    The stand-in's name comes from the folder's path, so every start of the same checkout finds the same data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        return folder
    folder.chmod(0o711)
    if account.can_enter(folder):
        return folder
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    home = SHARED_TEMPORARY / f"lineup-postgres-{digest}"
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=0o711)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise PostgresError(
            f"{home} belongs to somebody else; remove it, or put the checkout where user {account.uid} can go."
        )
    home.chmod(0o711)
    return home


@dataclass(frozen=True)
class Postmaster:
    """What `postmaster.pid` says about a server: its process and its port."""

    pid: int
    port: int


@dataclass(frozen=True)
class DataDirectory:
    """One cluster's files in `home/data`, with the password of its only user beside them."""

    home: Path
    binaries: Binaries

    @property
    def path(self) -> Path:
        return self.home / "data"

    @property
    def password(self) -> str:
        return (self.path / PASSWORD_FILE).read_text().strip()

    def make_if_missing(self) -> None:
        """Leave a complete directory; what is there but is no cluster is set aside as `data.broken`."""
        self._clear_unfinished()
        if not self._is_cluster():
            self.set_aside()
            self._make()
        self._check_version()

    def set_aside(self) -> None:
        """Move the directory out of the way, keeping the last one set aside."""
        if self.path.exists():
            broken = self.home / "data.broken"
            shutil.rmtree(broken, ignore_errors=True)
            self.path.rename(broken)

    def postmaster(self) -> Postmaster | None:
        """The server that runs on these files; a pid file whose process is gone, or is another program, is removed."""
        pid_file = self.path / "postmaster.pid"
        try:
            lines = pid_file.read_text().splitlines()
            found = Postmaster(pid=int(lines[0]), port=int(lines[3]))
        except FileNotFoundError:
            return None
        except (ValueError, IndexError):
            found = Postmaster(pid=0, port=0)
        if found.pid > 1 and self._works_here(found.pid):
            return found
        pid_file.unlink(missing_ok=True)
        return None

    def _works_here(self, pid: int) -> bool:
        """Whether the process is a postmaster of these files: it works in its data directory.

        Where the system does not tell (no /proc) a living process is taken for it, and the connection decides.
        """
        if Path("/proc/self/cwd").exists():
            try:
                return Path(f"/proc/{pid}/cwd").readlink() == self.path.resolve()
            except OSError:
                return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _is_cluster(self) -> bool:
        needed = ("PG_VERSION", "global/pg_control", PASSWORD_FILE)
        return all((self.path / name).is_file() for name in needed)

    def _check_version(self) -> None:
        made_by, ours = (self.path / "PG_VERSION").read_text().strip(), self.binaries.major
        if made_by != ours:
            raise PostgresError(
                f"The data in {self.path} was made by Postgres {made_by}, this is Postgres {ours}. Move that folder away to start with a new one."
            )

    def _clear_unfinished(self) -> None:
        for leftover in self.home.glob("data.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def _make(self) -> None:
        """initdb into a temporary sibling, then one rename: a killed run never leaves half a cluster under the real name."""
        fresh = self.home / f"data.new-{secrets.token_hex(4)}"
        fresh.mkdir(mode=0o700)
        password = fresh.with_suffix(".password")
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        self._give_away(fresh, password)
        result = self.binaries.run(
            "initdb",
            "-D",
            str(fresh),
            "-U",
            USER,
            "--pwfile",
            str(password),
            "--auth=scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        if result.returncode != 0:
            password.unlink()
            shutil.rmtree(fresh, ignore_errors=True)
            raise PostgresError(f"Postgres could not make its data in {self.home}: {_last_line(result.stderr)}")
        password.rename(fresh / PASSWORD_FILE)
        fresh.rename(self.path)

    def _give_away(self, *paths: Path) -> None:
        account = self.binaries.account
        for path in paths:
            if account is not None:
                os.chown(path, account.uid, account.gid)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
