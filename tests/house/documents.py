"""Reading our own pages: tables, links and commands in Markdown, and the names in code they speak of."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.house.source import PACKAGES, ROOT, sources

DOCS = ROOT / "docs"
REFERENCE = re.compile(r"`([\w/]+\.py)::([\w.]+)`")
READERS = {"text", "number", "flag", "words"}
"""The functions of project/settings/environment.py."""


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the table below a heading, its own head left out."""
    text = page.read_text()
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{page.name} has no heading {heading!r}"
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def broken_links(page: Path) -> Iterator[str]:
    """Relative links and pictures that lead nowhere."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        if not (page.parent / target.split("#")[0]).exists():
            yield f"{page.relative_to(ROOT)}: {target}"


def make_commands(page: Path) -> set[str]:
    """The targets a page tells people to make."""
    return set(re.findall(r"(?:^|`)make ([a-z]+)\b", page.read_text(), re.MULTILINE))


def make_targets() -> set[str]:
    """The targets that `make help` shows."""
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def names_in(path: Path) -> frozenset[str]:
    """What a module defines: functions, classes, their methods, and constants."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        found |= set(_names(node))
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in _names(inner)}
    return frozenset(found)


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def missing_names(text: str) -> list[str]:
    """References like `helpdesk/clock.py::now` to a file or a name that does not exist."""
    return [f"{path}::{name}" for path, name in REFERENCE.findall(text) if not _exists(path, name)]


def _exists(path: str, name: str) -> bool:
    return (ROOT / path).is_file() and name in names_in(ROOT / path)


def speaks_of(rule: str, text: str) -> bool:
    """Whether a test's text names the rule: `C5` in words, `_c5_` in a name, or as part of `C2-C8`."""
    letter, number = rule[0], int(rule[1:])
    if re.search(rf"(?<![A-Za-z0-9]){rule}(?![0-9])", text, re.IGNORECASE):
        return True
    ranges = re.findall(rf"\b{letter}(\d+)-{letter}(\d+)\b", text)
    return any(int(first) <= number <= int(last) for first, last in ranges)


@cache
def environment_variables() -> frozenset[str]:
    """Every environment variable that the code asks for by name."""
    files = sources(*PACKAGES, "tests", tests=True)
    return frozenset(name for path in files for name in _asked_for(ast.parse(path.read_text())))


def _asked_for(tree: ast.Module) -> Iterator[str]:
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if ast.unparse(call.func) == "dj_database_url.config":
            yield "DATABASE_URL"
        if not call.args:
            continue
        of, first = ast.unparse(call.func.value), call.args[0]
        is_asking = (of == "environment" and call.func.attr in READERS) or (
            of == "os.environ" and call.func.attr == "get"
        )
        if is_asking and isinstance(first, ast.Constant):
            yield str(first.value)


def management_commands() -> set[str]:
    """The commands that `manage.py` gets from us."""
    folders = [folder for package in PACKAGES for folder in (ROOT / package).rglob("management/commands")]
    return {path.stem for folder in folders for path in folder.glob("*.py") if not path.stem.startswith("_")}
