"""What each person is to a ticket, kept in step with the ticket in the transaction of the act (P9).

The rows are the object permissions of django-guardian; `selectors.access` is their only reader. They are written here and by no
shortcut of guardian's. Somebody has at most one row as the reporter and one as an engineer of a ticket. Call these under the
ticket's lock.
"""

from django.db.models import Subquery

from helpdesk.models import Grant, Ticket, TicketUserObjectPermission, User
from helpdesk.models.grants import permissions_of


def grant_reporter(ticket: Ticket) -> None:
    """Let the reporter see the new ticket; in one statement."""
    _insert(ticket, ticket.reporter, Grant.REPORT)


def grant_assignee(ticket: Ticket, engineer: User) -> None:
    """Let the engineer work on the ticket, also one who worked on it before; in two statements at most."""
    if not _turn(ticket, engineer, Grant.READ, Grant.WORK):
        _insert(ticket, engineer, Grant.WORK)


def reduce_to_reader(ticket: Ticket, engineer: User) -> None:
    """Leave to the engineer whose assignment ended that they read the ticket; in one statement."""
    _turn(ticket, engineer, Grant.WORK, Grant.READ)


def _insert(ticket: Ticket, user: User, grant: Grant) -> None:
    """One new row; `bulk_create` because the permission is looked up by the database itself."""
    row = TicketUserObjectPermission(user=user, content_object=ticket)
    row.permission_id = Subquery(permissions_of(grant))
    TicketUserObjectPermission.objects.bulk_create([row])


def _turn(ticket: Ticket, user: User, before: Grant, after: Grant) -> int:
    held = TicketUserObjectPermission.objects.filter(
        user=user, content_object=ticket, permission__in=permissions_of(before)
    )
    return held.update(permission=Subquery(permissions_of(after)))
