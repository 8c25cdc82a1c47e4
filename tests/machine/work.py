"""What engineers do on the model desk, and the extension they may ask for (rules.md 2, 4, 5)."""

from datetime import datetime

from tests.machine.acts import begin, escalate_late, refuse_if
from tests.machine.cases import Case, Job, Refused, Request
from tests.machine.desk import LONGEST, Desk


def as_assignee(desk: Desk, actor: str, case: Case, seen: int | None) -> Job:
    """The acts of the engineer of the active assignment, while they hold the role (P8)."""
    begin(desk, actor, case, seen)
    if case.engineer != actor or "engineer" not in desk.people[actor].roles:
        raise Refused("not_the_assignee")
    return case.job


def commit(desk: Desk, actor: str, case: Case, minutes: int, seen: int | None) -> None:
    """C1, C3, C5, C8."""
    job = as_assignee(desk, actor, case, seen)
    refuse_if(wrong_status=case.status != "assigned", already_committed=job.is_promised)
    _promise(desk, actor, case, minutes)


def _promise(desk: Desk, actor: str, case: Case, minutes: int) -> None:
    job = case.job
    start = job.start or desk.now
    due = desk.plus(actor, start, max(0, minutes))
    refuse_if(resolution_time_invalid=not 1 <= minutes <= LONGEST, resolution_time_too_short=due <= desk.now)
    job.minutes, job.due, job.original_due = minutes, due, due
    case.changes += 1
    desk.note(case, actor, "ticket_committed", resolution_minutes=minutes, starts_at=start, due_at=due)
    line = desk.waiting(actor)
    desk.replan(actor, line, line.index(case) + 1, actor, never=lambda was, now: now > was)


def start(desk: Desk, actor: str, case: Case, minutes: int | None, seen: int | None) -> None:
    """C6: the assignee may start another than the first."""
    job = as_assignee(desk, actor, case, seen)
    refuse_if(
        wrong_status=case.status != "assigned",
        already_committed=job.is_promised and minutes is not None,
        not_committed=not job.is_promised and minutes is None,
    )
    if minutes is not None:
        _promise(desk, actor, case, minutes)
    passed = [one.name for one in desk.waiting(actor)[: (job.place or 1) - 1]]
    case.status, job.place, job.started, job.out_of_turn = "in_progress", None, desk.now, bool(passed)
    desk.close_up(actor)
    case.changes += 1
    desk.note(case, actor, "ticket_started", out_of_turn=passed)


def resolve(desk: Desk, actor: str, case: Case, note: str, seen: int | None) -> None:
    """S1: in time, or after escalation."""
    job = as_assignee(desk, actor, case, seen)
    refuse_if(wrong_status=case.status not in ("in_progress", "escalated"), note_required=not note)
    desk.close_request(case)
    late = case.status == "escalated"
    case.status, job.resolved = ("resolved_escalated" if late else "resolved"), desk.now
    case.changes += 1
    desk.note(case, actor, "ticket_resolved", late=late)
    desk.tell("resolved", case.name, [case.reporter, *desk.scrum_masters()])


# --- more time --------------------------------------------------------------------------------------------------------


def ask_for_time(desk: Desk, actor: str, case: Case, minutes: int, reason: str, seen: int | None) -> None:
    """X1."""
    job = as_assignee(desk, actor, case, seen)
    refuse_if(
        wrong_status=not case.runs,
        extension_used=case.request is not None,
        not_committed=not job.is_promised,
        extra_time_invalid=not 1 <= minutes <= LONGEST,
        comment_required=not reason,
    )
    case.request = Request(actor, minutes)
    case.changes += 1
    due = desk.plus(actor, job.due, minutes)
    desk.note(case, actor, "extension_requested", extra_minutes=minutes, due_at=job.due, due_if_approved=due)
    desk.tell("extension_requested", case.name, desk.scrum_masters())


def decide(desk: Desk, actor: str, case: Case, *, level: str | None, approves: bool, seen: int | None) -> None:
    """X2, X3."""
    begin(desk, actor, case, seen)
    request = case.request
    held = desk.people[actor].levels
    refuse_if(role_needed=not held)
    refuse_if(extension_missing=request is None, level_not_held=level not in (None, *held))
    assert request is not None
    level = _open_level(desk, actor, request, level)
    refuse_if(
        own_request=request.by == actor,
        extension_closed=request.status != "pending",
        level_decided=level in request.votes,
        second_person_needed=actor in [name for name, _ in request.votes.values()],
    )
    request.votes[level] = (actor, approves)
    case.changes += 1
    if len(request.votes) < 2:
        desk.note(case, actor, "extension_voted", level=level, approves=approves)
    elif all(agreed for _, agreed in request.votes.values()):
        request.status = "approved"
        _extend(desk, actor, case, request)
    else:
        request.status = "rejected"
        desk.note(case, actor, "extension_rejected", extra_minutes=request.minutes)
        desk.tell("extension_rejected", case.name, [case.engineer])


def _open_level(desk: Desk, actor: str, request: Request, level: str | None) -> str:
    """The level asked for, else the highest held that has still to decide."""
    held = desk.people[actor].levels
    still = [one for one in held if one not in request.votes]
    return level or (still or held)[-1]


def _extend(desk: Desk, actor: str, case: Case, request: Request) -> None:
    """X3, C8: no promise behind it moves earlier; what has passed among them is broken, not planned anew (E1)."""
    job, engineer = case.job, case.job.engineer
    escalate_late(desk, desk.waiting(engineer))
    due: datetime = desk.plus(engineer, job.due, request.minutes)
    approvers = {name for name, _ in request.votes.values()}
    desk.note(case, actor, "extension_approved", due_from=job.due, due_to=due, approvers=sorted(approvers))
    desk.tell("extension_approved", case.name, [case.reporter, engineer])
    job.extra, job.due, job.extended_due = request.minutes, due, due
    line = desk.waiting(engineer)
    first = line.index(case) + 1 if case in line else 0
    desk.replan(engineer, line, first, actor, never=lambda was, now: now < was)
