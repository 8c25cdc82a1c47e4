"""What our pages point at: links and their anchors, files and commands in code, numbered steps."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.source import ROOT

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)
SUFFIXES = {".py", ".md", ".html", ".yaml", ".yml", ".toml", ".css", ".js", ".sql", ".sh", ".env", ".conf"}
"""Endings by which a word in code is a file of ours, with or without its folder."""
MADE_LATER = (".local/", ".venv/")
"""Folders that come to be on the reader's machine."""


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return FENCED.sub("", text)


def fenced_lines(text: str) -> list[str]:
    """The lines of all fenced blocks, the fences left out."""
    return [line for block in FENCED.findall(text) for line in block.splitlines()[1:-1] if line.strip()]


def links(page: Path) -> list[str]:
    """Where a page leads, addresses of the outside left out; what stands in code leads nowhere."""
    text = CODE.sub("", prose(page.read_text()))
    return [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]


def broken_links(page: Path) -> Iterator[str]:
    """Relative links and pictures that lead nowhere, also those to a heading that the page does not have."""
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists():
            yield f"{target}: no such file"
        elif anchor and anchor not in anchors(file.read_text()):
            yield f"{target}: no such heading"


def anchors(text: str) -> set[str]:
    """The anchors that a reader of Markdown gives the headings of a page; a doubled one gets a number."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(prose(text)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
    return {slug if number == 0 else f"{slug}-{number}" for slug, last in found.items() for number in range(last + 1)}


def missing_files(text: str) -> Iterator[str]:
    """Files and folders named in code that are not there; patterns must fit at least one file."""
    for word in _words_in_code(text):
        name = word.split("::")[0]
        if _is_ours(name) and not _found(name):
            yield name


def _words_in_code(text: str) -> Iterator[str]:
    for code in CODE.findall(prose(text)):
        yield from (word.strip("(),;") for word in code.split())


def _is_ours(name: str) -> bool:
    """Whether a word in code names a file of this project: below a folder of ours, or by its ending."""
    if re.search(r"[<>{}$=:]|^[/~]|\.\.\.", name) or name.startswith(MADE_LATER):
        return False
    return ("/" in name and name.split("/")[0] in _tops()) or Path(name).suffix in SUFFIXES


def _found(name: str) -> bool:
    if "/" not in name and "*" not in name:
        return (ROOT / name).exists() or name in _names()
    return any(ROOT.glob(name.rstrip("/")))


@cache
def _tops() -> frozenset[str]:
    return frozenset(path.name for path in ROOT.iterdir() if path.is_dir())


@cache
def _names() -> frozenset[str]:
    """The name of every file of the project, whatever its folder."""
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in {".git", ".venv", ".local"}]
    return frozenset(path.name for folder in folders for path in folder.rglob("*.*"))


def manage_commands(text: str) -> set[str]:
    """The names of management commands that a page tells people to run."""
    return set(re.findall(r"manage\.py ([a-z_]+)", text))


def make_commands(text: str) -> set[str]:
    """The targets that a page tells people to make, in code or in a fenced block."""
    code = "\n".join([*CODE.findall(prose(text)), *fenced_lines(text)])
    return set(re.findall(r"^make ([a-z]+)\b", code, re.MULTILINE))


def steps(page: Path) -> list[tuple[str, str]]:
    """The numbered steps of a page, each with the heading above it; a step goes on over indented lines."""
    found: list[tuple[str, str]] = []
    heading = ""
    for line in prose(page.read_text()).splitlines():
        if title := re.match(r"#+ (.+)", line):
            heading = title[1]
        elif re.match(r"\d+\. ", line):
            found.append((heading, line))
        elif line.startswith("   ") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
    return found
