"""Lists, searches and counts: a foreign ticket is in none of them; the pages of the matrix are searched there."""

import pytest
from django.urls import reverse

from helpdesk.admin.ticket_lists import ANY
from tests.access.leaks import leaks, text_of
from tests.access.table import STAFF
from tests.access.world import HANDLES, PEOPLE, REPORTS, TICKETS, World, ground_of, mark_of
from workflow.roles import Workspace
from workflow.states import Bucket

pytestmark = pytest.mark.django_db

LIST = "/desk/helpdesk/ticket/"
BY_SEARCH = ("q=Printer", "q=Zq", "q=N-QZX", "o=1&q=Printer", "q=Printer&bucket=nonsense")
IN_THE_PORTAL = ("", "q=Printer", "q=Zq", "show=resolved&q=Printer")


def lists() -> list[str]:
    """Every bucket with all engineers, and searches over everything."""
    of_buckets = [f"{LIST}?bucket={bucket.value}&engineers=all&q=Printer" for bucket in Bucket]
    everything = f"{LIST}?bucket={ANY}&q=Printer"
    return [everything, *of_buckets] + [f"{LIST}?{query}" for query in BY_SEARCH]


@pytest.mark.parametrize("person", PEOPLE)
def test_no_list_and_no_search_shows_a_foreign_ticket(person, world):
    client = world.clients[person]
    pages = [f"/my/?{query}" for query in IN_THE_PORTAL] + (lists() if person in STAFF else lists()[:1])

    found = {page: leaks(person, client.get(page), world) for page in pages}

    assert {page: words for page, words in found.items() if words} == {}


@pytest.mark.parametrize("person", sorted(STAFF))
def test_the_lists_of_the_desk_show_what_the_person_handles(person, world):
    """So that the test above does not pass because nothing is found at all."""
    told = text_of(world.clients[person].get(f"{LIST}?bucket={ANY}&q=Zq"))

    handled = {name for name in TICKETS if ground_of(person, name) == HANDLES}
    assert {name for name in TICKETS if mark_of(name) in told} == handled


@pytest.mark.parametrize("person", ["reporter", "other_reporter", "engineer", "sm1"])
def test_the_portal_shows_what_the_person_reported(person, world):
    told = text_of(world.clients[person].get("/my/?q=Zq"))

    reported = {name for name in TICKETS if ground_of(person, name) == REPORTS}
    assert {name for name in TICKETS if mark_of(name) in told} == reported


@pytest.mark.parametrize("person", sorted(STAFF))
def test_every_count_of_the_sidebar_is_the_length_of_its_list(person, world):
    client = world.clients[person]
    for workspace in Workspace:
        if client.post(reverse("admin:workspace", args=(workspace.value,))).status_code != 302:
            continue
        wrong = {
            item["title"]: (item["badge"], length)
            for item in counted(client.get(f"{LIST}?bucket=open"))
            if (length := length_of(world, person, item["link"])) != int(item["badge"])
        }
        assert wrong == {}, workspace


def counted(response) -> list[dict]:
    """The entries of the sidebar that carry a count."""
    groups = response.context["sidebar_navigation"]
    return [item for group in groups for item in group["items"] if item.get("badge")]


def length_of(world: World, person: str, link: str) -> int:
    """How many tickets the page behind an entry shows."""
    answer = world.clients[person].get(link)
    assert answer.status_code == 200, link
    if "cl" in answer.context_data:
        return len(answer.context_data["cl"].result_list)
    if "requests" in answer.context_data:
        return len(answer.context_data["requests"])
    work = answer.context_data["work"]
    return len(work.escalated) + len(work.in_progress) + len(work.waiting) + (work.now is not None)
