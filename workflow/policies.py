"""May this act happen? Each check returns nothing or raises the `WorkflowError` that says why not.

The order is always: who (403), the ticket's status (409), authority over it (A2, A3), what was given (422); so that
somebody without the role learns nothing of the ticket. Texts arrive cleaned (`texts`).
"""

from __future__ import annotations

from datetime import datetime

from workflow.cases import Case, Person
from workflow.errors import (
    AlreadyCommitted,
    AssignedBySm2,
    AssignerForged,
    CommentRequired,
    FieldInvalid,
    InternalNotAllowed,
    NotCommitted,
    NoteRequired,
    NotInPool,
    NotTheAssignee,
    OverrideOff,
    OwnTicket,
    ReadOnly,
    ReasonRequired,
    RepeatsItself,
    RoleNeeded,
    RoleNotAssigned,
    SameEngineer,
    TicketMissing,
    WrongStatus,
)
from workflow.lineup import Plan, Queue, Slot
from workflow.roles import SCRUM_MASTERS, Role, level_for
from workflow.states import LATE_ABLE, SOURCES, Act, Level
from workflow.texts import COMMENT_MAX, DESCRIPTION_MAX, TITLE_MAX, is_blank, text_problems
from workflow.visibility import Relation, handles_files, may_comment, may_see


def check_may_raise(person: Person) -> None:
    """Whoever holds any role may report (section 2, raise)."""
    if not person.holds(*Role):
        raise RoleNotAssigned


def check_new_ticket(title: str, description: str) -> None:
    """Both texts of a new ticket within their limits; all that is wrong is said at once."""
    problems = {
        "title": text_problems("The title", title, TITLE_MAX),
        "description": text_problems("The description", description, DESCRIPTION_MAX),
    }
    found = {name: said for name, said in problems.items() if said}
    if found:
        raise FieldInvalid(found)


def check_text(field: str, text: str, longest: int = COMMENT_MAX) -> None:
    """A required text within its limit, for a comment, a note or a reason."""
    problems = text_problems(f"The {field}", text, longest)
    if problems:
        raise FieldInvalid({field: problems})


def check_assigner(person: Person, assigned_by_id: int | None) -> None:
    """A request may name its own caller as the assigner and nobody else (A4)."""
    if assigned_by_id is not None and assigned_by_id != person.id:
        raise AssignerForged


def check_assignable(person: Person, level: Level, case: Case) -> None:
    """Whether this SM may assign this ticket to anybody at all."""
    check_holds_level(person, level)
    check_status(case, Act.ASSIGN)


def check_may_assign(
    person: Person, level: Level, case: Case, engineer: Person, confirm_own_ticket: bool = False
) -> None:
    """Whether this SM may give this ticket to this engineer; being busy is the service's question (A5)."""
    check_assignable(person, level, case)
    _check_pool(engineer)
    _check_own_ticket(case, engineer, confirm_own_ticket)


def check_reassignable(person: Person, level: Level, case: Case, sm2_may_override: bool) -> None:
    """Whether this SM may take the ticket from its engineer at all (A2, A3)."""
    check_holds_level(person, level)
    check_status(case, Act.REASSIGN)
    if level is Level.SM1 and case.level is Level.SM2:
        raise AssignedBySm2(case_id=case.case_id, assigned_by=case.assigned_by_name)
    if level is Level.SM2 and case.level is Level.SM1 and not sm2_may_override:
        raise OverrideOff(case_id=case.case_id, assigned_by=case.assigned_by_name)


def check_may_reassign(
    person: Person,
    level: Level,
    case: Case,
    engineer: Person,
    comment: str,
    sm2_may_override: bool,
    confirm_own_ticket: bool = False,
) -> None:
    """Whether this SM may take the ticket to this other engineer; it always needs a comment (A3)."""
    check_reassignable(person, level, case, sm2_may_override)
    if engineer.id == case.engineer_id:
        raise SameEngineer(case_id=case.case_id, engineer=engineer.name)
    _check_pool(engineer)
    if is_blank(comment):
        raise CommentRequired(
            why="a reassignment says why",
            case_id=case.case_id,
            assigned_to=case.engineer_name,
            assigned_by=case.assigned_by_name,
            assigned_at=case.assigned_at,
        )
    _check_own_ticket(case, engineer, confirm_own_ticket)


def check_may_commit(person: Person, case: Case) -> None:
    """The assignee promises a resolution time, once per assignment (C1); its limits are `lineup.check_minutes`."""
    check_is_assignee(person, case)
    check_status(case, Act.COMMIT)
    if case.is_committed:
        raise AlreadyCommitted(case_id=case.case_id, due_at=case.due_at)


def check_may_start(person: Person, case: Case, gives_time: bool) -> None:
    """The assignee begins a ticket that has its resolution time, or gets it now (`gives_time`), but not twice."""
    check_is_assignee(person, case)
    check_status(case, Act.START)
    if case.is_committed and gives_time:
        raise AlreadyCommitted(case_id=case.case_id, due_at=case.due_at)
    if not case.is_committed and not gives_time:
        raise NotCommitted(case_id=case.case_id)


def check_may_resolve(person: Person, case: Case, note: str) -> None:
    """The assignee says how it was resolved."""
    check_is_assignee(person, case)
    check_status(case, Act.RESOLVE)
    if is_blank(note):
        raise NoteRequired


def check_may_withdraw(person: Person, case: Case, reason: str, repeats: str = "") -> None:
    """Its reporter or an SM takes back a ticket nobody has yet, with a reason, naming the case it repeats if any."""
    check_may_raise(person)
    if person.id != case.reporter_id and not person.holds(*SCRUM_MASTERS):
        raise RoleNeeded(needs="the ticket's reporter, SM1 or SM2")
    check_status(case, Act.WITHDRAW)
    if is_blank(reason):
        raise ReasonRequired
    if repeats == case.case_id:
        raise RepeatsItself(case_id=case.case_id)


def check_may_comment(
    person: Person, case: Case, internal: bool, relation: Relation, ever_escalated: bool = False
) -> None:
    """Whoever sees the ticket and does not only read it; internally the staff (P9)."""
    check_may_raise(person)
    if not may_see(person, case, relation, ever_escalated):
        raise TicketMissing
    if not may_comment(person, case, relation, ever_escalated):
        raise ReadOnly(case_id=case.case_id)
    if internal and not may_comment(person, case, relation, ever_escalated, internal=True):
        raise InternalNotAllowed(case_id=case.case_id)


def check_may_add_file(person: Person, case: Case, relation: Relation) -> None:
    """The reporter, the assignee and the SMs, until it is resolved (P9)."""
    check_may_raise(person)
    if not handles_files(person, relation):
        raise ReadOnly(case_id=case.case_id)
    check_status(case, Act.ADD_FILE)


def check_may_change_priority(person: Person, case: Case, reason: str) -> None:
    """An SM, with a reason, until it is resolved (T4)."""
    check_is_scrum_master(person)
    check_status(case, Act.CHANGE_PRIORITY)
    if is_blank(reason):
        raise ReasonRequired


def check_may_reorder(person: Person, level: Level, before: Queue, after: Plan, comment: str) -> None:
    """An SM puts the waiting tickets in another order (C6); as SM1 nothing of SM2's moves, else all is refused (A2)."""
    check_holds_level(person, level)
    if level is Level.SM1:
        _check_leaves_sm2_alone(before.waiting, after.queue.waiting)
    delayed = [move.case_id for move in after.moves if move.delays_promise]
    if delayed and is_blank(comment):
        raise CommentRequired(why=f"the promise of {', '.join(delayed)} would move later", case_ids=delayed)


def must_escalate(case: Case, now: datetime) -> bool:
    """Whether a promise passed unresolved (E1); at its due time it has."""
    return case.is_committed and case.status in LATE_ABLE and case.due_at is not None and case.due_at <= now


def check_holds_level(person: Person, level: Level) -> None:
    """The person is an SM and holds the level they act under (A4)."""
    check_is_scrum_master(person)
    level_for(person.roles, level)


def check_is_scrum_master(person: Person) -> None:
    """The person is an active SM of either level."""
    check_may_raise(person)
    if not person.holds(*SCRUM_MASTERS):
        raise RoleNeeded(needs="SM1 or SM2")


def check_is_assignee(person: Person, case: Case) -> None:
    """The person is the engineer of the active assignment and still an engineer (P8)."""
    check_may_raise(person)
    if person.id != case.engineer_id or not person.holds(Role.ENGINEER):
        raise NotTheAssignee(case_id=case.case_id)


def check_status(case: Case, act: Act) -> None:
    """The act is possible from the ticket's status; a refusal names what is (section 2)."""
    if case.status not in SOURCES[act]:
        raise WrongStatus(case_id=case.case_id, status=case.status, act=act)


def _check_pool(engineer: Person) -> None:
    if not engineer.holds(Role.ENGINEER):
        raise NotInPool(engineer=engineer.name)


def _check_own_ticket(case: Case, engineer: Person, confirmed: bool) -> None:
    if engineer.id == case.reporter_id and not confirmed:
        raise OwnTicket(case_id=case.case_id, engineer=engineer.name)


def _check_leaves_sm2_alone(before: tuple[Slot, ...], after: tuple[Slot, ...]) -> None:
    places = {slot.ref: (place, slot.starts_at, slot.due_at) for place, slot in enumerate(after)}
    for place, slot in enumerate(before):
        if slot.level is Level.SM2 and places[slot.ref] != (place, slot.starts_at, slot.due_at):
            raise AssignedBySm2(case_id=slot.case_id, assigned_by=slot.assigned_by)
