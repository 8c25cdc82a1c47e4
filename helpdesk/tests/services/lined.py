"""Lines and requests for more time as the tests of the services ask for them."""

from datetime import datetime

from helpdesk.models import Assignment, ExtensionRequest, Notification, Ticket, TicketEvent, User
from helpdesk.services.extensions import request_extension
from tests.factories import SM1Factory, a_promise


def line(engineer: User) -> list[int]:
    return list(
        Assignment.objects.filter(engineer=engineer, place__gt=0).order_by("place").values_list("pk", flat=True)
    )


def places(engineer: User) -> list[int]:
    return list(
        Assignment.objects.filter(engineer=engineer, place__gt=0).order_by("place").values_list("place", flat=True)
    )


def due(assignment: Assignment) -> datetime:
    return Assignment.objects.get(pk=assignment.pk).due_at


def three_promises(engineer: User, by: User | None = None) -> list[Assignment]:
    """Of one hour each, one after the other from now on."""
    return [a_promise(engineer=engineer, by=by or SM1Factory(), minutes=60) for _ in range(3)]


def asked(engineer: User, minutes: int = 30, **options: object) -> ExtensionRequest:
    """A request for half an hour more on an hour that was promised."""
    assignment = a_promise(engineer=engineer, minutes=60, **options)
    return request_extension(
        actor=engineer, ticket_id=assignment.ticket_id, extra_minutes=minutes, comment="It is slow."
    )


def told(kind: str) -> set[User]:
    return {row.recipient for row in Notification.objects.filter(kind=kind).select_related("recipient")}


def last_event(ticket: Ticket) -> TicketEvent:
    return TicketEvent.objects.filter(ticket=ticket).latest("pk")


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Assignment, TicketEvent, Notification))
