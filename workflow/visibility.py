"""Who sees a ticket and what they may add to it (P9)."""

from __future__ import annotations

from enum import Enum, Flag, auto

from workflow.cases import Case, Person
from workflow.roles import DESK, SCRUM_MASTERS, STAFF, Role
from workflow.states import EVER_ESCALATED, OPEN


class Relation(Flag):
    """How a person stands to a ticket besides their roles."""

    NONE = 0
    REPORTER = auto()
    ASSIGNEE = auto()
    PAST_ASSIGNEE = auto()
    RA_OF_ENGINEER = auto()


class Ground(Enum):
    """Why somebody sees a ticket."""

    REPORTER = auto()
    ASSIGNEE = auto()
    PAST_ASSIGNEE = auto()
    DESK = auto()
    RA = auto()


def relations_of(
    person: Person, case: Case, *, was_assigned: bool = False, is_ra_of_engineer: bool = False
) -> Relation:
    """The relations the case itself shows, and the two that only the rows behind it know."""
    found = Relation.NONE
    if case.reporter_id == person.id:
        found |= Relation.REPORTER
    if case.engineer_id == person.id:
        found |= Relation.ASSIGNEE
    if was_assigned:
        found |= Relation.PAST_ASSIGNEE
    if is_ra_of_engineer:
        found |= Relation.RA_OF_ENGINEER
    return found


def grounds(person: Person, case: Case, relations: Relation, ever_escalated: bool = False) -> frozenset[Ground]:
    """All grounds on which this person sees this ticket; none for somebody inactive or without a role (P6, P8)."""
    if not person.holds(*Role):
        return frozenset()
    escalated = ever_escalated or case.status in EVER_ESCALATED
    met = {
        Ground.REPORTER: Relation.REPORTER in relations,
        Ground.ASSIGNEE: Relation.ASSIGNEE in relations,
        Ground.PAST_ASSIGNEE: Relation.PAST_ASSIGNEE in relations,
        Ground.DESK: person.holds(*DESK),
        Ground.RA: person.holds(Role.RA) and (escalated or Relation.RA_OF_ENGINEER in relations),
    }
    return frozenset(ground for ground, holds in met.items() if holds)


def may_see(person: Person, case: Case, relations: Relation, ever_escalated: bool = False) -> bool:
    """Whether the ticket exists for this person."""
    return bool(grounds(person, case, relations, ever_escalated))


def sees_internal(person: Person, case: Case, relations: Relation, ever_escalated: bool = False) -> bool:
    """Internal comments and their files: everyone who sees it but for being its reporter only."""
    return bool(grounds(person, case, relations, ever_escalated) - {Ground.REPORTER})


def may_comment(
    person: Person, case: Case, relations: Relation, ever_escalated: bool = False, *, internal: bool = False
) -> bool:
    """All who see it, except those who only read it as an earlier engineer; internally the staff among them."""
    writing = grounds(person, case, relations, ever_escalated) - {Ground.PAST_ASSIGNEE}
    if internal:
        return bool(writing - {Ground.REPORTER}) and person.holds(*STAFF)
    return bool(writing)


def handles_files(person: Person, relations: Relation) -> bool:
    """The reporter, the assignee and the SMs add files, whatever the status."""
    related = bool(relations & (Relation.REPORTER | Relation.ASSIGNEE))
    return person.holds(*SCRUM_MASTERS) or (related and person.holds(*Role))


def may_add_file(person: Person, case: Case, relations: Relation) -> bool:
    """Those who handle its files, until it is resolved."""
    return handles_files(person, relations) and case.status in OPEN
