"""The same ticket many times over, each with an engineer of its own, written past the services: for counting statements."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, OuterRef, Subquery

from helpdesk.models import Assignment, AuditEvent, Escalation, SLARecord, Ticket, TicketEvent

Row = TypeVar("Row", bound=Model)


def multiply(ticket: Ticket, many: int) -> None:
    """Let there be so many of this escalated and resolved ticket, each with all that hangs on it, and as many acts in the trail."""
    ticket.refresh_from_db()
    one = ticket.assignment
    numbers = range(1, many)
    engineers = _copies(
        one.engineer,
        numbers,
        lambda n: {"username": f"copy-{n}", "email": f"copy-{n}@corp.example", "azure_ad_id": "", "tenant_id": ""},
    )
    bare = {"status": "unassigned", "assignment": None, "resolved_at": None, "escalated_at": None, "request_key": None}
    tickets = _copies(ticket, numbers, lambda n: {"case_id": f"N-MANY-{1000 + n}", **bare})
    assignments = _copies(one, numbers, lambda n: {"ticket": tickets[n - 1], "engineer": engineers[n - 1]})
    now = Assignment.objects.filter(ticket=OuterRef("pk")).values("pk")
    Ticket.objects.filter(pk__in=[row.pk for row in tickets]).update(
        assignment=Subquery(now),
        status=ticket.status,
        resolved_at=ticket.resolved_at,
        escalated_at=ticket.escalated_at,
    )
    for template in (SLARecord.objects.get(ticket=ticket), Escalation.objects.get(ticket=ticket)):
        _copies(template, numbers, lambda n: {"ticket": tickets[n - 1], "assignment": assignments[n - 1]})
    _copies(TicketEvent.objects.filter(ticket=ticket).first(), numbers, lambda n: {"ticket": tickets[n - 1]})
    _copies(AuditEvent.objects.first(), range(1, 1 + many - AuditEvent.objects.count()), lambda n: {})
    with connection.cursor() as cursor:  # the server plans by what is there now, as it does where rows come one by one
        cursor.execute("ANALYZE")


def _copies(template: Row, numbers: Sequence[int], changed: Callable[[int], dict[str, Any]]) -> list[Row]:
    kind = type(template)
    fields = [field for field in kind._meta.fields if not field.primary_key]
    rows = []
    for number in numbers:
        told = changed(number)
        kept = {field.attname: getattr(template, field.attname) for field in fields if field.name not in told}
        rows.append(kind(**kept, **{field.name: told[field.name] for field in fields if field.name in told}))
    return kind._base_manager.bulk_create(rows, batch_size=1000)
