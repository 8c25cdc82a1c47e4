"""Each refusal has a stable code, a sentence for people and data for programs."""

import inspect

import pytest

from workflow import errors
from workflow.errors import (
    ChangedSinceLoaded,
    Conflict,
    EngineerBusy,
    Missing,
    NotAllowed,
    RuleBroken,
    Unavailable,
    WorkflowError,
    all_errors,
    in_words,
)
from workflow.states import Act, Level, Status
from workflow.tests.builders import at

GIVEN = {
    "case_id": "N-EXP-1001",
    "needs": "SM1 or SM2",
    "assigned_by": "Ravi",
    "level": Level.SM2,
    "status": Status.RESOLVED,
    "act": Act.START,
    "engineer": "Asha",
    "open_tickets": [],
    "starts_at": at("11:00"),
    "due_at": at("19:00"),
    "by": "Ravi",
    "did": "assigned it",
    "at": at("10:02"),
    "waiting": ["N-EXP-1001"],
    "why": "say why",
    "longest": 60,
    "shortest": 11,
    "application": "Expenses",
    "person": "Ada Admin",
    "authority": "Rhea Authority",
    "calendar": "Office hours",
    "users": ["the desk"],
    "sentence": "This file is empty.",
    "filename": "N-EXP-1001.log",
    "errors": {"title": ["The title must not be empty."]},
    "state": "waiting",
    "rows": 2_000_000,
    "most": 1_000_000,
}


def made(error: type[WorkflowError]) -> WorkflowError:
    """One of its kind, with every named argument given."""
    taken = inspect.signature(error).parameters.values()
    return error(**{one.name: GIVEN[one.name] for one in taken if one.kind is not one.VAR_KEYWORD})


@pytest.mark.parametrize("error", all_errors(), ids=lambda error: error.code)
def test_every_error_speaks_in_sentences_and_is_of_one_kind(error):
    raised = made(error)

    assert raised.sentence == str(raised)
    assert raised.sentence[0].isupper() or raised.sentence.startswith("N-")
    assert "None" not in raised.sentence.removeprefix("None of ")
    assert sum(isinstance(raised, kind) for kind in (NotAllowed, Conflict, RuleBroken, Missing, Unavailable)) == 1
    assert isinstance(raised.data, dict)
    assert inspect.getdoc(error)


def test_codes_are_unique():
    codes = [error.code for error in all_errors()]

    assert len(codes) == len(set(codes)) > 30
    assert {kind.code for kind in (WorkflowError, NotAllowed, Conflict, RuleBroken, Missing, Unavailable)}.isdisjoint(
        codes
    )


def test_every_error_is_exported():
    assert {error.__name__ for error in all_errors()} <= set(errors.__all__)


def test_a5_the_busy_prompt_has_the_exact_words():
    busy = made(EngineerBusy)

    assert busy.sentence == "Selected member is already engaged in another task"
    assert busy.code == "engineer_busy"
    assert busy.data == {
        "engineer": "Asha",
        "open_tickets": [],
        "starts_at": at("11:00"),
        "due_at": at("19:00"),
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param(
            {"by": "Ravi", "did": "assigned it", "engineer": "Asha", "at": at("10:02")},
            "N-1 changed since you loaded it: Ravi assigned it to Asha on 18 Nov 2026 at 10:02 UTC.",
            id="A6 who assigned it to whom, when",
        ),
        pytest.param({}, "N-1 changed since you loaded it: the system changed it a moment ago.", id="A6 the system"),
    ],
)
def test_changed_since_loaded(given, sentence):
    assert ChangedSinceLoaded(case_id="N-1", **given).sentence == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (errors.AssignedBySm2(case_id="N-1"), "N-1 was assigned by SM2; only SM2 can change it."),
        (errors.OverrideOff(case_id="N-1"), "N-1 was assigned by SM1, and overriding SM1 is switched off."),
    ],
)
def test_a2_a3_without_a_name(error, sentence):
    assert error.sentence == sentence


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "1 min"), (59, "59 min"), (60, "1 h"), (90, "1 h 30 min"), (43_200, "720 h")]
)
def test_in_words(minutes, words):
    assert in_words(minutes) == words
