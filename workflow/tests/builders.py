"""People, tickets and queues for the tables, with everything that does not matter filled in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from workflow.cases import Case, Person
from workflow.errors import WorkflowError
from workflow.lineup import Queue, Slot
from workflow.roles import Role
from workflow.states import Level, Status

REPORTER_ID, ENGINEER_ID, OTHER_ENGINEER_ID, SM1_ID, SM2_ID, BOTH_ID, RA_ID, ADMIN_ID, NOBODY_ID = range(1, 10)


def at(time: str) -> datetime:
    """That time on the one day the tables play on; "+1 " in front means the day after."""
    day = 19 if time.startswith("+1 ") else 18
    return datetime.strptime(f"2026-11-{day} {time.removeprefix('+1 ')}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def person(id: int, *roles: Role, name: str = "", is_active: bool = True) -> Person:  # noqa: A002 - a person's id
    return Person(id=id, name=name or f"Person {id}", roles=frozenset(roles), is_active=is_active)


REPORTER = person(REPORTER_ID, Role.REPORTER, name="Ria")
ENGINEER = person(ENGINEER_ID, Role.ENGINEER, name="Asha")
OTHER_ENGINEER = person(OTHER_ENGINEER_ID, Role.ENGINEER, name="Omar")
SM1 = person(SM1_ID, Role.SM1, name="Sam")
SM2 = person(SM2_ID, Role.SM2, name="Ravi")
BOTH = person(BOTH_ID, Role.SM1, Role.SM2, name="Bea")
RA = person(RA_ID, Role.RA, name="Rana")
ADMIN = person(ADMIN_ID, Role.ADMIN, name="Ada")
NOBODY = person(NOBODY_ID, name="Nora")
EVERYBODY = (REPORTER, ENGINEER, OTHER_ENGINEER, SM1, SM2, BOTH, RA, ADMIN, NOBODY)


def case(status: Status = Status.ASSIGNED, **given: Any) -> Case:
    """A ticket Ria raised; whoever it is with is Asha, assigned by SM1 Sam, due at 14:00 once committed."""
    values: dict[str, Any] = {
        "id": 1,
        "case_id": "N-EXP-1001",
        "status": status,
        "reporter_id": REPORTER_ID,
    }
    if status is not Status.UNASSIGNED:
        values |= {
            "engineer_id": ENGINEER_ID,
            "engineer_name": "Asha",
            "level": Level.SM1,
            "assigned_by_name": "Sam",
            "starts_at": at("09:00"),
            "due_at": at("14:00"),
            "is_committed": status is not Status.ASSIGNED,
        }
    return Case(**values | given)


def slot(
    ref: int, starts: str, minutes: int, *, promised: bool = False, level: Level = Level.SM1, extra: int = 0
) -> Slot:
    """A ticket in line whose due time follows from its start."""
    starts_at = at(starts)
    return Slot(
        ref=ref,
        case_id=f"N-EXP-{1000 + ref}",
        minutes=minutes,
        starts_at=starts_at,
        due_at=starts_at + timedelta(minutes=minutes + extra),
        level=level,
        extra=extra,
        is_committed=promised,
    )


def times(queue: Queue) -> dict[int, tuple[str, str]]:
    """Start and due time of all in line, as the tables write them."""
    return {one.ref: (f"{one.starts_at:%H:%M}", f"{one.due_at:%H:%M}") for one in queue.in_line}


def refusal(check: Callable[[], None]) -> type[WorkflowError] | None:
    """The class of the error a check raises, None when the act is allowed."""
    try:
        check()
    except WorkflowError as error:
        return type(error)
    return None
