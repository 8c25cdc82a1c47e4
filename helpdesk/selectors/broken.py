"""Whose promises were broken: a breach stays with the engineer whose promise it was, whoever has the ticket now (S2)."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from helpdesk.models import SLARecord, User, UserRole
from helpdesk.selectors import access, people
from workflow.roles import DESK, Role
from workflow.texts import whole_number


def broken_by(engineer_id: int) -> Q:
    """The condition that a ticket's breached promise was this engineer's."""
    records = SLARecord.objects.filter(breached=True, assignment__engineer=engineer_id)
    return Q(pk__in=records.values("ticket"))


def engineers(user: User) -> dict[str, str]:
    """Id, as addresses have it, and name of those with a breached promise on a ticket this person handles, by name (P9)."""
    records = SLARecord.objects.filter(breached=True)
    if people.roles_of(user) & DESK:
        found = _with_any(records)
    else:
        seen = records.filter(ticket__in=access.handled_by(user).values("pk"))
        found = User.objects.filter(pk__in=seen.values("assignment__engineer"))
    return {str(pk): name for pk, name in found.order_by("name", "pk").values_list("pk", "name")}


def _with_any(records: QuerySet[SLARecord]) -> QuerySet[User]:
    """The engineers of these records, those of old as well. Each is asked for one record, as joining all ever broken grows with the years."""
    ever = UserRole.objects.filter(user=OuterRef("pk"), role_id=Role.ENGINEER)
    first = Subquery(records.filter(assignment__engineer=OuterRef("pk")).order_by().values("pk")[:1])
    return User.objects.filter(Exists(ever)).alias(broken=first).filter(broken__isnull=False)


def name_of(engineer_id: str) -> str:
    """The name behind an id of an address; the id itself where there is nobody."""
    number = whole_number(engineer_id)
    found = User.objects.filter(pk=number).values_list("name", flat=True).first() if number is not None else None
    return found or engineer_id
