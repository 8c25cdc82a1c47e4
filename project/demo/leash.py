"""Run a command that dies with the process that started it, also when that one is killed.

`leashed` wraps a command; the wrapper runs this same file as a script, before anything of the project is imported:

    python leash.py SIGNAL PARENT_PID UID:GID COMMAND [ARGUMENT ...]

`UID:GID` is `-` to keep the account. The kernel forgets the death signal when the account changes, so the account comes
first; and the parent may have gone before the signal was set, so it is looked at once more. The kernel's parent is the
thread that started the command, so start it from the main thread. Elsewhere than on Linux the command simply runs.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def leashed(command: list[str], *, signal_number: int, account: tuple[int, int] | None = None) -> list[str]:
    """The command that runs `command` under the account and sends it the signal when this process dies."""
    owner = "-" if account is None else f"{account[0]}:{account[1]}"
    return [sys.executable, "-I", "-S", __file__, str(int(signal_number)), str(os.getpid()), owner, *command]


def main(signal_number: str, parent: str, account: str, *command: str) -> None:
    """Change account, tie our life to the parent's, become the command."""
    if account != "-":
        uid, gid = (int(part) for part in account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("The process that started this one is gone.")
    os.execvp(command[0], command)  # noqa: S606 - the caller's own command, no shell


if __name__ == "__main__":
    main(*sys.argv[1:])
