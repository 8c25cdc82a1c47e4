"""C8, C9, B05: what a decision would do, told for every ticket in line before it is taken."""

from dataclasses import replace

import pytest

from workflow.effects import Effect, effect_of
from workflow.lineup import Plan, Queue, commit, extend, reorder
from workflow.tests.builders import at, slot

WORKING = slot(1, "09:00", 120, promised=True)
PROMISED = slot(2, "11:00", 60, promised=True)
EXPECTED = slot(3, "12:00", 60)
LINE = Queue(in_progress=(WORKING,), waiting=(PROMISED, EXPECTED))
OVERTAKEN = Queue(waiting=(slot(3, "11:00", 60), slot(2, "12:00", 60, promised=True)))


def told(effects: tuple[Effect, ...]) -> list[tuple[object, ...]]:
    return [(one.ref, one.due_from, one.due_to, one.at_risk_from, one.at_risk_to, one.becomes_late) for one in effects]


@pytest.mark.parametrize(
    ("before", "plan", "now", "expected"),
    [
        pytest.param(LINE, reorder(LINE, [2, 3], at("09:30")), "09:30", [], id="C8 the present order changes nothing"),
        pytest.param(
            LINE,
            reorder(LINE, [3, 2], at("09:30")),
            "09:30",
            [
                (3, at("13:00"), at("12:00"), None, None, False),
                (2, at("12:00"), at("13:00"), None, None, False),
            ],
            id="C8 a reorder moves both, in the new order; a promise that moves along is not late",
        ),
        pytest.param(
            LINE,
            extend(LINE, 1, 30, at("09:30")),
            "09:30",
            [
                (1, at("11:00"), at("11:30"), None, None, False),
                (2, at("12:00"), at("12:30"), None, None, False),
                (3, at("13:00"), at("13:30"), None, None, False),
            ],
            id="X3 an extension: the ticket itself and those behind it",
        ),
        pytest.param(
            OVERTAKEN,
            commit(OVERTAKEN, 3, 120, at("11:00")),
            "11:00",
            [
                (3, at("12:00"), at("13:00"), None, None, False),
                (2, at("13:00"), at("13:00"), None, 60, True),
            ],
            id="C9 a commitment moves no promise later: what no longer fits becomes late, its due time stays",
        ),
        pytest.param(
            LINE,
            Plan(queue=replace(LINE, waiting=())),
            "09:30",
            [],
            id="C9 who leaves the line has no effect of its own",
        ),
        pytest.param(
            LINE,
            Plan(queue=replace(LINE, waiting=(EXPECTED,))),
            "09:30",
            [(3, at("13:00"), at("13:00"), None, None, False)],
            id="C9 one ahead leaves: the start and due stay, the forecast moves",
        ),
        pytest.param(
            LINE,
            Plan(queue=replace(LINE, waiting=(EXPECTED, PROMISED))),
            "11:20",
            [
                (3, at("13:00"), at("13:00"), None, None, False),
                (2, at("12:00"), at("12:00"), 20, 80, False),
            ],
            id="C9 late already is not made late",
        ),
    ],
)
def test_effect_of(before, plan, now, expected):
    assert told(effect_of(before, plan, at(now))) == expected
