"""P9: who sees a ticket, its internal comments, and who may add to it."""

from dataclasses import replace

import pytest

from workflow.cases import Person
from workflow.errors import InternalNotAllowed, NotAllowed, ReadOnly, RoleNotAssigned, TicketMissing, WrongStatus
from workflow.policies import check_may_add_file, check_may_comment
from workflow.states import Status
from workflow.tests.builders import ADMIN, ENGINEER, NOBODY, OTHER_ENGINEER, RA, REPORTER, SM1, SM2, case
from workflow.visibility import Relation, may_add_file, may_comment, may_see, relations_of, sees_internal

NONE, REPORTS, WORKS, WORKED, LEADS = (
    Relation.NONE,
    Relation.REPORTER,
    Relation.ASSIGNEE,
    Relation.PAST_ASSIGNEE,
    Relation.RA_OF_ENGINEER,
)
OPEN, LATE, LATE_DONE = Status.IN_PROGRESS, Status.ESCALATED, Status.RESOLVED_ESCALATED

TABLE = [
    # who, relations, status, sees, sees internal, comments, comments internally, adds files
    pytest.param(REPORTER, REPORTS, OPEN, True, False, True, False, True, id="P9 its reporter"),
    pytest.param(REPORTER, NONE, OPEN, False, False, False, False, False, id="P9 another reporter"),
    pytest.param(ENGINEER, WORKS, OPEN, True, True, True, True, True, id="P9 its assignee"),
    pytest.param(ENGINEER, WORKED, OPEN, True, True, False, False, False, id="P9 an earlier engineer reads only"),
    pytest.param(
        ENGINEER, WORKED | REPORTS, OPEN, True, True, True, False, True, id="P9 earlier engineer, its reporter"
    ),
    pytest.param(ENGINEER, REPORTS, OPEN, True, False, True, False, True, id="P9 an engineer as mere reporter"),
    pytest.param(OTHER_ENGINEER, NONE, OPEN, False, False, False, False, False, id="P9 any other engineer"),
    pytest.param(OTHER_ENGINEER, NONE, LATE, False, False, False, False, False, id="P9 any other engineer, escalated"),
    pytest.param(SM1, NONE, OPEN, True, True, True, True, True, id="P9 SM1"),
    pytest.param(SM2, NONE, OPEN, True, True, True, True, True, id="P9 SM2"),
    pytest.param(SM1, REPORTS, OPEN, True, True, True, True, True, id="P9 an SM who reported it"),
    pytest.param(ADMIN, NONE, OPEN, True, True, True, True, False, id="P9 admin: comments, no files"),
    pytest.param(RA, LEADS, OPEN, True, True, True, True, False, id="P9 the engineer's RA"),
    pytest.param(RA, NONE, OPEN, False, False, False, False, False, id="P9 another RA"),
    pytest.param(RA, NONE, LATE, True, True, True, True, False, id="P9 every RA once it has escalated"),
    pytest.param(RA, NONE, LATE_DONE, True, True, True, True, False, id="P9 also when resolved since"),
    pytest.param(ENGINEER, LEADS, OPEN, False, False, False, False, False, id="P5 an RA without the role"),
    pytest.param(NOBODY, REPORTS, OPEN, False, False, False, False, False, id="P6 its reporter without a role"),
    pytest.param(
        replace(SM2, is_active=False), REPORTS, LATE, False, False, False, False, False, id="P8 somebody inactive"
    ),
    pytest.param(REPORTER, WORKS, OPEN, True, True, True, False, True, id="P8 an assignee who is a mere user now"),
]


@pytest.mark.parametrize(("who", "relations", "status", "sees", "internal", "comments", "internally", "files"), TABLE)
def test_p9(who: Person, relations, status, sees, internal, comments, internally, files):
    ticket = case(status)

    assert may_see(who, ticket, relations) is sees
    assert sees_internal(who, ticket, relations) is internal
    assert may_comment(who, ticket, relations) is comments
    assert may_comment(who, ticket, relations, internal=True) is internally
    assert may_add_file(who, ticket, relations) is files


def test_p9_an_escalation_the_caller_knows_of_counts():
    assert may_see(RA, case(OPEN), NONE, True)
    assert not may_see(RA, case(OPEN), NONE, False)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("who", [REPORTER, ENGINEER, SM1, SM2], ids=lambda who: who.name)
def test_p9_files_until_it_is_resolved(who, status):
    ticket = case(status, engineer_id=ENGINEER.id)

    resolved = status in (Status.RESOLVED, Status.RESOLVED_ESCALATED)
    assert may_add_file(who, ticket, relations_of(who, ticket)) is not resolved


def test_relations_of_reads_the_case_and_takes_the_rest():
    ticket = case()

    assert relations_of(REPORTER, ticket) == REPORTS
    assert relations_of(ENGINEER, ticket) == WORKS
    assert relations_of(OTHER_ENGINEER, ticket, was_assigned=True) == WORKED
    assert relations_of(RA, ticket, is_ra_of_engineer=True) == LEADS
    assert relations_of(SM1, ticket) == NONE


@pytest.mark.parametrize(
    ("who", "relations", "internal", "error"),
    [
        pytest.param(REPORTER, REPORTS, False, None, id="P9 its reporter, for all"),
        pytest.param(REPORTER, REPORTS, True, InternalNotAllowed, id="T6 its reporter, internally"),
        pytest.param(ENGINEER, WORKS, True, None, id="P9 its assignee, internally"),
        pytest.param(ENGINEER, WORKED, False, ReadOnly, id="P9 an earlier engineer"),
        pytest.param(OTHER_ENGINEER, NONE, False, TicketMissing, id="P9 for others it does not exist"),
        pytest.param(OTHER_ENGINEER, NONE, True, TicketMissing, id="P9 nor internally"),
        pytest.param(NOBODY, REPORTS, False, RoleNotAssigned, id="P6 no role"),
    ],
)
def test_check_may_comment(who, relations, internal, error):
    if error is None:
        check_may_comment(who, case(), internal, relations)
    else:
        with pytest.raises(error):
            check_may_comment(who, case(), internal, relations)


@pytest.mark.parametrize("status", Status)
def test_p9_comments_are_possible_in_every_status(status):
    check_may_comment(SM1, case(status), True, NONE)


def test_check_may_add_file():
    check_may_add_file(REPORTER, case(), REPORTS)
    with pytest.raises(WrongStatus):
        check_may_add_file(REPORTER, case(Status.RESOLVED), REPORTS)
    with pytest.raises(NotAllowed):
        check_may_add_file(ADMIN, case(Status.RESOLVED), NONE)
