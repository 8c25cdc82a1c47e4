"""The runner of `make check`: in order, up to the first failure, which it names."""

import sys

from tests.flows.groups import ORDER, SECOND, group_of
from tests.house.steps import ROOT, Step, checks, measured, production_example, proofs, race_modules, run_all


def step(name: str, program: str, **options: object) -> Step:
    return Step(name, (sys.executable, "-c", program), **options)


def test_run_all_stops_at_the_first_failure_and_names_it(capsys):
    steps = [
        step("fine", "print('quiet')"),
        step("broken", "print('loud'); raise SystemExit(3)"),
        step("never", "pass"),
    ]

    assert run_all(steps) is False

    said = capsys.readouterr().out
    assert "- fine ...\n  ok, " in said
    assert "quiet" not in said
    assert "loud\n" in said
    assert "FAILED after 0 s: broken" in said
    assert "never" not in said


def test_run_all_shows_the_closing_line_of_a_test_run(capsys):
    assert run_all([step("tests", "print('noise'); print('3 passed in 0.10s')", is_test_run=True)]) is True

    said = capsys.readouterr().out
    assert "  3 passed in 0.10s\n" in said
    assert "noise" not in said


def test_a_step_adds_to_the_environment():
    assert run_all(
        [
            step(
                "races",
                "import os; assert os.environ['RACES'] == '7'; assert os.environ['PATH']",
                environment={"RACES": "7"},
            )
        ]
    )


def test_checks_have_distinct_names_and_end_with_the_tests():
    names = [one.name for one in checks()]

    assert len(names) == len(set(names))
    assert names[-5:] == [
        "docs, OpenAPI and migrations in step",
        "tests, the state machine with 25x20 acts",
        "browser flows",
        "made-up calls of the API, as each role",
        "races, 300 of each",
    ]


def test_what_the_tests_of_check_leave_out_is_a_step_of_its_own():
    docs, tests, flows, made_up, races = checks()[-5:]

    assert "tests/house" in docs.command
    assert ("flow" in flows.command, "contract" in made_up.command) == (True, True)
    assert flows.command[-7:-3] == ("-n", "2", "--dist", "loadgroup")
    assert "race" in races.command
    assert tests.command[-4:-1] == ("--ignore", "tests/house", "-m")
    assert tests.command[-1] == "not flow and not contract and not chaos and not load and not race"


def test_races_are_run_wherever_they_stand():
    modules = race_modules()
    assert {"tests/races/test_lines.py", "helpdesk/tests/notifications/test_races.py"} <= set(modules)
    for races in (checks()[-1], proofs()[0]):
        assert races.command[-len(modules) :] == modules


def test_every_module_of_stories_has_its_place_in_one_of_two_groups():
    assert sorted(ORDER) == sorted(path.stem for path in (ROOT / "tests" / "flows").glob("test_*.py"))
    assert set(ORDER) > SECOND
    assert {group_of(story) for story in ORDER} == {"stories 1", "stories 2"}


def test_coverage_measures_what_check_tests_and_holds_two_floors():
    tests, everything, rules = measured()

    assert tests.command[-4:-2] == ("-m", "not flow and not contract and not chaos and not load")
    assert "--fail-under=95" in everything.command
    assert "--fail-under=100" in rules.command
    assert "--include=workflow/*,storage/*,helpdesk/services/*,helpdesk/selectors/*" in rules.command


def test_the_production_example_holds_what_production_requires():
    assert production_example()["LINEUP_BASE_URL"].startswith("https://")
