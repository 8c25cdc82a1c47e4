"""What `docker build .` would send: the files of the project that .dockerignore lets through."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path


class Ignore:
    """The patterns of a .dockerignore: the last one that fits a file or a folder above it decides."""

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        self.rules = [
            (_regular(line.removeprefix("!")), line.startswith("!"))
            for line in lines
            if line and not line.startswith("#")
        ]

    def lets_through(self, name: str) -> bool:
        parts = name.split("/")
        paths = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        verdict = True
        for pattern, lets_in in self.rules:
            if any(pattern.fullmatch(path) for path in paths):
                verdict = lets_in
        return verdict


def files(root: Path) -> Iterator[Path]:
    """The files of the context, by their path below the root."""
    ignore = Ignore((root / ".dockerignore").read_text())
    tops = {
        line[1:].split("/")[0] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    for top in sorted(tops):
        below = [root / top] if (root / top).is_file() else (root / top).rglob("*")
        for path in below:
            name = path.relative_to(root)
            if path.is_file() and ignore.lets_through(name.as_posix()):
                yield name


def copy(root: Path, target: Path) -> int:
    """Lay the context out in a folder; how many files it has."""
    found = list(files(root))
    for name in found:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target / name)
    return len(found)


def _regular(pattern: str) -> re.Pattern[str]:
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.strip("/"))
    return re.compile("".join(words.get(part, re.escape(part)) for part in parts))
