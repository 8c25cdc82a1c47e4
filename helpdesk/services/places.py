"""Places among the waiting tickets of an engineer, who is locked by whoever calls (A1)."""

from django.db.models import F, Subquery

from helpdesk.models import Assignment


def leave_line(assignment: Assignment) -> None:
    """Give up the place among the waiting and let those behind close up (A1); the caller saves the assignment.

    The place is read by the database itself: another one may have left the same line in this transaction.
    """
    if assignment.place is None:
        return
    mine = Assignment.objects.filter(pk=assignment.pk)
    behind = Assignment.objects.filter(engineer_id=assignment.engineer_id, place__gt=Subquery(mine.values("place")))
    behind.update(place=F("place") - 1)
    mine.update(place=None)
    assignment.place = None
