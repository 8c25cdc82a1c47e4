"""Running an image as Compose and Kubernetes are told to: its own user, a read-only root, /tmp and /dev/shm in memory, no rights at all."""

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.delivery.image.build import Image

MOUNTS = """set -e
mount --make-rprivate /
mount --bind {root} {root}
mount -o remount,bind,ro,nosuid {root}
mount -t tmpfs -o size=256m,mode=1777,noexec,nosuid,nodev tmpfs {root}/tmp
mount -t tmpfs -o size=64m,mode=1777,noexec,nosuid,nodev tmpfs {root}/dev/shm
mount -t proc -o nosuid,nodev,noexec proc {root}/proc
exec {chroot} {root} {inside}
"""
CHROOT = shutil.which("chroot", path=f"{os.defpath}:/usr/sbin:/sbin") or "chroot"
UNPRIVILEGED = (
    "setpriv", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--no-new-privs",
)  # fmt: skip


class Container:
    """One process tree of an image, in a mount and a process namespace of its own, on this machine's loopback."""

    def __init__(
        self, image: Image, environment: Mapping[str, str], log: Path, command: list[str] | None = None, user: str = ""
    ) -> None:
        self.image = image
        self.user = user or image.user
        self.log = log
        self.environment = image.environment | dict(environment)
        inside = shlex.join([*self._as_user(), *(command or image.command)])
        script = MOUNTS.format(chroot=CHROOT, root=shlex.quote(str(image.root)), inside=inside)
        with log.open("wb") as said:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", script],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait(self, seconds: float) -> int:
        return self.process.wait(seconds)

    def execute(self, command: list[str]) -> "subprocess.CompletedProcess[str]":
        """Run something beside the main process, as `docker exec` does."""
        enter = ["nsenter", "--target", str(self._main()), "--mount", "--pid", CHROOT, str(self.image.root)]
        return subprocess.run(
            [*enter, *self._as_user(), *command], env=self.environment, capture_output=True, text=True, check=False
        )

    def stop(self, seconds: float) -> int:
        """SIGTERM to the main process, as an engine does; what it leaves is killed after a while. Its exit code."""
        if self.process.poll() is None:
            os.kill(self._main(), signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def until_well(self, command: list[str], seconds: float) -> None:
        """Wait until its health check holds."""
        deadline = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None, f"it ended by itself: {self.log.read_text()[-3000:]}"
            asked = self.execute(command)
            if asked.returncode == 0:
                return
            assert time.monotonic() < deadline, f"{asked.stdout}{asked.stderr}{self.log.read_text()[-3000:]}"
            time.sleep(0.5)

    def _main(self) -> int:
        """The main process as this machine numbers it."""
        deadline = time.monotonic() + 10
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        while not children.read_text().split():
            assert time.monotonic() < deadline, "the container did not start"
            time.sleep(0.02)
        return int(children.read_text().split()[0])

    def _as_user(self) -> list[str]:
        uid, gid = self.user.split(":")
        return [*UNPRIVILEGED, f"--reuid={uid}", f"--regid={gid}", "--", "env", "--chdir", self.image.workdir]
