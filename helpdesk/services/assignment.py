"""Giving tickets to engineers, first and anew, one or several at once (A1-A7, C2-C4, C6, E3)."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from helpdesk.models import Assignment, User
from helpdesk.selectors import desk, people
from helpdesk.services import acting
from helpdesk.services.giving import Choice, find_spot, give
from workflow import policies
from workflow.cases import Person
from workflow.errors import EngineerBusy, FieldInvalid, PersonMissing, WorkflowError
from workflow.roles import level_for
from workflow.states import Level, Status
from workflow.texts import clean_text

MOST_AT_ONCE = 100
"""How many tickets one act assigns at most: all of them are held until it ends."""


@transaction.atomic
def assign_ticket(
    *,
    actor: User,
    ticket_id: int,
    engineer_id: int,
    level: Level | None = None,
    comment: str = "",
    assign_anyway: bool = False,
    confirm_own_ticket: bool = False,
    assigned_by_id: int | None = None,
    seen: str | None = None,
    place: int | None = None,
    line_seen: str | None = None,
) -> Assignment:
    """Give the ticket to an engineer; on an assigned ticket it is a reassignment and needs a comment.

    Holds the ticket and the engineers, so two scrum masters cannot both find the engineer free. A busy engineer without
    `assign_anyway` is a conflict that changes nothing and names the start and due time the ticket would get (A5). The level is
    the one asked for if the actor holds it, else the highest they hold (A4, P7). With `place` (1 is first) it goes ahead of
    those who wait there, by the rules of a reorder (A2, C6); `line_seen` is the version of the engineer's line that the actor
    looked at. An escalated ticket takes no place (E3).
    """
    act = acting.begin(actor=actor, ticket_id=ticket_id, seen=seen, also=[engineer_id])
    policies.check_is_scrum_master(act.person)
    policies.check_assigner(act.person, assigned_by_id)
    choice = _choice(act, engineer_id, level, comment, confirm_own_ticket)
    return _assign_one(act, choice, place=place, line_seen=line_seen, may_line_up=assign_anyway)


@transaction.atomic
def assign_many(
    *,
    actor: User,
    ticket_ids: Sequence[int],
    engineer_id: int,
    level: Level | None = None,
    assign_anyway: bool = False,
    confirm_own_ticket: bool = False,
    comment: str = "",
    seen: Mapping[int, str] | None = None,
) -> list[Assignment]:
    """Give several tickets to one engineer, in this order and all or none; a ticket named twice counts once.

    A refusal carries the case it is about and leaves everything as it was. Busy is who held work before this act (A5): the
    chosen tickets line up behind each other without a question.
    """
    chosen = list(dict.fromkeys(ticket_ids))
    if not 1 <= len(chosen) <= MOST_AT_ONCE:
        raise FieldInvalid({"tickets": [f"Please choose between 1 and {MOST_AT_ONCE} tickets."]})
    acts = acting.begin_many(actor=actor, ticket_ids=chosen, seen=seen, also=[engineer_id])
    policies.check_is_scrum_master(acts[0].person)
    choice = _choice(acts[0], engineer_id, level, comment, confirm_own_ticket)
    given: list[Assignment] = []
    for act in acts:
        lines_up_behind_chosen = any(assignment.place is not None for assignment in given)
        try:
            given.append(_assign_one(act, choice, may_line_up=assign_anyway or lines_up_behind_chosen))
        except WorkflowError as refusal:
            refusal.data.setdefault("case_id", act.ticket.case_id)
            raise
    return given


def _choice(act: acting.Act, engineer_id: int, level: Level | None, comment: str, confirm_own_ticket: bool) -> Choice:
    engineer = act.engineers.get(engineer_id)
    if engineer is None:
        raise PersonMissing
    return Choice(
        level=level_for(act.person.roles, level),
        engineer=engineer,
        candidate=Person(
            id=engineer.pk, name=engineer.name, roles=people.granted_roles(engineer.pk), is_active=engineer.is_active
        ),
        comment=clean_text(comment),
        confirm_own_ticket=confirm_own_ticket,
    )


def _assign_one(
    act: acting.Act,
    choice: Choice,
    *,
    place: int | None = None,
    line_seen: str | None = None,
    may_line_up: bool = False,
) -> Assignment:
    """One ticket of the act, asked for its rules and given."""
    _check(act, choice)
    spot = find_spot(act, choice, place, line_seen)
    if act.ticket.status != Status.ESCALATED:
        if spot.is_lined_up and not may_line_up:
            raise EngineerBusy(
                engineer=choice.engineer.name,
                open_tickets=[slot.case_id for slot in spot.line.queue.in_line],
                starts_at=spot.slot.starts_at,
                due_at=spot.slot.due_at,
            )
        policies.check_may_reorder(act.person, choice.level, spot.before, spot.plan, choice.comment)
    return give(act, choice, spot)


def _check(act: acting.Act, choice: Choice) -> None:
    """Whether this act is possible (A2, A3, A7); the engineer's roles were read under their lock."""
    own = choice.confirm_own_ticket
    if act.case.status == Status.UNASSIGNED:
        policies.check_may_assign(act.person, choice.level, act.case, choice.candidate, own)
    else:
        # The switch is about what SM2 does to an assignment of SM1 (A3): elsewhere it is not even read.
        asks = choice.level is Level.SM2 and act.case.level is Level.SM1
        override = asks and desk.settings().sm2_may_override
        policies.check_may_reassign(act.person, choice.level, act.case, choice.candidate, choice.comment, override, own)
    if choice.comment:
        policies.check_text("comment", choice.comment)
