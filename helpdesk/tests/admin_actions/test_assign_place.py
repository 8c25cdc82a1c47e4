"""The prompt for a busy engineer: at the end of the line or ahead of all who wait (A2, A5, A6, C6, B02)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from helpdesk.models import Assignment, DeskSettings, Ticket, TicketEvent
from helpdesk.tests.admin_actions.scenes import address_of, seen, signed_in, state_of
from tests.clock import NOON, held
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    UserFactory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)
from workflow.roles import Workspace

pytestmark = pytest.mark.django_db
PROMPT = "Selected member is already engaged in another task"


class Prompt:
    """A ticket for an engineer with one at work until 14:00 and a promise for 15:00 behind it, and the prompt about it."""

    def __init__(self, *, by: object = None, reassigns: bool = False, promise_by: object = None) -> None:
        self.engineer = EngineerFactory(name="Asha Rao")
        self.working = in_progress(engineer=self.engineer, minutes=120)
        self.promise = a_promise(engineer=self.engineer, minutes=60, by=promise_by)
        self.ticket = an_assignment().ticket if reassigns else a_ticket(priority="high")
        self.client: Client = signed_in(by or SM1Factory())
        self.address = address_of("reassign" if reassigns else "assign", self.ticket)
        typed = {"comment": "Away till Monday"} if reassigns else {}
        self.typed = {**seen(self.ticket), "engineer_id": self.engineer.pk, **typed}
        self.page = self.send()

    def send(self, **more: object) -> str:
        self.answer = self.client.post(self.address, {**self.typed, **more})
        return unescape(self.answer.content.decode())

    def anyway(self, **more: object) -> str:
        """Send what the prompt sends."""
        line = re.search(r'name="line_seen" value="([^"]*)"', self.page)
        return self.send(assign_anyway="on", line_seen=line[1] if line else "", **more)


def plans(page: str) -> list[list[str]]:
    """Start and due time of each place the prompt offers."""
    lists = re.findall(r'<dl class="assign-plan">(.*?)</dl>', page, re.DOTALL)
    return [re.findall(r'<time[^>]*datetime="([^"]+)"', one) for one in lists]


def moves(page: str) -> list[str]:
    """What the place ahead would do to the others, as words."""
    listed = re.search(r'<ul class="assign-moves">(.*?)</ul>', page, re.DOTALL)
    found = re.findall(r"<li.*?</li>", listed[1], re.DOTALL) if listed else []
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def in_the_tab(client: Client, workspace: Workspace) -> None:
    session = client.session
    session["workspace"] = workspace.value
    session.save()


def test_prompt_offers_both_places_with_their_times_and_what_the_first_would_move():
    prompt = Prompt()
    expected = an_assignment(engineer=prompt.engineer)

    page = prompt.send()

    assert PROMPT in page
    assert re.search(r'name="place"\s+value=""\s+checked', page)
    assert plans(page) == [
        [(NOON + timedelta(hours=11)).isoformat(), (NOON + timedelta(hours=15)).isoformat()],
        [(NOON + timedelta(hours=2)).isoformat(), (NOON + timedelta(hours=6)).isoformat()],
    ]
    assert moves(page) == [
        f"{prompt.promise.ticket.case_id} promised for today 15:00 → today 19:00 promise moves later",
        f"{expected.ticket.case_id} expected by today 23:00 → tomorrow 03:00",
    ]


def test_first_in_line_stores_what_was_shown_with_the_comment_for_those_who_move():
    prompt = Prompt()

    prompt.anyway(place="1", comment="The auditors are here")

    stored = Assignment.objects.get(ticket=prompt.ticket)
    moved = Assignment.objects.get(pk=prompt.promise.pk)
    assert prompt.answer.headers["HX-Redirect"]
    assert [stored.starts_at.isoformat(), stored.due_at.isoformat()] == plans(prompt.page)[1]
    assert (stored.place, moved.place, moved.due_at) == (1, 2, NOON + timedelta(hours=7))
    told = TicketEvent.objects.get(ticket=moved.ticket, action="due_moved")
    assert told.metadata["comment"] == "The auditors are here"


def test_first_in_line_asks_for_the_comment_in_place_and_keeps_the_choice():
    prompt = Prompt()
    before = state_of(prompt.ticket)

    page = prompt.anyway(place="1", comment="  ")

    assert PROMPT in page
    assert "Please give a comment" in page
    assert re.search(r'value="1"[^>]*checked', page)
    assert plans(page) == plans(prompt.page)
    assert page.count('name="comment"') == 1
    assert state_of(prompt.ticket) == before


def test_comment_of_the_first_place_is_not_sent_along_with_the_last():
    prompt = Prompt()

    prompt.anyway(place="", comment="Typed and thought better of")

    assert Assignment.objects.get(ticket=prompt.ticket).place == 2
    assert "Typed" not in str(TicketEvent.objects.get(ticket=prompt.ticket, action="ticket_assigned").metadata)


def test_comment_of_a_reassignment_serves_the_place_too():
    prompt = Prompt(reassigns=True)

    prompt.anyway(place="1")

    assert Assignment.objects.get(ticket=prompt.ticket, is_active=True).place == 1
    assert prompt.page.count('name="comment"') == 1


def test_nobody_waiting_means_no_choice_of_place():
    engineer, ticket = EngineerFactory(), a_ticket()
    in_progress(engineer=engineer)

    page = signed_in(SM1Factory()).post(address_of("assign", ticket), {**seen(ticket), "engineer_id": engineer.pk})

    assert PROMPT in page.content.decode()
    assert 'name="place"' not in page.content.decode()


def test_sm1_reads_why_nothing_goes_ahead_of_what_sm2_assigned():
    prompt = Prompt(promise_by=SM2Factory(name="Ravi Menon"))
    rule = f"{prompt.promise.ticket.case_id} was assigned by SM2 Ravi Menon; only SM2 can change it."
    before = state_of(prompt.ticket)

    forged = prompt.anyway(place="1", comment="All the same")

    assert rule in prompt.page
    assert re.search(r'value="1"[^>]*disabled', prompt.page)
    assert rule in forged
    assert state_of(prompt.ticket) == before


def test_sm2_goes_ahead_of_what_sm2_assigned():
    prompt = Prompt(by=SM2Factory(), promise_by=SM2Factory())

    prompt.anyway(place="1", comment="Month end")

    assert Assignment.objects.get(ticket=prompt.ticket).place == 1


def test_level_of_the_open_tab_decides_about_the_place_too():
    both = UserFactory(roles=["sm1", "sm2"])
    prompt = Prompt(by=both, promise_by=SM2Factory(name="Ravi Menon"))
    in_the_tab(prompt.client, Workspace.TRIAGE_SM1)

    as_sm1 = prompt.send()
    in_the_tab(prompt.client, Workspace.TRIAGE_SM2)
    as_sm2 = prompt.send()

    assert "only SM2 can change it" in as_sm1
    assert "only SM2 can change it" not in as_sm2


def test_place_in_a_line_that_changed_meanwhile_is_a_conflict_that_shows_the_new_line():
    prompt = Prompt()
    an_assignment(engineer=prompt.engineer)
    before = state_of(prompt.ticket)

    page = prompt.anyway(place="1", comment="The auditors are here")

    assert "The queue of Asha Rao changed since you loaded it" in page
    assert PROMPT in page
    assert len(moves(page)) == 2
    assert state_of(prompt.ticket) == before
    prompt.page = page
    prompt.anyway(place="1", comment="The auditors are here")
    assert Assignment.objects.get(ticket=prompt.ticket).place == 1


@pytest.mark.parametrize("odd", ["0", "2", "-1", "x", "1 OR 1=1"])
def test_a_place_that_was_not_offered_is_refused(odd):
    prompt = Prompt()
    before = state_of(prompt.ticket)

    prompt.anyway(place=odd, comment="Now")

    assert "HX-Redirect" not in prompt.answer.headers
    assert state_of(prompt.ticket) == before


def test_own_outlook_is_said_where_what_is_ahead_was_not_begun():
    engineer, ticket = EngineerFactory(), a_ticket()
    waiting = a_promise(engineer=engineer, minutes=120)
    held.forward(minutes=90)

    page = unescape(signed_in(SM1Factory()).get(address_of("assign", ticket)).content.decode())

    assert "this one by 1 h 30 min" in page
    assert f"behind {waiting.ticket.case_id}" in page
    assert f'if first in line: <span class="assign-whole">{waiting.ticket.case_id} by' in page


def test_nobody_becomes_late_is_said_quietly():
    EngineerFactory()

    page = signed_in(SM1Factory()).get(address_of("assign", a_ticket())).content.decode()

    assert '<span class="assign-nobody">nobody</span>' in page


@pytest.mark.parametrize("is_on", [True, False])
def test_override_switch_says_the_rule_and_the_person_on_page_and_dialog(is_on):
    DeskSettings.objects.update_or_create(pk=1, defaults={"sm2_may_override": is_on})
    ticket = an_assignment(by=SM1Factory(name="Meera Iyer")).ticket
    rule, client = "was assigned by SM1 Meera Iyer, and overriding SM1 is switched off.", signed_in(SM2Factory())
    typed = {**seen(ticket), "engineer_id": EngineerFactory().pk, "comment": "Needed elsewhere"}

    page = client.get(f"/desk/helpdesk/ticket/{ticket.pk}/change/").content.decode()
    dialog = client.get(address_of("reassign", ticket)).content.decode()
    client.post(address_of("reassign", ticket), typed)

    assert (rule in page, rule in dialog) == (not is_on, not is_on)
    level = Ticket.objects.select_related("assignment").get(pk=ticket.pk).assignment.level
    assert level == ("sm2" if is_on else "sm1")
