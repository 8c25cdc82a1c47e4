"""The list of what `python -m tests.mutations` takes away keeps up with the code."""

from collections import Counter

from tests.house.source import ROOT
from tests.mutations.mutants import all_mutants


def test_every_mutant_still_fits_the_code_and_has_its_own_name():
    names = Counter((one.kind, one.name) for one in all_mutants())

    assert [name for name, times in names.items() if times > 1] == []


def test_every_mutant_names_tests_that_exist():
    paths = {test.split("::")[0] for one in all_mutants() for test in one.tests}

    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
