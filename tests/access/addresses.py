"""The addresses of a route on the world: one, or one for each ticket where the route is about a ticket."""

import re

from helpdesk.models import ExtensionRequest
from tests.access.routes import Route
from tests.access.world import World

PLACE = re.compile(r"<[^>]+>|\(\?P.*?\)|\^?\.\*|[$^]")
"""Whatever of a pattern is filled in."""

ABOUT_A_TICKET = re.compile(r"attachment_id|case_id|ticket(s|_id)?[/:<]*<|ticket_id")
MISSING = {"case_id": "N-QZX-999999", "pk": "987654321"}
"""A ticket that is not there."""


def addresses(route: Route, world: World) -> dict[str, str]:
    """Address by ticket; a route without one has an address under no name."""
    if not is_about_a_ticket(route):
        return {"": filled(route.pattern, _value(route.pattern, world))}
    if "attachment_id" in route.pattern:
        return {ticket: filled(route.pattern, str(one.pk)) for ticket, one in world.files.items()}
    name = _name_of(route)
    return {ticket: filled(route.pattern, str(getattr(found, name))) for ticket, found in world.tickets.items()}


def is_about_a_ticket(route: Route) -> bool:
    """Whether the address names a ticket."""
    return bool(ABOUT_A_TICKET.search(route.pattern))


def address_of_missing(route: Route) -> str:
    """The address of a ticket that is not there."""
    return filled(route.pattern, MISSING[_name_of(route)])


def _name_of(route: Route) -> str:
    return "case_id" if "case_id" in route.pattern else "pk"


def filled(pattern: str, value: str) -> str:
    """The pattern as an address."""
    once = PLACE.sub(value, pattern.replace("<str:extension>", _extension()), count=1)
    return "/" + PLACE.sub("", once)


def _extension() -> str:
    """The request for more time that was made last, or a number that none has."""
    last = ExtensionRequest.objects.order_by("-pk").first()
    return str(last.pk if last else 987654321)


def _value(pattern: str, world: World) -> str:
    """What stands in the address of a route that is about no ticket."""
    known = {
        "helpdesk/user/": world.users["engineer"].pk,
        "<int:engineer_id>": world.users["engineer"].pk,
        "<str:engineer>": world.users["engineer"].pk,
        "<str:user>": world.users["engineer"].pk,
        "<int:run_id>": world.report.pk,
        "helpdesk/applicationcatalog/": world.application.pk,
        "helpdesk/adminalert/": world.alert.pk,
        "helpdesk/notification/": world.mail.pk,
        "helpdesk/heartbeat/": "tick",
        "helpdesk/rolemapping/": world.mapping.pk,
        "helpdesk/desksettings/": 1,
        "helpdesk/workingcalendar/": world.calendar.pk,
        "<slug:name>": "triage_sm1",
        "<str:backend>": "nowhere",
    }
    return str(next((value for part, value in known.items() if part in pattern), "nowhere/"))
