"""Every list of the desk, defined once: lists, badges and numbers all come from here (E2, S1)."""

from collections.abc import Iterable
from functools import cache

from django.db.models import Count, Q, QuerySet, Value

from helpdesk.models import Ticket, User
from helpdesk.selectors import access, numbers, people
from workflow.roles import DESK, Role
from workflow.states import OPEN, Bucket, Number, Status

ORDER: dict[Bucket, tuple[str, ...]] = {
    Bucket.UNASSIGNED: ("created_at", "pk"),
    Bucket.OPEN: ("-created_at", "-pk"),
    Bucket.MINE: ("assignment__place", "assignment__started_at", "pk"),
    Bucket.REPORTED: ("-created_at", "-pk"),
    Bucket.ESCALATED: ("escalated_at", "pk"),
    Bucket.STRANDED: ("assignment__due_at", "pk"),
    Bucket.RESOLVED: ("-resolved_at", "-pk"),
    Bucket.ESCALATION_RESOLVED: ("-resolved_at", "-pk"),
    Bucket.WITHDRAWN: ("-resolved_at", "-pk"),
    Bucket.BREACHED: ("-escalated_at", "-pk"),
    Bucket.DECIDED: ("-created_at", "-pk"),
}
"""The order a bucket is read in, which its partial index keeps."""

OF_NUMBER: dict[Number, Bucket] = {
    Number.OPEN: Bucket.OPEN,
    Number.BREACHED: Bucket.BREACHED,
    Number.RESOLVED_ON_TIME: Bucket.RESOLVED,
    Number.ESCALATED: Bucket.ESCALATED,
    Number.RESOLVED_AFTER_ESCALATION: Bucket.ESCALATION_RESOLVED,
}
"""The list behind each number; both are what `numbers.DEFINITIONS` says."""
_NUMBER_OF = {name: number for number, name in OF_NUMBER.items()}

NEVER_ASSIGNED = frozenset({Bucket.UNASSIGNED, Bucket.WITHDRAWN})
"""Tickets that never had an engineer nor escalated: a reporting authority sees them on their own grants alone."""


def bucket(name: Bucket, user: User) -> QuerySet[Ticket]:
    """The tickets of a bucket that this person sees, in the bucket's order."""
    seen = access.granted_to(user) if name in NEVER_ASSIGNED else access.visible_to(user)
    return seen.filter(_definition(name, user)).order_by(*ORDER[name])


def counts(user: User, names: Iterable[Bucket]) -> dict[Bucket, int]:
    """How many tickets each bucket holds for this person, in one statement."""
    wanted = list(names)
    if not wanted:
        return {}
    first, *others = [
        bucket(name, user).order_by().annotate(of=Value(name.value)).values("of").annotate(n=Count("pk"))
        for name in wanted
    ]
    rows = first.union(*others, all=True) if others else first
    found = {Bucket(row["of"]): row["n"] for row in rows}
    return {name: found.get(name, 0) for name in wanted}


def _definition(name: Bucket, user: User) -> Q:
    if name in _NUMBER_OF:
        is_counted = numbers.DEFINITIONS[_NUMBER_OF[name]]
        return is_counted & _escalations_of(user) if name is Bucket.ESCALATED else is_counted
    if name is Bucket.DECIDED:
        return numbers.DECIDED
    if name is Bucket.UNASSIGNED:
        return Q(status=Status.UNASSIGNED)
    if name is Bucket.MINE:
        return Q(assignment__engineer=user, status__in=OPEN - {Status.UNASSIGNED})
    if name is Bucket.REPORTED:
        return Q(reporter=user)
    if name is Bucket.STRANDED:
        return _stranded()
    return Q(is_withdrawn=True)


@cache
def _stranded() -> Q:
    """Made once, as the definitions of the numbers are: the same for everybody, and a condition holds no rows."""
    return Q(status__in=OPEN - {Status.UNASSIGNED}, assignment__engineer__in=people.engineers_before().order_by())


def _escalations_of(user: User) -> Q:
    """All escalations for SMs, admins and RAs; only their own for an engineer (E2)."""
    if people.roles_of(user) & (DESK | {Role.RA}):
        return Q()
    return Q(assignment__engineer=user)
