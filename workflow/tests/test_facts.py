"""Facts as events keep them (T5)."""

import json

import pytest

from workflow import facts
from workflow.states import Level, Priority
from workflow.tests.builders import at


def subclasses(of: type[facts.Fact]) -> set[type[facts.Fact]]:
    direct = set(of.__subclasses__())
    return direct.union(*(subclasses(one) for one in direct))


def test_every_fact_but_the_mail_of_moves_is_an_event_with_its_own_verb():
    assert set(facts.EVENTS) == subclasses(facts.Fact) - {facts.DuesMoved}
    assert len(facts.ACTIONS) == len(facts.EVENTS)
    assert facts.ACTIONS["ticket_raised"] == "Raised"


def test_what_leaves_a_ticket_as_it_was_is_no_change_of_it():
    """A6: comments, files, reminders and the flags of E4."""
    unchanged = {facts.CommentAdded, facts.FileAdded, facts.TicketReminded, facts.TriageStale, facts.AcceptanceStale}

    assert set(facts.CHANGES) == {fact.action for fact in facts.EVENTS if fact not in unchanged}


def test_as_metadata_is_safe_for_json():
    fact = facts.TicketReassigned(
        engineer_id=3,
        engineer_name="Omar",
        level=Level.SM2,
        starts_at=at("11:00"),
        due_at=at("19:00"),
        queued_after="N-EXP-1001",
        comment="He knows it",
        lined_up=True,
        previous_engineer_id=2,
        previous_engineer_name="Asha",
    )

    metadata = fact.as_metadata()

    assert metadata == json.loads(json.dumps(metadata))
    assert metadata == {
        "engineer_id": 3,
        "engineer_name": "Omar",
        "level": "sm2",
        "starts_at": "2026-11-18T11:00:00+00:00",
        "due_at": "2026-11-18T19:00:00+00:00",
        "is_expected": True,
        "queued_after": "N-EXP-1001",
        "comment": "He knows it",
        "lined_up": True,
        "previous_engineer_id": 2,
        "previous_engineer_name": "Asha",
    }


@pytest.mark.parametrize(
    ("fact", "metadata"),
    [
        (
            facts.TicketRaised(application_code="EXP", title="Down", priority=Priority.HIGH),
            {"application_code": "EXP", "title": "Down", "priority": "high"},
        ),
        (facts.TicketStarted(out_of_turn=("N-EXP-1001",)), {"out_of_turn": ["N-EXP-1001"]}),
        (
            facts.DuesMoved(
                engineer_id=2,
                moves=(facts.DueMove(case_id="N-1", due_from=at("14:00"), due_to=at("18:00"), is_promise=True),),
                cause_case_id="N-2",
                cause="moved ahead",
            ),
            {
                "engineer_id": 2,
                "moves": [
                    {
                        "case_id": "N-1",
                        "due_from": "2026-11-18T14:00:00+00:00",
                        "due_to": "2026-11-18T18:00:00+00:00",
                        "is_promise": True,
                    }
                ],
                "cause_case_id": "N-2",
                "cause": "moved ahead",
                "comment": "",
            },
        ),
    ],
)
def test_as_metadata(fact, metadata):
    assert fact.as_metadata() == metadata
