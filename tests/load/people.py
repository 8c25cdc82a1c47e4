"""Whose pages are measured: one person of each kind from a loaded sample (docs/performance.md)."""

from django.db.models import Count

from helpdesk.models import Assignment, Grant, SLARecord, Ticket, TicketUserObjectPermission, User, UserRole
from helpdesk.models.grants import permissions_of
from workflow.roles import Role
from workflow.states import OPEN, RESOLVED

PAST_SHARE = 200
"""The past engineer had one of so many of the resolved tickets, as every engineer has."""


def of_each_kind() -> dict[str, User]:
    """Those there are, and somebody who only was an engineer."""
    return {**of_the_sample(), "past engineer": _past_engineer()}


def of_the_sample() -> dict[str, User]:
    """The busiest reporter, an engineer, an SM1, an RA of ten engineers, an admin."""
    return {
        "reporter": _busiest(Role.REPORTER, Grant.REPORT),
        "engineer": _busiest(Role.ENGINEER, Grant.WORK),
        "sm1": _first(Role.SM1),
        "ra": User.objects.holding(Role.RA).annotate(led=Count("engineers")).order_by("-led", "pk")[0],
        "admin": _first(Role.ADMIN),
    }


def _first(role: Role) -> User:
    return User.objects.holding(role).order_by("pk")[0]


def _busiest(role: Role, grant: Grant) -> User:
    """Who of this role has the most tickets on this ground."""
    held = TicketUserObjectPermission.objects.filter(
        permission__in=permissions_of(grant), user__in=User.objects.holding(role).values("pk")
    )
    top = held.values("user").annotate(n=Count("pk")).order_by("-n")[0]
    return User.objects.get(pk=top["user"])


def _past_engineer() -> User:
    """Somebody whose every assignment has ended; made here, for no sample has one. The caller rolls back."""
    person = User.objects.create_user("past-engineer", name="Past Engineer")
    UserRole.objects.create(user=person, role_id=Role.ENGINEER.value, is_claimed=True)
    master = _first(Role.SM1)
    last = Ticket.objects.order_by("-pk").values_list("pk", flat=True)[0]
    had = Ticket.objects.filter(pk__in=range(1, last, PAST_SHARE), status__in=[*RESOLVED, *OPEN])
    assignments = Assignment.objects.bulk_create(
        Assignment(
            ticket=ticket,
            engineer=person,
            assigned_by=master,
            assigned_at=ticket.created_at,
            level="sm1",
            is_active=False,
            expected_minutes=60,
            starts_at=ticket.created_at,
            due_at=ticket.updated_at,
            ended_at=ticket.updated_at,
        )
        for ticket in had.order_by("pk")
    )
    SLARecord.objects.bulk_create(
        SLARecord(ticket_id=one.ticket_id, assignment=one, assigned_at=one.assigned_at, ended_at=one.ended_at)
        for one in assignments
    )
    reads = permissions_of(Grant.READ).get()["pk"]
    TicketUserObjectPermission.objects.bulk_create(
        TicketUserObjectPermission(user=person, permission_id=reads, content_object_id=one.ticket_id)
        for one in assignments
    )
    return person
