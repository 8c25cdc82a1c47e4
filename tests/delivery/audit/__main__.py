"""`make audit`: first a planted hole that must be found, then our pins; without an advisory source nothing is claimed.

ARGS=--required makes that a failure, as CI does; ARGS="--advisories PATH" takes a copy of an OSV database (a folder of JSON files
or its archive) instead of asking pip-audit's sources.
"""

import argparse
import sys
from pathlib import Path

from tests.delivery.audit import asking
from tests.delivery.audit.matcher import Hole, advisories, holes, pins
from tests.house.source import ROOT

CONTROL = ROOT / "tests" / "delivery" / "audit" / "planted"
FILES = ("base.txt", "dev.txt")
"""Production, then all the rest that stands on a developer's machine."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--required", action="store_true", help="fail when no advisory source can be reached")
    parser.add_argument("--advisories", type=Path, metavar="PATH", help="a copy of an OSV database")
    options = parser.parse_args(arguments)
    planted = holes(pins(CONTROL / "requirements.txt"), advisories(CONTROL))
    if not planted:
        print("The audit is blind: the planted hole was not found.")
        return 1
    print(f"The planted hole was found: {_told(planted[0])}.")
    found = _offline(options.advisories) if options.advisories else _asked()
    if found is None:
        print("No advisory source could be reached: whether there are known holes is not known.")
        return 1 if options.required else 0
    for hole in found:
        print(f"HOLE  {_told(hole)}")
    return 1 if found else 0


def _offline(place: Path) -> list[Hole]:
    known = list(advisories(place))
    newest = max((one.get("modified", "") for one in known), default="")
    if not newest:
        print(f"{place} holds no advisories.")
        return [Hole("nothing", "0", "no advisories")]
    print(f"{len(known):,} advisories, the newest of {newest[:10]}: what became known later is not in them.")
    found = {hole for name in FILES for hole in holes(pins(ROOT / "requirements" / name), known)}
    print(f"{len(pins(ROOT / 'requirements' / 'dev.txt'))} packages looked at, {len(found)} holes.")
    return sorted(found)


def _asked() -> list[Hole] | None:
    found: list[Hole] = []
    for name in FILES:
        requirements = ROOT / "requirements" / name
        answers = (asking.ask(requirements, service) for service in asking.SERVICES)
        answer = next((one for one in answers if one is not None), None)
        if answer is None:
            return None
        try:
            found += asking.holes(answer, pins(requirements))
        except asking.SkippedError as error:
            print(f"{name}: {error}")
            return [*found, Hole(name, "-", "skipped")]
        print(f"{name}: {len(pins(requirements))} packages looked at, each.")
    return found


def _told(hole: Hole) -> str:
    return f"{hole.name} {hole.version}: {hole.advisory}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
