"""One scene per act: a ticket at the point where the act is possible, who may do it, and what they would type."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.test import Client
from django.urls import reverse

from helpdesk.models import Ticket, TicketEvent, User
from helpdesk.selectors.tickets import version_of
from tests.entering import enter
from tests.factories import EngineerFactory, SM1Factory, SM2Factory, a_promise, a_ticket, an_assignment, in_progress
from workflow.states import Status


@dataclass(kw_only=True)
class Scene:
    """A ticket, the person whose act it is, and the typed fields of its dialog."""

    act: str
    ticket: Ticket
    actor: User
    typed: dict[str, object] = field(default_factory=dict)
    leads_to: Status

    @property
    def address(self) -> str:
        return address_of(self.act, self.ticket)

    def sent(self, **other: object) -> dict[str, object]:
        """What the browser would send, with the version the person looked at."""
        return {**seen(self.ticket), **self.typed, **other}


def address_of(act: str, ticket: Ticket) -> str:
    return reverse(f"admin:helpdesk_ticket_{act}", args=(ticket.pk,))


def seen(ticket: Ticket) -> dict[str, object]:
    """The hidden fields of a dialog opened now."""
    return {"_form_submitted": "on", "seen": version_of(Ticket.objects.select_related("assignment").get(pk=ticket.pk))}


def signed_in(person: User, *, enforce_csrf_checks: bool = False) -> Client:
    """A browser in which this person is signed in, sending what htmx sends."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks, headers={"HX-Request": "true"})
    enter(client, person)
    return client


def state_of(ticket: Ticket) -> tuple[object, ...]:
    """Everything an act could change."""
    fresh = Ticket.objects.get(pk=ticket.pk)
    return (fresh.status, fresh.version, fresh.assignment_id, fresh.priority, TicketEvent.objects.count())


def assigning() -> Scene:
    return Scene(
        act="assign",
        ticket=a_ticket(),
        actor=SM1Factory(),
        typed={"engineer_id": EngineerFactory().pk},
        leads_to=Status.ASSIGNED,
    )


def reassigning() -> Scene:
    return Scene(
        act="reassign",
        ticket=an_assignment().ticket,
        actor=SM2Factory(),
        typed={"engineer_id": EngineerFactory().pk, "comment": "Asha is away"},
        leads_to=Status.ASSIGNED,
    )


def committing() -> Scene:
    given = an_assignment()
    return Scene(
        act="commit",
        ticket=given.ticket,
        actor=given.engineer,
        typed={"hours": "2", "minutes": "30"},
        leads_to=Status.ASSIGNED,
    )


def committing_and_starting() -> Scene:
    given = an_assignment()
    return Scene(
        act="commit_and_start",
        ticket=given.ticket,
        actor=given.engineer,
        typed={"hours": "2", "minutes": ""},
        leads_to=Status.IN_PROGRESS,
    )


def starting() -> Scene:
    given = a_promise()
    return Scene(act="start", ticket=given.ticket, actor=given.engineer, leads_to=Status.IN_PROGRESS)


def resolving() -> Scene:
    ticket = in_progress()
    return Scene(
        act="resolve",
        ticket=ticket,
        actor=ticket.assignment.engineer,
        typed={"note": "Raised the page limit"},
        leads_to=Status.RESOLVED,
    )


def changing_priority() -> Scene:
    return Scene(
        act="change_priority",
        ticket=a_ticket(),
        actor=SM1Factory(),
        typed={"priority": "high", "reason": "Month end"},
        leads_to=Status.UNASSIGNED,
    )


def withdrawing() -> Scene:
    return Scene(
        act="withdraw",
        ticket=a_ticket(),
        actor=SM2Factory(),
        typed={"reason": "Raised twice"},
        leads_to=Status.RESOLVED,
    )


SCENES: tuple[Callable[[], Scene], ...] = (
    assigning,
    reassigning,
    committing,
    committing_and_starting,
    starting,
    resolving,
    changing_priority,
    withdrawing,
)
OF_ENGINEERS = (committing, committing_and_starting, starting, resolving)
OF_SCRUM_MASTERS = (assigning, reassigning, changing_priority, withdrawing)
