"""P9: who may say something on a ticket and who may add a file, each refusal for its own reason."""

import pytest

from workflow.cases import Person
from workflow.errors import (
    InternalNotAllowed,
    ReadOnly,
    RoleNotAssigned,
    TicketMissing,
    WorkflowError,
    WrongStatus,
)
from workflow.policies import check_may_add_file, check_may_comment
from workflow.states import Status
from workflow.tests.builders import ADMIN, ENGINEER, NOBODY, OTHER_ENGINEER, REPORTER, SM1, case
from workflow.visibility import Relation


@pytest.mark.parametrize(
    ("person", "relation", "internal", "refusal"),
    [
        pytest.param(NOBODY, Relation.REPORTER, False, RoleNotAssigned, id="P6 without a role"),
        pytest.param(OTHER_ENGINEER, Relation.NONE, False, TicketMissing, id="P9 who does not see it"),
        pytest.param(OTHER_ENGINEER, Relation.PAST_ASSIGNEE, False, ReadOnly, id="P9 who only reads it"),
        pytest.param(REPORTER, Relation.REPORTER, True, InternalNotAllowed, id="P9 its reporter, internally"),
        pytest.param(REPORTER, Relation.REPORTER, False, None, id="P9 its reporter"),
        pytest.param(ENGINEER, Relation.ASSIGNEE, True, None, id="P9 the assignee, internally"),
        pytest.param(SM1, Relation.NONE, True, None, id="P9 an SM, internally"),
    ],
)
def test_check_may_comment(
    person: Person, relation: Relation, internal: bool, refusal: type[WorkflowError] | None
) -> None:
    if refusal is None:
        check_may_comment(person, case(), internal, relation)
        return
    with pytest.raises(refusal):
        check_may_comment(person, case(), internal, relation)


@pytest.mark.parametrize(
    ("person", "relation", "status", "refusal"),
    [
        pytest.param(NOBODY, Relation.REPORTER, Status.ASSIGNED, RoleNotAssigned, id="P6 without a role"),
        pytest.param(ADMIN, Relation.NONE, Status.ASSIGNED, ReadOnly, id="P9 who neither reports, works nor assigns"),
        pytest.param(REPORTER, Relation.REPORTER, Status.RESOLVED, WrongStatus, id="P9 until it is resolved"),
        pytest.param(REPORTER, Relation.REPORTER, Status.ASSIGNED, None, id="P9 its reporter"),
        pytest.param(SM1, Relation.NONE, Status.ESCALATED, None, id="P9 an SM"),
    ],
)
def test_check_may_add_file(
    person: Person, relation: Relation, status: Status, refusal: type[WorkflowError] | None
) -> None:
    if refusal is None:
        check_may_add_file(person, case(status), relation)
        return
    with pytest.raises(refusal):
        check_may_add_file(person, case(status), relation)
