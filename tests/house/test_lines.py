"""docs/reliability.md says of every line what came of it, and names what shows it."""

import re

from tests.house import documents

PAGE = documents.DOCS / "reliability.md"
FAMILIES = {"C": 8, "S": 9, "E": 5, "A": 11, "T": 9, "W": 12, "U": 5, "O": 8}
"""How many lines each part has: races, clock, mail, files, access, web, audit, operations."""
LINES = [f"{family}{number}" for family, last in FAMILIES.items() for number in range(1, last + 1)]
SHOWN = ("holds", "in part")
UNSHOWN = ("not built", "not proved here")


def rows() -> list[list[str]]:
    return documents.rows(PAGE, "Line by line")


def test_every_line_stands_once_in_order():
    assert [cells[0] for cells in rows()] == LINES


def test_every_line_says_what_came_of_it():
    assert [cells[0] for cells in rows() if not cells[2].startswith(SHOWN + UNSHOWN)] == []


def test_what_holds_names_what_shows_it_and_what_does_not_says_why():
    wrong = []
    for line, _, result, shown_by in rows():
        proofs = documents.REFERENCE.findall(shown_by)
        is_reasoned = re.match(r"[^:]+: \S", result) is not None
        if bool(proofs) != result.startswith(SHOWN) or not (proofs or is_reasoned):
            wrong.append(line)

    assert wrong == []


def test_in_part_says_what_is_missing():
    assert [cells[0] for cells in rows() if cells[2].startswith("in part") and ": " not in cells[2]] == []


def test_what_shows_a_line_exists():
    assert documents.missing_names(PAGE.read_text()) == []
