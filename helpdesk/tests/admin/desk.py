"""What the tests of the desk share: a signed-in browser, the addresses of lists, and scenes of several tickets."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse

from helpdesk.models import Ticket, User
from helpdesk.services.escalations import sweep_escalations
from helpdesk.services.tickets import resolve_ticket, withdraw_ticket
from tests.clock import held
from tests.entering import enter
from tests.factories import EngineerFactory, RAFactory, SM1Factory, a_promise, a_ticket, an_assignment, in_progress

LIST = "admin:helpdesk_ticket_changelist"


def browser(user: User, *, workspace: str = "", **options: bool) -> Client:
    """A browser in which somebody is signed in, with a workspace open."""
    client = Client(**options)
    enter(client, user, **({"workspace": workspace} if workspace else {}))
    return client


def list_of(bucket: str, **more: str) -> str:
    """The address of a list."""
    query = "&".join(f"{name}={value}" for name, value in {"bucket": bucket, **more}.items())
    return f"{reverse(LIST)}?{query}"


def page_of(ticket: Ticket) -> str:
    """The address of a ticket's page."""
    return reverse("admin:helpdesk_ticket_change", args=(ticket.pk,))


def shown(client: Client, address: str) -> list[str]:
    """The case ids of a list, in its order."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [ticket.case_id for ticket in answer.context_data["cl"].result_list]


def escalated(*, engineer: User | None = None, **options: object) -> Ticket:
    """A ticket whose promise of an hour passed; the clock stands half an hour later."""
    ticket = in_progress(engineer=engineer or EngineerFactory(reporting_authority=RAFactory()), minutes=60, **options)
    held.forward(minutes=90)
    sweep_escalations(held.moment)
    return Ticket.objects.get(pk=ticket.pk)


def one_of_each() -> dict[str, Ticket]:
    """A ticket in every status, named by the bucket or status it is in."""
    late = escalated()
    resolved_late = escalated()
    resolve_ticket(actor=resolved_late.assignment.engineer, ticket_id=resolved_late.pk, note="Done, late.")
    resolved = in_progress()
    resolve_ticket(actor=resolved.assignment.engineer, ticket_id=resolved.pk, note="Done.")
    withdrawn = a_ticket()
    withdraw_ticket(actor=SM1Factory(), ticket_id=withdrawn.pk, reason="Nobody needs it.")
    held.forward(seconds=1)
    return {
        "unassigned": a_ticket(),
        "assigned": an_assignment().ticket,
        "promised": a_promise(minutes=300).ticket,
        "in_progress": in_progress(minutes=300),
        "escalated": late,
        "resolved": resolved,
        "escalation_resolved": resolved_late,
        "withdrawn": withdrawn,
    }


def hours_ago(hours: float) -> None:
    """Set the clock back from where it stands."""
    held.set(held.moment - timedelta(hours=hours))
