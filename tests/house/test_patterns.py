"""No text makes a pattern of ours think: each is given 100 KB of what it likes least and answers within its time (W8)."""

import ast
import importlib
import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.source import PACKAGES, ROOT, sources

SIZE = 100 * 1024
SECONDS = 0.1
"""Of the processor, for one question."""
ASKING = frozenset({"match", "fullmatch", "search", "sub", "split", "findall", "finditer"})
FILLING = ("a", "A", "0", " ", "-", "_", ".", "/", "<", '"', "=", ":", "@", "\n", "\t", "é")
PAIRS = ("a ", "a-", "a.", "0.", "a,", "a=", "<a", "=a;", "\n ", "a:\n", "ab", "A0-", "eyJ-", "://a", "token='")
ENDS = ("", "!", "\x00")
NOT_SERVED = (ROOT / "project" / "demo", ROOT / "project" / "settings")
"""What no stranger's text reaches: the demo's own servers, and the environment."""


@dataclass(frozen=True)
class Asked:
    """A pattern with one of the ways it is asked."""

    where: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    method: str

    def seconds(self, text: str) -> float:
        """How long the processor takes over this text."""
        given = text if isinstance(self.pattern.pattern, str) else text.encode()
        ask = getattr(self.pattern, self.method)
        began = time.thread_time()
        answer = ask(type(given)(), given) if self.method == "sub" else ask(given)
        if self.method == "finditer":
            list(answer)
        return time.thread_time() - began


def inputs() -> Iterator[str]:
    for piece in (*FILLING, *PAIRS):
        for end in ENDS:
            yield piece * (SIZE // len(piece)) + end


def asked_in(path: Path, ways: dict[str, set[str]]) -> Iterator[Asked]:
    """Every pattern that a module makes, with each way it is asked; `ways` are those of names, whoever asks."""
    tree = ast.parse(path.read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    ours = [call for call in calls if ast.unparse(call.func.value) == "re"]  # type: ignore[attr-defined]
    if not ours:
        return
    module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    here = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)} & ASKING
    names = {id(node.value): target.id for node, target in _assigned(tree)}
    for call in ours:
        method = call.func.attr  # type: ignore[attr-defined]
        if (pattern := _compiled(call, module)) is None:
            continue
        methods = {method} if method in ASKING else ways.get(names.get(id(call), ""), here)
        yield from (Asked(f"{path.relative_to(ROOT)}:{call.lineno}", pattern, one) for one in sorted(methods))
    for number, pattern in enumerate(one for kept in list(vars(module).values()) for one in _kept_in(kept)):
        yield from (Asked(f"{path.relative_to(ROOT)} {number}", pattern, one) for one in sorted(here))


def _kept_in(value: object) -> "Iterator[re.Pattern[str] | re.Pattern[bytes]]":
    """Patterns that stand in a tuple, list or table of a module."""
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ():
        if isinstance(one, re.Pattern):
            yield one
        else:
            yield from _kept_in(one)


def _assigned(tree: ast.Module) -> Iterator[tuple[ast.Assign, ast.Name]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node, node.targets[0]


def _compiled(call: ast.Call, module: ModuleType) -> "re.Pattern[str] | re.Pattern[bytes] | None":
    """The pattern of a call, where it stands in the module itself and is not made of what a function is given."""
    flags = [one for one in call.args[1:] if ast.unparse(one).startswith("re.")]
    given = ast.Expression(ast.Call(ast.Attribute(ast.Name("re", ast.Load()), "compile", ast.Load()), [], []))
    given.body.args = [call.args[0], *flags]  # type: ignore[attr-defined]
    try:
        found = eval(compile(ast.fix_missing_locations(given), "pattern", "eval"), vars(module))  # noqa: S307 - our own source
    except NameError:
        return None
    return found if isinstance(found, re.Pattern) else None


def ways_of_names() -> dict[str, set[str]]:
    """How each name is asked, in all modules together."""
    found: dict[str, set[str]] = {}
    for path in sources(*PACKAGES):
        for name, method in re.findall(r"\b(_?[A-Z][A-Z_]*)\.(\w+)\(", path.read_text()):
            if method in ASKING:
                found.setdefault(name, set()).add(method)
    return found


def every_pattern() -> list[Asked]:
    ways = ways_of_names()
    files = [path for path in sources(*PACKAGES) if not any(path.is_relative_to(folder) for folder in NOT_SERVED)]
    return list(itertools.chain.from_iterable(asked_in(path, ways) for path in files))


PATTERNS = every_pattern()


def test_a_pattern_that_thinks_is_found():
    thinking = Asked("here", re.compile(r"\s+$"), "search")

    assert thinking.seconds(" " * 10_000 + "!") > SECONDS


def test_there_are_many_patterns():
    assert len(PATTERNS) > 30


@pytest.mark.parametrize("asked", PATTERNS, ids=lambda asked: f"{asked.where} {asked.method}")
def test_no_text_makes_a_pattern_think(asked: Asked):
    slow = [text[:10] for text in inputs() if asked.seconds(text) > SECONDS and asked.seconds(text) > SECONDS]

    assert slow == []
