"""Whether a mail may still reach its recipient at the moment it is sent (N4, P8, P9)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Exists, OuterRef

from helpdesk.models import Assignment, Notification, Ticket, User, UserRole
from workflow.cases import Case, Person
from workflow.roles import Role
from workflow.states import Status
from workflow.visibility import Ground, Relation, grounds, relations_of


def grounds_of(user: User, ticket: Ticket) -> frozenset[Ground]:
    """Why this person sees the ticket now, from one query; none when inactive or without a role."""
    past = Assignment.objects.filter(ticket=ticket, engineer=OuterRef("user"), is_active=False)
    held = UserRole.objects.filter(user=user, is_granted=True).annotate(was_assigned=Exists(past))
    rows = list(held.values_list("role_id", "was_assigned"))
    person = Person(
        id=user.pk, name=user.name, roles=frozenset(Role(role) for role, _ in rows), is_active=user.is_active
    )
    case = _case_of(ticket)
    return grounds(person, case, _relations(user, ticket, person, case, was_assigned=any(was for _, was in rows)))


def sees_internal(user: User, ticket: Ticket) -> bool:
    """Whether what is for the staff only may be told to this person."""
    return bool(grounds_of(user, ticket) - {Ground.REPORTER})


def objection(row: Notification) -> str:
    """Why this mail must not be sent any more, as a sentence; empty when it may."""
    if not row.recipient.is_active:
        return "Not sent: the recipient is no longer active."
    if not row.recipient.email:
        return "Not sent: no e-mail address of the recipient is known."
    if not _is_address(row.recipient.email):
        return "Not sent: the e-mail address of the recipient is not valid."
    found = grounds_of(row.recipient, row.ticket)
    if not found:
        return "Not sent: the recipient may no longer see the ticket."
    if row.payload.get("internal") and not found - {Ground.REPORTER}:
        return "Not sent: the recipient may not read internal comments."
    return ""


def _is_address(text: str) -> bool:
    """Whether it is one address; two in one field would tell somebody nobody named."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _relations(user: User, ticket: Ticket, person: Person, case: Case, *, was_assigned: bool) -> Relation:
    engineer = ticket.assignment.engineer if ticket.assignment else None
    is_ra = engineer is not None and engineer.reporting_authority_id == user.pk
    return relations_of(person, case, was_assigned=was_assigned, is_ra_of_engineer=is_ra)


def _case_of(ticket: Ticket) -> Case:
    """As much of the case as decides who sees it."""
    return Case(
        id=ticket.pk,
        case_id=ticket.case_id,
        status=Status(ticket.status),
        reporter_id=ticket.reporter_id,
        engineer_id=ticket.assignment.engineer_id if ticket.assignment else None,
    )
