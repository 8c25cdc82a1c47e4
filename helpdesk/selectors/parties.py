"""The people around a ticket, for the rules that say who hears of what (section 6)."""

from helpdesk.models import Ticket, User
from helpdesk.selectors import people
from workflow.audience import Parties, hears_by_role
from workflow.facts import Fact
from workflow.roles import Role


def parties_of(
    ticket: Ticket, *, actor: User | None, previous_assignee: User | None = None, fact: Fact | None = None
) -> Parties:
    """Reporter, engineer, their reporting authority and every scrum master, in at most three statements.

    Where the fact is told, only the roles that hear of it are read.
    A reporting authority who no longer holds the role counts as none (P5).
    """
    roles = (Role.SM1, Role.SM2, Role.RA, Role.ADMIN)
    holding = people.holders(*roles) if fact is None or hears_by_role(fact) else {role: [] for role in roles}
    assignment = ticket.assignment
    engineer = assignment.engineer if assignment else None
    known = [ticket.reporter, engineer, previous_assignee, assignment.assigned_by if assignment else None]
    return Parties(
        reporter=ticket.reporter_id,
        assignee=engineer.pk if engineer else None,
        assignee_name=engineer.name if engineer else "",
        previous_assignee=previous_assignee.pk if previous_assignee else None,
        assigner=assignment.assigned_by_id if assignment else None,
        ra=_authority_of(engineer, holding[Role.RA]) if engineer else None,
        every_sm=tuple(dict.fromkeys(holding[Role.SM1] + holding[Role.SM2])),
        other_ras=tuple(holding[Role.RA]),
        admins=tuple(holding[Role.ADMIN]),
        actor=actor.pk if actor else None,
        inactive=frozenset(one.pk for one in known if one is not None and not one.is_active),
    )


def _authority_of(engineer: User, active_authorities: list[int]) -> int | None:
    authority_id = engineer.reporting_authority_id
    return authority_id if authority_id in active_authorities else None
