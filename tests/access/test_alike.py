"""A foreign ticket and one that is not there answer alike, on every route that names a ticket (T7)."""

import re

import pytest

from tests.access.addresses import MISSING, address_of_missing, addresses, is_about_a_ticket
from tests.access.leaks import text_of
from tests.access.routes import Route, every_route
from tests.access.test_matrix import SENT
from tests.access.world import UNSEEN, World, ground_of, undone

pytestmark = pytest.mark.django_db

ROUTES = {key: route for key, route in every_route().items() if is_about_a_ticket(route)}
WHO = ("other_reporter", "engineer", "ra")
OF_ONE_ANSWER = re.compile(
    r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken":\s*"\w+"|X-Request-ID: \w+|Set-Cookie.*|Expires: .*'
)
"""What differs between any two answers."""


def masked(response, address: str, route: Route, world: World) -> tuple[int, str]:
    """Status and words of an answer, without what names the ticket or belongs to this one answer."""
    told = text_of(response)
    for ticket in world.tickets.values():
        told = told.replace(ticket.case_id, MISSING["case_id"])
    told = told.replace(address, address_of_missing(route))
    return response.status_code, OF_ONE_ANSWER.sub("", told)


@pytest.mark.parametrize("key", sorted(ROUTES))
def test_a_foreign_and_a_missing_ticket_answer_alike(key, world):
    route = ROUTES[key]
    wrong = []
    for person in WHO:
        unseen = [name for name in world.tickets if ground_of(person, name) == UNSEEN][:2]
        for method in ("get", "post"):
            there = address_of_missing(route)
            missing = asked(world, person, method, there, route)
            for name in unseen:
                address = addresses(route, world)[name]
                if asked(world, person, method, address, route) != missing:
                    wrong.append(f"{person} {method} `{name}` {address}")

    assert wrong == []


def asked(world: World, person: str, method: str, address: str, route: Route) -> tuple[int, str]:
    """The masked answer; nothing of it stays, no message either."""
    with undone():
        answer = getattr(world.clients[person], method)(address, SENT if method == "post" else None)
        return masked(answer, address, route, world)
