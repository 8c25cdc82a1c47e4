"""Why a ticket is due when it is, made of its events (B04)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from workflow import facts
from workflow.chain import chain_of
from workflow.states import Level
from workflow.tests.builders import at


@dataclass(frozen=True)
class Somebody:
    name: str


@dataclass(frozen=True)
class Happened:
    """An event as it is kept."""

    timestamp: datetime
    actor: Somebody | None
    action: str
    metadata: dict[str, Any]


MAYA, ASHA, OMAR = Somebody("Maya"), Somebody("Asha"), Somebody("Omar")


def happened(time: str, fact: facts.Fact, by: Somebody | None = MAYA) -> Happened:
    return Happened(at(time), by, fact.action, fact.as_metadata())


def assigned(due: str, **told: Any) -> facts.TicketAssigned:
    return facts.TicketAssigned(
        engineer_id=2, engineer_name="Asha", level=Level.SM1, starts_at=at("11:00"), due_at=at(due), **told
    )


def handed_on(due: str, *, is_expected: bool, comment: str = "") -> facts.TicketReassigned:
    return facts.TicketReassigned(
        engineer_id=3,
        engineer_name="Omar",
        previous_engineer_id=2,
        previous_engineer_name="Asha",
        level=Level.SM1,
        due_at=at(due),
        is_expected=is_expected,
        comment=comment,
    )


def committed(minutes: int, due: str) -> facts.TicketCommitted:
    return facts.TicketCommitted(resolution_minutes=minutes, starts_at=at("11:00"), due_at=at(due))


def moved(before: str, after: str, cause: str, comment: str = "") -> facts.DueMoved:
    return facts.DueMoved(
        due_from=at(before),
        due_to=at(after),
        starts_from=at("11:00"),
        starts_to=at("15:00"),
        cause_case_id="N-HRM-1001",
        cause=cause,
        is_promise=True,
        comment=comment,
    )


def reordered(before: str, after: str) -> facts.QueueReordered:
    return facts.QueueReordered(
        engineer_id=2,
        engineer_name="Asha",
        level=Level.SM1,
        place_from=2,
        place_to=1,
        due_from=at(before),
        due_to=at(after),
        starts_from=at("15:00"),
        starts_to=at("11:00"),
        cause="Maya moved N-EXP-1002 in the line of Asha",
        is_promise=True,
    )


EXTENDED = facts.ExtensionApproved(
    extra_minutes=30,
    due_from=at("14:00"),
    due_to=at("14:30"),
    approvers=("Sam", "Ravi"),
    comments=("Fine.", "", "Yes."),
)
ESCALATED = facts.TicketEscalated(due_at=at("14:00"), engineer_id=2, engineer_name="Asha")
REMINDED = facts.TicketReminded(due_at=at("14:00"))

FIRST = happened("09:30", assigned("19:00", queued_after="N-EXP-1001", comment="You know it."))
PROMISED = happened("09:40", committed(180, "14:00"), ASHA)
ASSIGNED_SAID = "09:30 Maya assigned it to Asha, lined up behind N-EXP-1001: expected 19:00, because You know it."
PROMISED_SAID = "09:40 Asha promised 3 h of work: due 19:00 → 14:00"


def said(events: list[Happened]) -> list[str]:
    """The steps as a page would say them."""
    lines = []
    for step in chain_of(events):
        before = f"{step.due_from:%H:%M} → " if step.due_from and step.moves else ""
        because = f", because {step.because}" if step.because else ""
        lines.append(f"{step.at:%H:%M} {step.said}: {step.kind} {before}{step.due_to:%H:%M}{because}")
    return lines


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([], [], id="nobody has it"),
        pytest.param([FIRST], [ASSIGNED_SAID], id="assigned"),
        pytest.param([FIRST, PROMISED], [ASSIGNED_SAID, PROMISED_SAID], id="promised"),
        pytest.param(
            [FIRST, PROMISED, happened("10:00", REMINDED, None)], [ASSIGNED_SAID, PROMISED_SAID], id="a reminder is none"
        ),
        pytest.param(
            [FIRST, PROMISED, happened("10:05", moved("14:00", "18:00", "Maya moved N-HRM-1001 ahead", "Payroll first."))],
            [ASSIGNED_SAID, PROMISED_SAID, "10:05 Maya moved N-HRM-1001 ahead: due 14:00 → 18:00, because Payroll first."],
            id="pushed by a reorder",
        ),
        pytest.param(
            [FIRST, PROMISED, happened("10:05", moved("14:00", "14:30", "N-EXP-1001 was extended by 30 min"))],
            [ASSIGNED_SAID, PROMISED_SAID, "10:05 N-EXP-1001 was extended by 30 min, by Maya: due 14:00 → 14:30"],
            id="a cause that names nobody is said with its actor",
        ),
        pytest.param(
            [FIRST, PROMISED, happened("10:05", reordered("14:00", "12:00"))],
            [ASSIGNED_SAID, PROMISED_SAID, "10:05 Maya moved N-EXP-1002 in the line of Asha: due 14:00 → 12:00"],
            id="moved by hand",
        ),
        pytest.param(
            [FIRST, PROMISED, happened("10:20", EXTENDED)],
            [ASSIGNED_SAID, PROMISED_SAID, "10:20 Sam and Ravi agreed to 30 min more: due 14:00 → 14:30, because Fine.; Yes."],
            id="extended",
        ),
        pytest.param(
            [FIRST, PROMISED, happened("14:00", ESCALATED, None)],
            [ASSIGNED_SAID, PROMISED_SAID, "14:00 The promise passed and was escalated; the due time stays: due 14:00"],
            id="escalated",
        ),
        pytest.param(
            [FIRST, PROMISED, happened("10:30", handed_on("16:00", is_expected=True, comment="Asha is away."))],
            ["10:30 Maya reassigned it from Asha to Omar: expected 14:00 → 16:00, because Asha is away."],
            id="handed on begins anew",
        ),
        pytest.param(
            [FIRST, PROMISED, happened("14:00", ESCALATED, None), happened("14:10", handed_on("14:00", is_expected=False))],
            [
                ASSIGNED_SAID,
                PROMISED_SAID,
                "14:00 The promise passed and was escalated; the due time stays: due 14:00",
                "14:10 Maya reassigned it from Asha to Omar; the due time that passed stays: due 14:00",
            ],
            id="handed on after its promise passed (E3)",
        ),
    ],
)  # fmt: skip
def test_b04_chain_of(events: list[Happened], expected: list[str]) -> None:
    assert said(events) == expected


def test_b04_a_move_nobody_made_is_the_systems() -> None:
    """A cause without an actor names the system."""
    [*_, step] = chain_of([FIRST, happened("10:05", moved("19:00", "18:00", "the line moved"), None)])

    assert step.said == "the line moved, by the system"
