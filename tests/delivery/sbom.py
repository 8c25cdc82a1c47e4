"""`make sbom`: what the image consists of, as CycloneDX, into deploy/sbom.cdx.json, which is also in the image.

Read from the installed environment, for licences and who needs whom, and narrowed to what requirements/base.txt installs.
"""

import json
import re
import subprocess
import sys
from typing import Any

from packaging.utils import canonicalize_name

from tests.delivery.audit.matcher import pins
from tests.house.source import ROOT

PAGE = ROOT / "deploy" / "sbom.cdx.json"
BASE = ROOT / "requirements" / "base.txt"


def made() -> dict[str, Any]:
    """The bill of materials of the production packages."""
    done = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON", "--pyproject",
         str(ROOT / "pyproject.toml"), sys.executable],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return narrowed(json.loads(done.stdout), pins(BASE))


def narrowed(whole: dict[str, Any], pinned: dict[str, str]) -> dict[str, Any]:
    """Only what is pinned, and without the addresses it may have been fetched from."""
    components = [one for one in whole["components"] if pinned.get(canonicalize_name(one["name"])) == one["version"]]
    kept = {one["bom-ref"] for one in components} | {whole["metadata"]["component"]["bom-ref"]}
    for one in (*components, whole["metadata"]["component"], *whole["metadata"]["tools"]["components"]):
        one.pop("externalReferences", None)
        one.pop("properties", None)
        one.pop("description", None)
    root = whole["metadata"]["component"]["bom-ref"]
    needed = pins_named(BASE.with_suffix(".in").read_text())
    of_the_desk = sorted(one["bom-ref"] for one in components if canonicalize_name(one["name"]) in needed)
    dependencies = [{"ref": root, "dependsOn": of_the_desk}] + [
        {"ref": one["ref"], "dependsOn": [ref for ref in one.get("dependsOn", []) if ref in kept]}
        for one in whole["dependencies"]
        if one["ref"] in kept - {root}
    ]
    whole["metadata"].pop("properties", None)
    return whole | {"components": components, "dependencies": dependencies}


def pins_named(text: str) -> set[str]:
    """What requirements/base.in asks for by itself."""
    return {canonicalize_name(name) for name in re.findall(r"^([a-z0-9][\w.-]*)", text, re.MULTILINE)}


if __name__ == "__main__":
    found = made()
    PAGE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    print(f"{PAGE.relative_to(ROOT)}: {len(found['components'])} packages")
