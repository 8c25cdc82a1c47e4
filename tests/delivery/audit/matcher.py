"""Pins against advisories in the form of OSV, without a network: which of our versions is known to have which hole."""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

Advisory = dict[str, Any]


class Text(yaml.CSafeLoader):
    """Everything as it is written: a version like 1.10 is no number, a date no object."""


Text.yaml_implicit_resolvers = {}


@dataclass(frozen=True, order=True)
class Hole:
    """A pinned version that an advisory speaks of."""

    name: str
    version: str
    advisory: str


def pins(requirements: Path) -> dict[str, str]:
    """What a compiled requirements file installs, by name."""
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", requirements.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def advisories(place: Path) -> Iterator[Advisory]:
    """All advisories of a folder of JSON or YAML files, or of the archive of an OSV database."""
    if place.is_dir():
        yield from (json.loads(path.read_bytes()) for path in sorted(place.rglob("*.json")))
        yield from (yaml.load(path.read_bytes(), Loader=Text) for path in sorted(place.rglob("*.yaml")))  # noqa: S506 - a safe loader
        return
    with zipfile.ZipFile(place) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def holes(installed: dict[str, str], known: Iterable[Advisory]) -> list[Hole]:
    """Our versions that these advisories say are affected; withdrawn advisories count for nothing."""
    found = set()
    for advisory in known:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", []):
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            if package.get("ecosystem") == "PyPI" and name in installed and _is_affected(installed[name], affected):
                found.add(Hole(name, installed[name], advisory["id"]))
    return sorted(found)


def _is_affected(version: str, affected: Advisory) -> bool:
    if version in affected.get("versions", []):
        return True
    ranges = [one["events"] for one in affected.get("ranges", []) if one.get("type") == "ECOSYSTEM"]
    return any(_lies_in(Version(version), events) for events in ranges)


def _lies_in(version: Version, events: list[dict[str, str]]) -> bool:
    """Whether the last event at or before the version opened the hole."""
    is_open = False
    for event in events:
        ((kind, said),) = event.items()
        try:
            at = Version("0") if said == "0" else Version(said)
        except InvalidVersion:
            continue
        if kind == "introduced" and version >= at:
            is_open = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            is_open = False
    return is_open
