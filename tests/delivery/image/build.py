"""Carrying out a Dockerfile in a clean Debian: each instruction is read from the file; one that is not known here ends the proof.

The base image is stood in for by a minimal Debian of the same release with Debian's Python 3.11 (debootstrap). pip sees only wheels
that were fetched before, still checks every hash, and needs no network.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from dockerfile_parse import DockerfileParser

from tests.delivery.image import context
from tests.house.source import ROOT

KEPT = ROOT / ".local" / "image"
RELEASE = "bookworm"
PACKAGES = "python3,python3-venv,ca-certificates,nginx-light"
"""nginx is no part of the image: the proxy's configuration is tried with it."""
USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ONLY_SAID = {"EXPOSE", "STOPSIGNAL", "COMMENT"}


class BuildError(Exception):
    """A step that cannot be carried out; the message is a sentence."""


@dataclass
class Image:
    """A stage: its files, and what a container of it starts with."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": USUAL_PATH})
    workdir: str = "/"
    user: str = "0:0"
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def base() -> Path:
    """A clean Debian with Python, made once and kept."""
    root = KEPT / "base"
    if not (root / "usr" / "bin" / "python3").exists():
        program = shutil.which("debootstrap")
        if program is None:
            raise BuildError("debootstrap is missing: on Debian and Ubuntu, apt install debootstrap.")
        shutil.rmtree(root, ignore_errors=True)
        fresh = KEPT / "base.new"
        shutil.rmtree(fresh, ignore_errors=True)
        KEPT.mkdir(parents=True, exist_ok=True)
        _run([program, "--variant=minbase", f"--include={PACKAGES}", RELEASE, str(fresh)])
        (fresh / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
        fresh.rename(root)
    return root


def wheels() -> Path:
    """The packages of the image, each proved by its hash when it was fetched; the image's pip proves them again."""
    folder = KEPT / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    fetch = [
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
    ]
    _run(
        [
            sys.executable,
            "-m",
            "pip",
            *fetch,
            "--dest",
            str(folder),
            "--requirement",
            str(ROOT / "requirements" / "base.txt"),
        ]
    )
    return folder


class Build:
    """The stages of a Dockerfile, made one after the other in folders below `place`."""

    def __init__(self, dockerfile: Path, place: Path, *, skip: set[str]) -> None:
        self.place = place
        self.skip = skip
        self.stages: dict[str, Image] = {}
        self.arguments: dict[str, str] = {}
        self.done: list[str] = []
        self.current: Image | None = None
        self.steps = DockerfileParser(path=str(dockerfile), cache_content=True).structure

    def run(self) -> Image:
        """The last stage, which is what `docker build` would make."""
        for step in self.steps:
            name, value = step["instruction"], step["value"]
            if name == "ARG":
                key, _, default = value.partition("=")
                self.arguments[key] = default
            elif name == "FROM":
                self._from(value)
            elif name not in ONLY_SAID and self.current is not None:
                self._step(self.current, name, value)
        return list(self.stages.values())[-1]

    def _from(self, value: str) -> None:
        """Begin a stage: a copy of the base, or an earlier stage as it is."""
        said = re.sub(r"\$\{(\w+)\}", lambda found: self.arguments[found[1]], value)
        origin, name = re.split(r"\s+AS\s+", said)
        if name in self.skip:
            self.current = None
            return
        if origin in self.stages:
            self.current = self.stages[origin]
        elif re.fullmatch(rf"python:3\.11\.\d+-slim-{RELEASE}", origin):
            root = self.place / name
            _run(["cp", "--archive", "--reflink=auto", str(base()), str(root)])
            self.current = Image(root)
        else:
            raise BuildError(f"There is no stand-in for the base image {origin}.")
        self.stages[name] = self.current
        self.done.append(f"FROM {value}")

    def _step(self, image: Image, name: str, value: str) -> None:
        match name:
            case "ENV":
                image.environment |= dict(word.split("=", 1) for word in shlex.split(value))
            case "WORKDIR":
                image.workdir = value
                (image.root / value.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "USER":
                image.user = value
            case "COPY":
                self._copy(image, value)
            case "RUN":
                self._in_chroot(image, json.loads(value))
            case "CMD":
                image.command = json.loads(value)
            case "HEALTHCHECK":
                image.health = json.loads(value.partition(" CMD ")[2])
            case _:
                raise BuildError(f"The step {name} is not known here.")
        self.done.append(f"{name} {value}")

    def _copy(self, image: Image, value: str) -> None:
        stage = re.match(r"--from=(\w+)\s+(\S+)\s+(\S+)$", value)
        if stage:
            source = self.stages[stage[1]].root / stage[2].lstrip("/")
            _run(["cp", "--archive", str(source), str(image.root / stage[3].lstrip("/"))])
            return
        source_name, target = value.split()
        place = image.root / image.workdir.lstrip("/")
        if source_name == target == ".":
            self.done.append(f"({context.copy(ROOT, place)} files of the context)")
        else:
            (place / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / source_name, place / target)

    def _in_chroot(self, image: Image, command: list[str]) -> None:
        offline = {}
        if "pip" in command:
            shutil.copytree(wheels(), image.root / "wheels", dirs_exist_ok=True)
            offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheels"}
        inside = ["chroot", str(image.root), "env", "--chdir", image.workdir, *command]
        _run(["unshare", "--mount", "--pid", "--net", "--fork", *inside], environment=image.environment | offline)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{shlex.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
