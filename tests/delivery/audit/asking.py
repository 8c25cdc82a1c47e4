"""pip-audit, and what its answer is worth: a package it did not look at is no package without holes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tests.delivery.audit.matcher import Hole

SERVICES = ("pypi", "osv")
OPTIONS = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10")


class SkippedError(Exception):
    """Packages that were not looked at; the message names them."""


def ask(requirements: Path, service: str) -> dict[str, Any] | None:
    """What the advisory source says of every pin; nothing when it could not be reached, or knows none of them."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            str(requirements),
            "--vulnerability-service",
            service,
            *OPTIONS,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return None
    return found if any("version" in one for one in found["dependencies"]) else None


def holes(answer: dict[str, Any], pinned: dict[str, str]) -> list[Hole]:
    """The holes it tells of. Raises SkippedError unless it looked at every pin in the pinned version."""
    looked = {
        canonicalize_name(one["name"]): one
        for one in answer["dependencies"]
        if "version" in one and "skip_reason" not in one
    }
    skipped = sorted(name for name, version in pinned.items() if looked.get(name, {}).get("version") != version)
    if skipped:
        raise SkippedError(f"Not looked at: {', '.join(skipped)}.")
    return sorted(Hole(name, one["version"], hole["id"]) for name, one in looked.items() for hole in one["vulns"])
