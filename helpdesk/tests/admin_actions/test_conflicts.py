"""Somebody else was faster (A6): the second act is refused in words and nothing typed is lost."""

import pytest

from helpdesk.models import Assignment, Ticket
from helpdesk.services.tickets import change_priority
from helpdesk.tests.admin_actions.scenes import SCENES, address_of, seen, signed_in, state_of
from tests.factories import EngineerFactory, SM1Factory, SM2Factory, a_ticket, an_assignment, in_progress
from workflow.states import Status

pytestmark = pytest.mark.django_db
every_act = pytest.mark.parametrize("scene_of", SCENES, ids=lambda scene_of: scene_of.__name__)


@every_act
def test_act_on_a_ticket_that_changed_says_who_did_what_and_keeps_what_was_typed(scene_of):
    scene = scene_of()
    typed = scene.sent()
    other = SM2Factory(name="Ravi Menon")
    change_priority(actor=other, ticket_id=scene.ticket.pk, priority="low", reason="Only one user")
    before = state_of(scene.ticket)

    answer = signed_in(scene.actor).post(scene.address, typed)

    page = answer.content.decode()
    assert state_of(scene.ticket) == before
    assert "changed since you opened this" in page
    assert "Ravi Menon" in page
    assert "data-reload" in page
    assert "act-submit" not in page
    for text in (scene.typed.get(name) for name in ("comment", "note", "reason")):
        assert text is None or text in page


@every_act
def test_act_without_the_version_looked_at_changes_nothing(scene_of):
    scene = scene_of()
    before = state_of(scene.ticket)

    answer = signed_in(scene.actor).post(scene.address, {**scene.sent(), "seen": ""})

    assert "changed since you opened this" in answer.content.decode()
    assert state_of(scene.ticket) == before


@every_act
def test_act_sent_twice_happens_once_and_the_second_gets_the_conflict(scene_of):
    scene = scene_of()
    typed = scene.sent()
    client = signed_in(scene.actor)
    client.post(scene.address, typed)
    after_first = state_of(scene.ticket)

    second = client.post(scene.address, typed)

    assert "HX-Redirect" not in second.headers
    assert "changed since you opened this" in second.content.decode()
    assert state_of(scene.ticket) == after_first


def test_note_survives_when_the_ticket_went_to_somebody_else_meanwhile():
    ticket = in_progress()
    typed = {**seen(ticket), "note": "Raised the page limit, see the runbook"}
    an_assignment(ticket=ticket, by=SM2Factory(), comment="Needed elsewhere")

    page = signed_in(ticket.assignment.engineer).post(address_of("resolve", ticket), typed).content.decode()

    assert "changed since you opened this" in page
    assert "Raised the page limit, see the runbook" in page
    assert Ticket.objects.get(pk=ticket.pk).status == Status.ASSIGNED


def test_two_scrum_masters_assign_at_once_and_the_second_reads_to_whom_it_went():
    ticket = a_ticket()
    asha, vikram = EngineerFactory(name="Asha Rao"), EngineerFactory(name="Vikram Shah")
    first, second = SM1Factory(name="Meera Iyer"), SM1Factory()
    looked_at = seen(ticket)
    address = address_of("assign", ticket)
    signed_in(first).post(address, {**looked_at, "engineer_id": asha.pk})

    answer = signed_in(second).post(address, {**looked_at, "engineer_id": vikram.pk})

    page = answer.content.decode()
    assert "<strong>Meera Iyer</strong> assigned it to <strong>Asha Rao</strong>" in page
    assert [one.engineer for one in Assignment.objects.filter(ticket=ticket)] == [asha]


def test_assign_dialog_opened_anew_after_the_conflict_is_a_reassignment():
    ticket = a_ticket()
    asha = EngineerFactory(name="Asha Rao")
    master = signed_in(SM1Factory())
    master.post(address_of("assign", ticket), {**seen(ticket), "engineer_id": asha.pk})

    page = master.get(address_of("assign", ticket)).content.decode()

    assert "Reassign" in page
    assert "has it now" in page
    assert Ticket.objects.get(pk=ticket.pk).status == Status.ASSIGNED
