"""What reporters and scrum masters do on the model desk: who may, from which status, what comes of it (rules.md 2 to 6)."""

from tests.machine.cases import Case, Refused
from tests.machine.desk import Desk


def begin(desk: Desk, actor: str, case: Case, seen: int | None = None) -> None:
    """Every act: the actor sees the ticket (P9), it is the one they looked at (A6), a broken promise escalates (E1)."""
    if not desk.sees(actor, case):
        raise Refused("ticket_missing", "role_not_assigned")
    if seen is not None and seen != case.changes:
        raise Refused("changed_since_loaded")
    escalate_late(desk, [case])


def escalate_late(desk: Desk, cases: list[Case]) -> None:
    for case in cases:
        if case.is_late(desk.now):
            desk.escalate(case)


def refuse_if(**broken: bool) -> None:
    """Refuse with every code whose rule is broken."""
    codes = [code for code, is_broken in broken.items() if is_broken]
    if codes:
        raise Refused(*codes)


def as_scrum_master(desk: Desk, actor: str, case: Case, seen: int | None, level: str | None = None) -> str:
    """The acts of an SM; gives back the level they are done under."""
    begin(desk, actor, case, seen)
    return desk.level(actor, level)


# --- reporting --------------------------------------------------------------------------------------------------------


def raise_case(desk: Desk, actor: str, priority: str, title: str) -> None:
    refuse_if(role_not_assigned=not desk.people[actor].roles)
    refuse_if(field_invalid=not title)
    name = f"N-{desk.application}-{1001 + len(desk.cases)}"
    case = Case(name, actor, priority, desk.now)
    desk.cases.append(case)
    desk.note(case, actor, "ticket_raised", priority=priority)
    masters = desk.scrum_masters()
    desk.tell("raised", name, masters)
    # N4: who holds two parts hears once.
    desk.tell("receipt", name, [actor] if actor not in masters else [])


def withdraw(desk: Desk, actor: str, case: Case, reason: str, seen: int | None) -> None:
    begin(desk, actor, case, seen)
    refuse_if(role_needed=actor != case.reporter and not desk.people[actor].levels)
    refuse_if(wrong_status=case.status != "unassigned", reason_required=not reason)
    case.status, case.is_withdrawn = "resolved", True
    case.changes += 1
    desk.note(case, actor, "ticket_withdrawn", reason=reason)
    told = [*desk.scrum_masters(), case.reporter]
    without = [name for name in told if name != case.reporter]
    is_master = case.reporter in desk.scrum_masters()
    desk.tell("withdrawn", case.name, told if is_master or actor != case.reporter else without)


def prioritise(desk: Desk, actor: str, case: Case, priority: str, reason: str, seen: int | None) -> None:
    """T4; C4: what was expected stays."""
    as_scrum_master(desk, actor, case, seen)
    refuse_if(
        wrong_status=case.status in ("resolved", "resolved_escalated"),
        reason_required=not reason,
        field_invalid=priority == case.priority,
    )
    desk.note(case, actor, "priority_changed", priority_from=case.priority, priority_to=priority)
    case.priority = priority
    case.changes += 1


def comment(desk: Desk, actor: str, case: Case, text: str, *, internal: bool) -> None:
    """P9: all who see it but read-only engineers; internally not someone who is only the reporter."""
    begin(desk, actor, case)
    roles = desk.people[actor].roles
    past = actor in [job.engineer for job in case.jobs[:-1]] and case.engineer != actor
    leads = bool(case.jobs) and desk.people[case.job.engineer].authority == actor
    as_staff = (
        case.engineer == actor
        or bool(roles & {"sm1", "sm2", "admin"})
        or ("ra" in roles and (case.has_escalated or leads))
    )
    refuse_if(read_only=past and not as_staff and case.reporter != actor)
    refuse_if(internal_not_allowed=internal and not (as_staff and roles - {"reporter"}))
    refuse_if(field_invalid=not text)
    desk.note(case, actor, "comment_added", internal=internal)
    assigner = case.job.by if case.jobs and case.job.by in desk.holders("sm1", "sm2") else None
    told = [case.engineer, assigner] if internal else [case.reporter, case.engineer]
    desk.tell("commented", case.name, [name for name in told if name != actor])


# --- giving and ordering ----------------------------------------------------------------------------------------------


def assign(
    desk: Desk,
    actor: str,
    cases: list[Case],
    engineer: str,
    *,
    level: str | None = None,
    anyway: bool = False,
    confirm: bool = False,
    comment: str = "",
    place: int | None = None,
    seen: int | None = None,
) -> None:
    """One or several tickets to one engineer; with a place ahead of those who wait there (A1-A7, C2, C3, C6)."""
    for case in cases:
        if not desk.sees(actor, case):
            raise Refused("ticket_missing", "role_not_assigned")
    if seen is not None and seen != cases[0].changes:
        raise Refused("changed_since_loaded")
    ahead = desk.waiting(engineer)[: place - 1] if place else []
    escalate_late(desk, [*cases, *(desk.waiting(engineer) if place else [])])
    level = desk.level(actor, level)
    busy = bool(desk.working(engineer) + desk.waiting(engineer)) and not anyway
    for case in cases:
        place_now = 1 + len([one for one in ahead if one.status == "assigned"]) if place else None
        _give(desk, actor, case, engineer, level, busy=busy, confirm=confirm, comment=comment, place=place_now)


def _give(
    desk: Desk,
    actor: str,
    case: Case,
    engineer: str,
    level: str,
    *,
    busy: bool,
    confirm: bool,
    comment: str,
    place: int | None,
) -> None:
    old = case.job if case.jobs else None
    is_again = old is not None and case.status != "unassigned"
    refuse_if(
        wrong_status=case.status in ("resolved", "resolved_escalated"),
        not_in_pool="engineer" not in desk.people[engineer].roles,
        own_ticket=case.reporter == engineer and not confirm,
        engineer_busy=busy and case.status != "escalated",
        same_engineer=is_again and case.engineer == engineer,
        comment_required=is_again and not comment,
        assigned_by_sm2=old is not None and level == "sm1" and old.level == "sm2",
        override_off=old is not None and level == "sm2" and old.level == "sm1" and not desk.may_override,
    )
    if old is not None:
        desk.close_request(case)
        old.ended, old.place = desk.now, None
    line = desk.waiting(engineer)
    job = desk.give(case, engineer, actor, level)
    case.changes += 1
    if old is not None:
        desk.close_up(old.engineer)
    if place is not None and job.place is not None and place <= len(line):
        order = [*line[: place - 1], case, *line[place - 1 :]]
        job.behind = (
            (desk.working(engineer) + line[: place - 1])[-1].name if desk.working(engineer) or place > 1 else None
        )
        _put_in_order(desk, actor, engineer, order, level, comment, newcomer=case)
    told = {
        "engineer_name": engineer,
        "level": level,
        "starts_at": job.start,
        "due_at": job.due,
        "queued_after": job.behind,
    }
    desk.note(case, actor, "ticket_reassigned" if old else "ticket_assigned", **told, comment=comment)
    desk.tell("reassigned" if old else "assigned", case.name, [engineer, old.engineer if old else None])


def _put_in_order(
    desk: Desk,
    actor: str,
    engineer: str,
    order: list[Case],
    level: str,
    comment: str,
    newcomer: Case | None = None,
) -> None:
    """C6, C8 and A2 for an order that differs from the present one."""
    was = desk.waiting(engineer)
    stood = {case.name: (case.job.place, case.job.start, case.job.due) for case in was}
    first = next(place for place, pair in enumerate(zip(order, was, strict=True)) if pair[0] is not pair[1])
    for place, case in enumerate(order, 1):
        case.job.place = place
    desk.replan(engineer, order, first, actor, comment=comment, newcomer=newcomer)
    now = {case.name: (case.job.place, case.job.start, case.job.due) for case in order}
    others = [case for case in was if case is not newcomer]
    refuse_if(
        assigned_by_sm2=level == "sm1"
        and any(one.job.level == "sm2" and stood[one.name] != now[one.name] for one in others),
        comment_required=not comment
        and any(one.job.is_promised and one.job.due > stood[one.name][2] for one in others),
    )


def reorder(
    desk: Desk, actor: str, engineer: str, order: list[Case], *, level: str | None, comment: str, is_foreign: bool
) -> None:
    """C6: all that wait, once each; what has passed leaves the line first (E1)."""
    refuse_if(role_not_assigned=not desk.people[actor].roles)
    level = desk.level(actor, level)
    escalate_late(desk, desk.waiting(engineer))
    order = [case for case in order if case.status != "escalated"]
    refuse_if(queue_changed=is_foreign)
    if order != desk.waiting(engineer):
        _put_in_order(desk, actor, engineer, order, level, comment)
