"""Committing, starting and resolving in their dialogs: limits in words, out of turn said beforehand (C1, C5, C6)."""

import re
from datetime import timedelta

import pytest

from helpdesk.models import Assignment, Ticket
from helpdesk.tests.admin_actions.scenes import address_of, seen, signed_in, state_of
from tests.clock import NOON, held
from tests.factories import EngineerFactory, SM1Factory, a_promise, a_ticket, an_assignment, in_progress
from workflow.states import Status

pytestmark = pytest.mark.django_db


def typed_time(ticket, hours="", minutes=""):
    return {**seen(ticket), "hours": hours, "minutes": minutes}


def test_commit_promises_from_the_planned_start():
    given = an_assignment()

    signed_in(given.engineer).post(address_of("commit", given.ticket), typed_time(given.ticket, "2", "30"))

    stored = Assignment.objects.get(pk=given.pk)
    assert (stored.resolution_minutes, stored.due_at) == (150, NOON + timedelta(minutes=150))
    assert Ticket.objects.get(pk=given.ticket_id).status == Status.ASSIGNED


def test_dialog_carries_the_planned_start_and_its_limits_for_the_browser():
    given = an_assignment()
    held.forward(minutes=25)

    page = signed_in(given.engineer).get(address_of("commit", given.ticket)).content.decode()

    assert f'data-start="{NOON.isoformat()}"' in page
    assert 'data-shortest="26"' in page
    assert 'data-longest="43200"' in page
    assert re.findall(r'data-pick="(\d+)"', page) == ["30", "60", "120", "240", "480"]


@pytest.mark.parametrize("act", ["commit", "commit_and_start"])
@pytest.mark.parametrize(
    ("hours", "minutes", "said"),
    [
        ("", "", "Please give hours, minutes or both."),
        ("0", "0", "A resolution time is between 1 min and 720 h."),
        ("744", "", "A resolution time is between 1 min and 720 h."),
        ("0", "20", "That time would have passed already; the shortest possible now is 26 min."),
        ("-1", "", "greater than or equal to 0"),
        ("soon", "", "Enter a whole number."),
        ("9" * 60, "", "A resolution time is between 1 min and 720 h."),
    ],
)
def test_impossible_time_is_refused_in_words_and_stays_in_the_form(act, hours, minutes, said):
    given = an_assignment()
    held.forward(minutes=25)
    before = state_of(given.ticket)

    answer = signed_in(given.engineer).post(address_of(act, given.ticket), typed_time(given.ticket, hours, minutes))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    for number in filter(None, (hours, minutes)):
        assert f'value="{number}"' in page
    assert state_of(given.ticket) == before


def test_commitment_is_offered_once():
    given = a_promise()

    page = signed_in(given.engineer).get(address_of("commit", given.ticket)).content.decode()

    assert "has its resolution time already" in page
    assert 'name="hours"' not in page


def test_start_ahead_of_others_says_so_before_and_after():
    engineer = EngineerFactory()
    first = a_promise(engineer=engineer)
    second = a_promise(engineer=engineer)
    client, address = signed_in(engineer), address_of("start", second.ticket)

    looked = client.get(address).content.decode()
    client.post(address, seen(second.ticket))

    assert f"Out of turn, ahead of {first.ticket.case_id}." in looked
    assert Assignment.objects.get(pk=second.pk).out_of_turn is True


def test_start_in_turn_says_nothing_of_it():
    given = a_promise()

    assert "Out of turn" not in signed_in(given.engineer).get(address_of("start", given.ticket)).content.decode()


def test_commit_and_start_ahead_of_others_says_so_before():
    engineer = EngineerFactory()
    first = an_assignment(engineer=engineer)
    second = an_assignment(engineer=engineer)

    page = signed_in(engineer).get(address_of("commit_and_start", second.ticket)).content.decode()

    assert f"Out of turn, ahead of {first.ticket.case_id}." in page


def test_resolve_needs_a_note():
    ticket = in_progress()
    before = state_of(ticket)

    page = signed_in(ticket.assignment.engineer).post(address_of("resolve", ticket), {**seen(ticket), "note": " \n"})

    assert "Please say in a note how it was resolved." in page.content.decode()
    assert state_of(ticket) == before


@pytest.mark.parametrize("note", ["x" * 20_001, "<script>alert(1)</script>" + "y" * 20_000])
def test_oversized_note_is_refused_in_words_and_kept(note):
    ticket = in_progress()

    page = signed_in(ticket.assignment.engineer).post(address_of("resolve", ticket), {**seen(ticket), "note": note})

    assert "at most 20,000 are possible" in page.content.decode()
    assert "<script>alert" not in page.content.decode()
    assert note[-1] * 15_000 in page.content.decode()


def test_resolving_after_the_due_time_lands_in_resolved_after_escalation():
    ticket = in_progress(minutes=60)
    client, address = signed_in(ticket.assignment.engineer), address_of("resolve", ticket)
    held.forward(hours=2)

    page = client.get(address).content.decode()
    client.post(address, {**seen(ticket), "note": "Done at last"})

    assert 'name="note"' in page
    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED_ESCALATED


def test_withdrawing_names_the_case_it_repeats():
    first, second = a_ticket(), a_ticket()
    client = signed_in(SM1Factory())
    typed = {**seen(second), "reason": "Raised twice", "repeats": first.case_id.lower()}

    client.post(address_of("withdraw", second), typed)

    assert Ticket.objects.get(pk=second.pk).repeats == first


def test_withdrawing_with_an_unknown_case_keeps_the_reason():
    ticket = a_ticket()
    typed = {**seen(ticket), "reason": "Raised twice", "repeats": "N-NO-4711"}

    page = signed_in(SM1Factory()).post(address_of("withdraw", ticket), typed).content.decode()

    assert "There is no case N-NO-4711 that you can see." in page
    assert "Raised twice" in page
    assert 'value="N-NO-4711"' in page
    assert Ticket.objects.get(pk=ticket.pk).status == Status.UNASSIGNED
