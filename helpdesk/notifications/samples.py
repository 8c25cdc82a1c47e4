"""A sample ticket and its people, none of whom exist: what the mails of every kind are shown with. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property

from helpdesk.models import ApplicationCatalog, Attachment, Comment, Notification, Ticket, TicketEvent, User
from helpdesk.notifications.letter import Letter
from helpdesk.notifications.sample_facts import (
    ENGINEER,
    ENGINEER_ID,
    EXPECTED_CASE,
    HOUR,
    MOVED_CASE,
    OTHER_CASE,
    PREVIOUS_ID,
    sample_facts,
)
from workflow import facts
from workflow.audience import Kind, Parties, who_hears
from workflow.states import Level, Priority

REPORTER_ID, MASTER_ID, AUTHORITY_ID, OTHER_ID = 900_003, 900_004, 900_005, 900_006
NAMES = {
    ENGINEER_ID: ENGINEER,
    PREVIOUS_ID: "Pavel Previous",
    REPORTER_ID: "Rita Reporter",
    MASTER_ID: "Sam One",
    AUTHORITY_ID: "Rana Authority",
    OTHER_ID: "Ola Other",
}
PARTIES = Parties(
    reporter=REPORTER_ID,
    assignee=ENGINEER_ID,
    assignee_name=ENGINEER,
    previous_assignee=PREVIOUS_ID,
    assigner=MASTER_ID,
    every_sm=(MASTER_ID,),
    ra=AUTHORITY_ID,
    other_ras=(OTHER_ID,),
    actor=None,
)
BY = {
    facts.TicketRaised: REPORTER_ID,
    facts.TicketResolved: ENGINEER_ID,
    facts.ExtensionRequested: ENGINEER_ID,
    facts.CommentAdded: PREVIOUS_ID,
    facts.TicketReminded: None,
    facts.TicketEscalated: None,
    facts.TriageStale: None,
    facts.AcceptanceStale: None,
}
"""Whose act each fact is; the scrum master's, where it is not named."""


class SampleLetter(Letter):
    """A letter about the sample ticket, which asks the database nothing."""

    def __init__(self, row: Notification, now: datetime) -> None:
        super().__init__(row)
        self.now = now

    @cached_property
    def sees_internal(self) -> bool:
        return self.row.recipient_id != REPORTER_ID

    def comment(self, comment_id: int) -> Comment:
        is_internal = bool(self.payload["internal"])
        body = "The index is corrupt and must be rebuilt." if is_internal else "It also fails on page 4.\nSee the log."
        return Comment(ticket=self.ticket, author=_person(PREVIOUS_ID), body=body, is_internal=is_internal)

    def decisions(self, case_ids: Iterable[str]) -> Iterable[TicketEvent]:
        return [event for case_id in case_ids for event in _decided(case_id, self.now)]

    def attachments(self) -> list[Attachment]:
        state, late = Attachment.State, self.row.kind in {Kind.RAISED, Kind.RECEIPT}
        files = [Attachment(filename="export.log", size=48_213, state=state.CONFIRMED)]
        return [
            *files,
            Attachment(filename="page-3.png", size=1_843_200, state=state.PENDING if late else state.CONFIRMED),
        ]


def sample_letters(now: datetime) -> dict[str, SampleLetter]:
    """A letter for every kind and variant, by the variant's name; each to the first whom the rules name."""
    return {name: _letter(kind, fact, now) for name, (kind, fact) in sample_facts(now).items()}


def _letter(kind: Kind, fact: facts.Fact, now: datetime) -> SampleLetter:
    recipient = next(one for one in who_hears(fact, PARTIES) if one.kind is kind)
    ticket, actor_id = _ticket(now), BY.get(type(fact), MASTER_ID)
    payload = {**fact.as_metadata(), **({"comment_id": 0} if kind is Kind.COMMENTED else {})}
    row = Notification(
        ticket=ticket,
        recipient=_person(recipient.person_id),
        kind=kind.value,
        event=TicketEvent(
            ticket=ticket,
            actor=_person(actor_id) if actor_id else None,
            action=fact.action,
            metadata=payload,
            timestamp=now,
        ),
        because=recipient.because,
        payload=payload,
        created_at=now,
    )
    return SampleLetter(row, now)


def _ticket(now: datetime, case_id: str = "N-EXP-1042") -> Ticket:
    return Ticket(
        case_id=case_id,
        application=ApplicationCatalog(name="Expenses", code="EXP"),
        reporter=_person(REPORTER_ID),
        title="The export of March stops at page 3",
        description="I press Export and the bar stops at page 3 of 12.\n\nIt worked yesterday; others see the same.",
        priority=Priority.HIGH.value,
        created_at=now - timedelta(minutes=90),
    )


def _person(pk: int) -> User:
    name = NAMES[pk]
    return User(pk=pk, name=name, email=f"{name.lower().replace(' ', '.')}@corp.example")


def _decided(case_id: str, now: datetime) -> list[TicketEvent]:
    """How the sample cases came to their due times: assigned, and promised unless only expected."""
    due = {MOVED_CASE: now + 5 * HOUR, EXPECTED_CASE: now + 6 * HOUR}.get(case_id, now + 2.5 * HOUR)
    given = facts.TicketAssigned(
        engineer_id=ENGINEER_ID, engineer_name=ENGINEER, level=Level.SM1, starts_at=now - HOUR, due_at=now + HOUR
    )
    steps: list[tuple[facts.Fact, int, timedelta]] = [(given, MASTER_ID, 2 * HOUR)]
    if case_id != EXPECTED_CASE:
        promised = facts.TicketCommitted(resolution_minutes=120, starts_at=now - HOUR, due_at=now + HOUR)
        steps.append((promised, ENGINEER_ID, HOUR))
    moved = facts.DueMoved(
        due_from=now + HOUR,
        due_to=due,
        starts_from=now,
        starts_to=due - HOUR,
        is_promise=case_id != EXPECTED_CASE,
        cause_case_id=OTHER_CASE,
        cause=f"{ENGINEER} gave {OTHER_CASE} its resolution time",
    )
    steps.append((moved, MASTER_ID, timedelta()))
    ticket = _ticket(now, case_id)
    return [
        TicketEvent(
            ticket=ticket, actor=_person(by), action=fact.action, metadata=fact.as_metadata(), timestamp=now - ago
        )
        for fact, by, ago in steps
    ]
