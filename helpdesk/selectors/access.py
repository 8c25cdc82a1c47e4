"""Who sees what: the one scope of every list, count, search and single ticket (P9)."""

import re

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpdesk.models import Assignment, Ticket, User
from helpdesk.selectors import people
from helpdesk.selectors.cases import case_of
from workflow import visibility
from workflow.errors import TicketMissing
from workflow.roles import DESK, Role
from workflow.visibility import Relation

_CASE_ID = re.compile(r"^N-[A-Z0-9]{2,10}-\d{1,9}$", re.ASCII)
_NUMBER = re.compile(r"^\d{1,15}$", re.ASCII)


def visible_to(user: User) -> QuerySet[Ticket]:
    """The tickets this person sees (P9); none without a role (P6)."""
    if people.roles_of(user) & DESK:
        return Ticket.objects.all()
    if not people.roles_of(user):
        return Ticket.objects.none()
    return Ticket.objects.filter(Q(reporter=user) | _staff_grounds(user))


def handled_by(user: User) -> QuerySet[Ticket]:
    """The tickets they see on a ground other than being the reporter: what the staff's lists show them (P9)."""
    return visible_to(user) if people.roles_of(user) & DESK else visible_to(user).filter(_staff_grounds(user))


def _staff_grounds(user: User) -> Q:
    """The engineer, now or before; their reporting authority; every reporting authority once it has escalated."""
    grounds = Q(Exists(Assignment.objects.filter(ticket=OuterRef("pk"), engineer=user)))
    if Role.RA in people.roles_of(user):
        led = Assignment.objects.filter(ticket=OuterRef("pk"), is_active=True, engineer__reporting_authority=user)
        grounds |= Exists(led) | Q(escalated_at__isnull=False)
    return grounds


def ticket_for(user: User, reference: int | str) -> Ticket:
    """The ticket by its number or case id; a foreign and a missing one answer alike."""
    known = str(reference).strip().upper()
    if _CASE_ID.match(known):
        wanted = Q(case_id=known)
    elif _NUMBER.match(known):
        wanted = Q(pk=int(known))
    else:
        raise TicketMissing
    ticket = (
        visible_to(user)
        .filter(wanted)
        .select_related("application", "reporter", "assignment__engineer", "assignment__assigned_by", "repeats")
        .first()
    )
    if ticket is None:
        raise TicketMissing
    return ticket


def relations_of(user: User, ticket: Ticket) -> Relation:
    """What this person is to the ticket besides their roles (P9), in one statement."""
    relations = Relation.REPORTER if ticket.reporter_id == user.pk else Relation.NONE
    held = (
        Assignment.objects.filter(ticket=ticket)
        .filter(Q(engineer=user) | Q(is_active=True))
        .values_list("engineer_id", "is_active", "engineer__reporting_authority_id")
    )
    for engineer_id, is_active, authority_id in held:
        if engineer_id == user.pk:
            relations |= Relation.ASSIGNEE if is_active else Relation.PAST_ASSIGNEE
        if is_active and authority_id == user.pk:
            relations |= Relation.RA_OF_ENGINEER
    return relations


def sees_as_staff(user: User, ticket: Ticket) -> bool:
    """Whether they see the ticket on a ground other than being its reporter; internal comments are for these (P9)."""
    return visibility.sees_internal(
        people.person_of(user), case_of(ticket), relations_of(user, ticket), ticket.escalated_at is not None
    )
