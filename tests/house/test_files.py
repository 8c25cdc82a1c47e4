"""What every file of the project keeps: no secrets, no conflict marks, clean ends, no giants."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT

FOLDERS = (
    "workflow",
    "storage",
    "helpdesk",
    "reports",
    "project",
    "tests",
    "docs",
    "fixtures",
    "requirements",
    ".ci",
    "deploy",
    ".github",
)
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".json",
    ".css",
    ".js",
    ".in",
    ".env",
    ".svg",
    ".sql",
    ".conf",
    ".example",
    "",
}
LARGEST = 1024 * 1024
GENERATED = {"docs/openapi.yaml"}


def files() -> list[Path]:
    top = [
        path
        for path in ROOT.iterdir()
        if path.is_file() and path.name not in {".git", ".env"} and not path.name.startswith(".coverage")
    ]
    below = [
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return sorted(top + below)


def texts() -> list[tuple[str, str]]:
    return [(str(path.relative_to(ROOT)), path.read_text()) for path in files() if path.suffix in TEXT]


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"^(<{7}|>{7})( |$)", id="conflict mark"),
        pytest.param(r"-{5}BEGIN [A-Z ]*PRIVATE KEY-{5}", id="private key"),
        pytest.param(r"\bAKIA[0-9A-Z]{16}\b", id="AWS key id"),
        pytest.param(r"[\u202a-\u202e\u2066-\u2069]", id="hidden change of reading direction"),
    ],
)
def test_no_file_holds(pattern):
    found = [name for name, text in texts() if re.search(pattern, text, re.MULTILINE)]

    assert found == []


def test_text_files_end_with_one_newline_and_no_line_with_blanks():
    bad = [
        name
        for name, text in texts()
        if text
        and name not in GENERATED
        and (not text.endswith("\n") or text.endswith("\n\n") or re.search(r"[ \t]+$", text, re.MULTILINE))
    ]

    assert bad == []


def test_no_file_is_larger_than_a_megabyte():
    assert [str(path.relative_to(ROOT)) for path in files() if path.stat().st_size > LARGEST] == []


def test_requirements_are_pinned_and_hashed():
    for path in (ROOT / "requirements").glob("*.txt"):
        pins = re.findall(r"^([a-z0-9][^ \n]*)", path.read_text(), re.MULTILINE)
        assert pins
        assert [pin for pin in pins if "==" not in pin] == [], path.name
        assert "://" not in path.read_text(), f"{path.name} names an address"


def test_every_pin_says_why_and_where():
    for path in (ROOT / "requirements").glob("*.in"):
        pins = [line for line in path.read_text().splitlines() if re.match(r"[a-z0-9]", line)]
        assert [line for line in pins if not re.search(r"  # \S.* https?://\S+$", line)] == [], path.name
