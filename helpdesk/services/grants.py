"""What each person is to a ticket, kept in step with the ticket in the transaction of the act (P9).

The rows are the object permissions of django-guardian; `selectors.access` is their only reader. They are written here and by no
shortcut of guardian's. Somebody has at most one row as the reporter and one as an engineer of a ticket. Call these under the
ticket's lock.
"""

from django.db.models import Case, Q, Subquery, When

from helpdesk.models import Grant, Ticket, TicketUserObjectPermission, User
from helpdesk.models.grants import permissions_of


def grant_reporter(ticket: Ticket) -> None:
    """Let the reporter see the new ticket; in one statement."""
    _insert(ticket, ticket.reporter, Grant.REPORT)


def grant_assignee(ticket: Ticket, engineer: User, *, instead_of: User | None = None) -> None:
    """Let the engineer work on the ticket, and leave to the one before that they read it; in two statements at most.

    The engineer may have been one before as well, whose row is turned round again. A ticket nobody had has no such rows.
    """
    if instead_of is not None:
        _pass_on(ticket, engineer, instead_of)
    _insert(ticket, engineer, Grant.WORK)


def _insert(ticket: Ticket, user: User, grant: Grant) -> None:
    """One row unless it is there; `bulk_create` because the permission is looked up by the database itself."""
    row = TicketUserObjectPermission(user=user, content_object=ticket)
    row.permission_id = Subquery(permissions_of(grant))
    TicketUserObjectPermission.objects.bulk_create([row], ignore_conflicts=True)


def _pass_on(ticket: Ticket, engineer: User, before: User) -> None:
    works, reads = permissions_of(Grant.WORK), permissions_of(Grant.READ)
    held = Q(user=before, permission__in=works) | Q(user=engineer, permission__in=reads)
    turned = Case(When(user=before, then=Subquery(reads)), default=Subquery(works))
    TicketUserObjectPermission.objects.filter(held, content_object=ticket).update(permission=turned)
