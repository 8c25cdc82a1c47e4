"""Every route of the URL conf x every kind of person x every relation to a ticket x every method (T5)."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.http import HttpResponse

from tests.access.addresses import addresses
from tests.access.leaks import leaks
from tests.access.routes import every_route
from tests.access.table import TABLE, Answer
from tests.access.world import PEOPLE, World, fingerprint, undone

pytestmark = pytest.mark.django_db

ON_EVERY_TICKET = ("GET", "POST")
BY_WHO_IS_LET_IN = (*ON_EVERY_TICKET, "DELETE")
ONCE = ("HEAD", "PUT", "PATCH", "OPTIONS")
"""Tried by one of those let in and by one of those who are not: no view tells people or tickets apart by them."""

ROUTES = every_route()

SENT = {"_form_submitted": "True", "seen": "0", "draft": "", "next": ""}
"""A POST holds no field that is needed and the mark of an old version, so whoever may do the act does nothing either."""


@dataclass(frozen=True)
class Cell:
    """One try."""

    person: str
    method: str
    ticket: str
    address: str


def cells(key: str, world: World) -> Iterator[Cell]:
    """Everything that is tried on one route; who is not let in tries it on one ticket."""
    found = addresses(ROUTES[key], world)
    let_in = TABLE[key].let_in
    thorough = {min(let_in), min(set(PEOPLE) - {"anonymous"} - let_in, default="anonymous")}
    for person in PEOPLE:
        for place, (ticket, address) in enumerate(found.items()):
            if place and person not in let_in:
                break
            is_first = place == 0
            methods = BY_WHO_IS_LET_IN if is_first and person in let_in else ON_EVERY_TICKET
            for method in (*methods, *ONCE) if is_first and person in thorough else methods:
                yield Cell(person, method, ticket, address)


def test_every_route_is_declared_once_and_every_declaration_has_a_route():
    assert sorted(ROUTES) == sorted(TABLE)


@pytest.mark.parametrize("key", sorted(TABLE))
def test_every_cell_answers_as_declared(key, world):
    wrong = wrong_cells(key, world)

    assert not wrong, f"{key}: {len(wrong)} cells are wrong\n" + "\n".join(wrong)


def wrong_cells(key: str, world: World) -> list[str]:
    """Which tries on one route were answered otherwise than declared or changed something, in words."""
    tried = list(cells(key, world))
    harmless = [cell for cell in tried if not may_change(key, cell)]
    with undone():
        before = fingerprint()
        wrong = [one for cell in harmless if (one := differs(key, cell, world))]
        if fingerprint() != before:
            wrong.append(f"  something was changed by {culprits(harmless, world)}")
    for cell in tried:
        if cell not in harmless:
            with undone():
                wrong.extend(filter(None, [differs(key, cell, world)]))
    return wrong


def may_change(key: str, cell: Cell) -> bool:
    """Whether the cell is one of the few whose POST does its work without any field, or whose GET is kept on record."""
    row = TABLE[key]
    does_it = (row.acts and cell.method == "POST") or (row.records and cell.method in {"GET", "HEAD"})
    return does_it and cell.person in row.let_in


def differs(key: str, cell: Cell, world: World) -> str:
    """Asked and answered: empty, or the cell with both answers."""
    response = ask(cell, world)
    leaked = leaks(cell.person, response, world, asked=cell.address)
    if leaked:
        return f"  {cell.person} {cell.method} {cell.address}: shows {', '.join(leaked)}"
    told = answer_of(response)
    declared = TABLE[key].expected(cell.person, cell.ticket, cell.method)
    if told == declared or (isinstance(declared, str) and isinstance(told, str) and told.startswith(declared)):
        return ""
    on = f" on `{cell.ticket}`" if cell.ticket else ""
    return f"  {cell.person} {cell.method}{on}: declared {declared!r}, got {told!r} ({cell.address})"


def ask(cell: Cell, world: World) -> HttpResponse:
    """Send it."""
    client = world.clients[cell.person]
    if cell.method == "POST":
        return client.post(cell.address, SENT)
    return client.generic(cell.method, cell.address)


def answer_of(response: HttpResponse) -> Answer:
    """The status, or where a redirect leads to."""
    return str(response["Location"]) if response.status_code == 302 else int(response.status_code)


def culprits(tried: list[Cell], world: World) -> str:
    """Which cells changed something, each tried again by itself."""
    found = []
    for cell in tried:
        with undone():
            before = fingerprint()
            ask(cell, world)
            if fingerprint() != before:
                found.append(f"{cell.person} {cell.method} {cell.address}")
    return ", ".join(found) or "several together"
