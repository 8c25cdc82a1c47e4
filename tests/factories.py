"""People, applications and tickets for the tests; tickets are made through the services."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import uuid4

import factory

from helpdesk.models import (
    ApplicationCatalog,
    Assignment,
    CalendarHoliday,
    Ticket,
    User,
    UserRole,
    WorkingCalendar,
    WorkingInterval,
)
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.tickets import raise_ticket, start_ticket
from tests.clock import held
from workflow.calendars import Week
from workflow.roles import Role

TENANT = "11111111-2222-3333-4444-555555555555"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Somebody of the tenant; `roles=[...]` are granted as claims of Entra ID."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.LazyAttribute(lambda person: f"{person.azure_ad_id}@{TENANT}")
    azure_ad_id = factory.LazyFunction(lambda: str(uuid4()))
    tenant_id = TENANT
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda person: f"{person.name.lower().replace(' ', '.')}@corp.example")

    @factory.post_generation
    def roles(self, create: bool, names: list[str] | None, **kwargs: object) -> None:
        for name in names or ():
            UserRole.objects.create(user=self, role_id=Role(name).value, is_claimed=True)


class ReporterFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Reporter {n}")
    roles = factory.PostGeneration(lambda user, create, names: _grant(user, names or ["reporter"]))


class SM1Factory(UserFactory):
    name = factory.Sequence(lambda n: f"Master One {n}")
    roles = factory.PostGeneration(lambda user, create, names: _grant(user, names or ["sm1"]))


class SM2Factory(UserFactory):
    name = factory.Sequence(lambda n: f"Master Two {n}")
    roles = factory.PostGeneration(lambda user, create, names: _grant(user, names or ["sm2"]))


class EngineerFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Engineer {n}")
    roles = factory.PostGeneration(lambda user, create, names: _grant(user, names or ["engineer"]))


class RAFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Authority {n}")
    roles = factory.PostGeneration(lambda user, create, names: _grant(user, names or ["ra"]))


class AdminFactory(UserFactory):
    name = factory.Sequence(lambda n: f"Admin {n}")
    roles = factory.PostGeneration(lambda user, create, names: _grant(user, names or ["admin"]))


def _grant(user: User, names: list[str]) -> None:
    for name in names:
        UserRole.objects.create(user=user, role_id=Role(name).value, is_claimed=True)


class ApplicationFactory(factory.django.DjangoModelFactory[ApplicationCatalog]):
    """An application with the shipped targets."""

    class Meta:
        model = ApplicationCatalog

    name = factory.Sequence(lambda n: f"Application {n}")
    code = factory.Sequence(lambda n: f"AP{n}")


def a_ticket(
    *, reporter: User | None = None, application: ApplicationCatalog | None = None, **fields: object
) -> Ticket:
    """A raised, unassigned ticket, at the time the held clock shows."""
    told = {"title": "The export stops", "description": "It stops at page 3.", "priority": "medium", **fields}
    return raise_ticket(
        actor=reporter or ReporterFactory(), application_code=(application or ApplicationFactory()).code, **told
    )


def an_assignment(
    *, ticket: Ticket | None = None, engineer: User | None = None, by: User | None = None, **options: object
) -> Assignment:
    """A ticket given to an engineer, lined up if they are busy."""
    ticket = ticket or a_ticket()
    return assign_ticket(
        actor=by or SM1Factory(),
        ticket_id=ticket.pk,
        engineer_id=(engineer or EngineerFactory()).pk,
        **{"assign_anyway": True, **options},
    )


def a_promise(*, minutes: int = 120, **options: object) -> Assignment:
    """An assigned ticket whose engineer has given a resolution time."""
    assignment = an_assignment(**options)
    return commit_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=minutes)


def in_progress(*, minutes: int = 120, **options: object) -> Ticket:
    """A ticket being worked on under a promise."""
    assignment = an_assignment(**options)
    return start_ticket(actor=assignment.engineer, ticket_id=assignment.ticket_id, resolution_minutes=minutes)


OFFICE: Week = (((540, 1020),),) * 5 + ((), ())
"""Monday to Friday, nine to five."""


def a_calendar(
    *,
    name: str = "Office",
    time_zone: str = "Europe/Berlin",
    week: Week = OFFICE,
    holidays: Mapping[date, str] | None = None,
    **fields: str,
) -> WorkingCalendar:
    """Working hours that nobody works by yet."""
    calendar = WorkingCalendar.objects.create(name=name, time_zone=time_zone, **fields)
    for weekday, hours in enumerate(week):
        for opens, closes in hours:
            WorkingInterval.objects.create(calendar=calendar, weekday=weekday, opens=opens, closes=closes)
    for day, said in (holidays or {}).items():
        CalendarHoliday.objects.create(calendar=calendar, date=day, name=said)
    return calendar


def at(moment: datetime) -> None:
    """Set the held clock."""
    held.set(moment)
