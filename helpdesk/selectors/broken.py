"""Whose promises were broken: a breach stays with the engineer whose promise it was, whoever has the ticket now (S2)."""

from django.db.models import Q

from helpdesk.models import SLARecord, User
from helpdesk.selectors import access, people
from workflow.roles import DESK
from workflow.texts import whole_number


def broken_by(engineer_id: int) -> Q:
    """The condition that a ticket's breached promise was this engineer's."""
    records = SLARecord.objects.filter(breached=True, assignment__engineer=engineer_id)
    return Q(pk__in=records.values("ticket"))


def engineers(user: User) -> dict[str, str]:
    """Id, as addresses have it, and name of those with a breached promise on a ticket this person handles, by name (P9)."""
    records = SLARecord.objects.filter(breached=True)
    if not people.roles_of(user) & DESK:
        records = records.filter(ticket__in=access.handled_by(user).values("pk"))
    found = User.objects.filter(pk__in=records.values("assignment__engineer")).order_by("name", "pk")
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def name_of(engineer_id: str) -> str:
    """The name behind an id of an address; the id itself where there is nobody."""
    number = whole_number(engineer_id)
    found = User.objects.filter(pk=number).values_list("name", flat=True).first() if number is not None else None
    return found or engineer_id
