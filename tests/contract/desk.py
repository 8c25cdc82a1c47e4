"""The desk that made-up calls are sent to: a person of each role, and tickets at every stage that they can reach."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from helpdesk.models import ApplicationCatalog, Attachment, ExtensionRequest, Ticket, User
from helpdesk.selectors.tickets import version_of
from helpdesk.services.comments import add_comment
from helpdesk.services.extensions import request_extension
from project.demo.entra import EntraServer
from project.demo.entra_people import Person
from tests.factories import (
    ApplicationFactory,
    EngineerFactory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from tests.provider import API_AUDIENCE, CLIENT_ID

ROLES: dict[str, list[str]] = {
    "anonymous": [],
    "no role": [],
    "reporter": ["reporter"],
    "ra": ["ra"],
    "engineer": ["engineer"],
    "sm1": ["sm1"],
    "sm2": ["sm2"],
    "admin": ["admin"],
}
"""In the order of what they can change, so that each finds the desk as its own role needs it."""
EACH = 3


@dataclass
class Desk:
    """Who there is, and what a call may name so that it finds something."""

    people: dict[str, User]
    application: ApplicationCatalog
    spare: list[User] = field(default_factory=list)

    def token(self, entra: EntraServer, who: str) -> str:
        """An access token of the provider for this person, as an in-house application gets one."""
        user = self.people[who]
        person = Person(user.name, user.email, str(user.azure_ad_id), (), (), ())
        return entra.tokens.access_token(person, audience=API_AUDIENCE, client_id=CLIENT_ID)

    def stock(self) -> dict[str, list[Any]]:
        """Fresh tickets at every stage; what can be named, by kind."""
        with transaction.atomic():
            return self._known(self._fresh())

    def _fresh(self) -> list[Ticket]:
        people, told = self.people, {"application": self.application, "reporter": self.people["reporter"]}
        own = {"application": self.application, "reporter": people["engineer"]}
        engineer, by = people["engineer"], people["sm1"]
        made = [a_ticket(**told) for _ in range(EACH)] + [a_ticket(**own)]
        for give in (an_assignment, a_promise):
            fresh = [a_ticket(**told) for _ in range(EACH)]
            made += [give(ticket=ticket, engineer=engineer, by=by).ticket for ticket in fresh]
        for busy in (
            EngineerFactory(reporting_authority=people["ra"]),
            EngineerFactory(reporting_authority=people["ra"]),
        ):
            made.append(in_progress(ticket=a_ticket(**told), engineer=busy, by=by))
            request_extension(actor=busy, ticket_id=made[-1].pk, extra_minutes=30, comment="It takes longer.")
            self.spare.append(busy)
        for ticket in made:
            add_comment(actor=by, ticket_id=ticket.pk, body="Looking.")
            a_file(ticket)
        return made

    def _known(self, fresh: list[Ticket]) -> dict[str, list[Any]]:
        ids = [ticket.pk for ticket in fresh]
        requests = ExtensionRequest.objects.filter(ticket__in=ids).order_by("pk")
        return {
            "tickets": [name for ticket in fresh for name in (ticket.case_id, str(ticket.pk))],
            "cases": [ticket.case_id for ticket in fresh],
            "versions": sorted({f'"{version_of(ticket)}"' for ticket in Ticket.objects.filter(pk__in=ids)}),
            "engineers": [self.people["engineer"].pk, *(one.pk for one in self.spare[-2:])],
            "people": [one.pk for one in self.spare],
            "requests": list(requests.values_list("pk", flat=True)),
            "attachments": list(Attachment.objects.filter(ticket__in=ids).order_by("pk").values_list("pk", flat=True)),
            "applications": [self.application.code],
            "minutes": [15, 60, 240],
        }


def build() -> Desk:
    """One person of each role; the reporting authority leads the engineer."""
    people = {
        name: UserFactory(name=f"The {name}", roles=roles) for name, roles in ROLES.items() if name != "anonymous"
    }
    people["engineer"].reporting_authority = people["ra"]
    people["engineer"].save(update_fields=["reporting_authority"])
    return Desk(people, ApplicationFactory(name="Expenses", code="QZX"))


def a_file(ticket: Ticket) -> Attachment:
    """A picture that stands on the ticket."""
    return Attachment.objects.create(
        ticket=ticket,
        filename="page.png",
        s3_key=f"2026/03/04/{ticket.case_id}/page.png",
        size=3,
        sha256="x" * 44,
        content_type="image/png",
        state=Attachment.State.CONFIRMED,
        uploaded_by=ticket.reporter,
        uploaded_at=ticket.created_at,
        confirmed_at=ticket.created_at,
    )
