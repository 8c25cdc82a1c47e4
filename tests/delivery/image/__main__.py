"""`make image` (as root): the Dockerfile's steps in a clean root, then a desk of what they made, used through one ticket's life."""

import itertools
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import requests

from tests.delivery.image import proofs
from tests.delivery.image.build import Build, BuildError
from tests.delivery.image.installation import Installation
from tests.house.source import ROOT

NOT_DONE = {"backup"}
"""Its Postgres programs come from their project's own package source, which a machine need not reach."""


def main() -> int:
    if os.geteuid() != 0 or platform.system() != "Linux":
        print("This makes mounts and namespaces: run it as root on Linux.", file=sys.stderr)
        return 2
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="lineup-image-", ignore_cleanup_errors=True) as folder,
        ExitStack() as stack,
    ):
        place = Path(folder)
        place.chmod(0o755)
        try:
            build = Build(ROOT / "Dockerfile", place, skip=NOT_DONE)
            image = build.run()
        except BuildError as error:
            print(error, file=sys.stderr)
            return 1
        print("\n".join(f"  {step[:110]}" for step in build.done))
        print(f"The Dockerfile is carried out, {time.monotonic() - began:.0f} s; left out: {', '.join(NOT_DONE)}.")
        installation = Installation(image, place, stack)
        passed = sum(1 for _ in itertools.takewhile(lambda one: _held(one, installation), proofs.ALL))
        failed = passed < len(proofs.ALL)
        print(f"{passed} passed, {int(failed)} failed", flush=True)
    return int(failed)


def _held(proof: Callable[[Installation], None], installation: Installation) -> bool:
    began = time.monotonic()
    try:
        proof(installation)
    except (AssertionError, requests.RequestException) as error:
        print(f"FAILED  {proof.__doc__}\n{error}", flush=True)
        return False
    print(f"  ok, {time.monotonic() - began:4.1f} s  {proof.__doc__}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
