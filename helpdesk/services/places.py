"""Places among the waiting tickets of an engineer, who is locked by whoever calls (A1)."""

from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from helpdesk.models import Assignment


def leave_line(assignment: Assignment) -> None:
    """Give up the place among the waiting and let those behind close up (A1), in one statement; the caller saves the rest."""
    if assignment.place is not None:
        _left(assignment).update(place=_closed_up(assignment))
        assignment.place = None


def end(assignment: Assignment, now: datetime) -> None:
    """End the assignment: it leaves the line, those behind it close up and keep their times (C8); in one statement."""
    _left(assignment).update(
        place=_closed_up(assignment),
        is_active=_own(assignment, Value(False), "is_active"),
        ended_at=_own(assignment, Value(now), "ended_at"),
    )
    assignment.place, assignment.is_active, assignment.ended_at = None, False, now


def _left(assignment: Assignment) -> QuerySet[Assignment]:
    """The assignment and those behind it.

    The place is read by the database itself: another one may have left the same line in this transaction.
    """
    place = Subquery(Assignment.objects.filter(pk=assignment.pk).values("place"))
    return Assignment.objects.filter(Q(pk=assignment.pk) | Q(engineer_id=assignment.engineer_id, place__gt=place))


def _closed_up(assignment: Assignment) -> Case:
    return Case(When(pk=assignment.pk, then=Value(None)), default=F("place") - 1)


def _own(assignment: Assignment, value: Combinable, field: str) -> Case:
    """A value for this one, the others keep theirs."""
    return Case(When(pk=assignment.pk, then=value), default=F(field))
