"""The quick run leaves out cases only, of the modules it names, and nothing when nobody asks for it."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.house.source import ROOT
from tests.sampling import EXHAUSTIVE, left_out, share


def items(*names: str) -> list[Any]:
    return [SimpleNamespace(nodeid=name) for name in names]


def test_each_module_that_is_thinned_is_there_and_tries_cases():
    for module in EXHAUSTIVE:
        assert "parametrize(" in (ROOT / module).read_text(), module


@pytest.mark.parametrize(("said", "one_in"), [(None, 1), ("", 1), ("1", 1), ("4", 4)])
def test_every_case_is_kept_unless_somebody_asks_for_fewer(said, one_in, monkeypatch):
    monkeypatch.delenv("SAMPLE", raising=False)
    if said is not None:
        monkeypatch.setenv("SAMPLE", said)

    assert share() == one_in
    assert left_out(items(*(f"{EXHAUSTIVE[0]}::test_x[{n}]" for n in range(9))), 1) == []


def test_a_quick_run_keeps_a_quarter_of_the_cases_and_all_other_tests():
    cases = items(*(f"{EXHAUSTIVE[0]}::test_x[{n:03}]" for n in range(100)))
    others = items(f"{EXHAUSTIVE[0]}::test_of_no_case", "workflow/tests/test_lineup.py::test_x[1]")

    gone = {item.nodeid for item in left_out([*others, *cases], 4)}

    assert len(gone) == 75
    assert gone < {item.nodeid for item in cases}
    assert gone == {item.nodeid for item in left_out([*reversed(cases), *others], 4)}, "the order does not matter"
