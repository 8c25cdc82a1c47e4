"""What the tests of the board share: a browser on it, its addresses, and what one of its columns holds."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from helpdesk.models import Assignment, Ticket, User
from helpdesk.selectors import board
from helpdesk.tests.admin.desk import browser
from tests.clock import held


def on_board(person: User, *, workspace: str = "") -> Client:
    """A browser in which this person is signed in, in the triage of their level."""
    return browser(person, workspace=workspace)


def page(client: Client, **query: str) -> str:
    answer = client.get(reverse("admin:queues"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def columns_of(markup: str) -> list[str]:
    """The engineers with a column, in its order."""
    return re.findall(r'class="board-column".*?data-name="([^"]*)"', markup, re.DOTALL)


def column_of(markup: str, engineer: User) -> str:
    """One column of the page."""
    start = markup.index(f'id="line-{engineer.pk}"')
    return markup[start : markup.index("</section>", start)]


def cases_in(markup: str) -> list[str]:
    """The case ids of the cards, in the order they are read."""
    return re.findall(r'data-case="([^"]+)"', markup)


def line_of(engineer: User) -> board.Line:
    found = board.line_of(engineer.pk, held.moment)
    assert found is not None
    return found


def preview(client: Client, ticket: Ticket, engineer: User, place: int | str = "", **other: Any) -> HttpResponse:
    """Ask what the ticket would do in this place of this engineer's line."""
    sent = {"ticket": ticket.pk, "place": place, "seen": line_of(engineer).shown, **other}
    return client.post(reverse("admin:queues-preview", args=[engineer.pk]), sent)


def fields_of(panel: str) -> dict[str, str]:
    """The form of the panel as the browser would send it."""
    hidden = dict(re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', panel))
    hidden.pop("csrfmiddlewaretoken", None)
    places = panel[panel.index("<select") : panel.index("</select>")] if "<select" in panel else ""
    chosen = re.search(r'value="(\d+)"\s+selected', places)
    return hidden | ({"place": chosen.group(1)} if chosen else {})


def address_of(panel: str) -> str:
    """Where the panel is saved."""
    found = re.search(r'action="([^"]+)"', panel)
    assert found, panel
    return found.group(1)


def save(client: Client, panel: str, **typed: str) -> HttpResponse:
    """Send the panel with what was typed."""
    return client.post(address_of(panel), fields_of(panel) | typed)


def stored() -> list[tuple[str, object, object, object]]:
    """Every active assignment as the database has it."""
    rows = Assignment.objects.active().order_by("pk")
    return list(rows.values_list("ticket__case_id", "engineer_id", "place", "due_at"))


def panel_of(answer: HttpResponse) -> str:
    """The panel of an answer that is no refusal."""
    assert answer.status_code == 200, answer.content
    return str(answer.json()["panel"])


def waiting_of(engineer: User) -> list[str]:
    """The case ids of an engineer's waiting tickets, in order."""
    return [slot.case_id for slot in line_of(engineer).queue.waiting]
