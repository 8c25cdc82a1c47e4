"""Every act's door: who gets in, that looking changes nothing, and that nothing goes through without a token."""

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.models import Ticket, TicketEvent
from helpdesk.tests.admin_actions.scenes import (
    OF_ENGINEERS,
    OF_SCRUM_MASTERS,
    SCENES,
    Scene,
    seen,
    signed_in,
    state_of,
)
from tests.factories import (
    AdminFactory,
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    UserFactory,
    in_progress,
)

pytestmark = pytest.mark.django_db
every_act = pytest.mark.parametrize("scene_of", SCENES, ids=lambda scene_of: scene_of.__name__)
engineers_act = pytest.mark.parametrize("scene_of", OF_ENGINEERS, ids=lambda scene_of: scene_of.__name__)
masters_act = pytest.mark.parametrize("scene_of", OF_SCRUM_MASTERS, ids=lambda scene_of: scene_of.__name__)


@every_act
def test_act_by_its_person_happens_once_and_leads_back_to_the_page(scene_of):
    scene = scene_of()
    events = TicketEvent.objects.filter(ticket=scene.ticket).count()
    page = reverse("admin:helpdesk_ticket_changelist") + "?bucket=unassigned"

    answer = signed_in(scene.actor).post(
        scene.address, scene.sent(), headers={"HX-Current-URL": f"http://testserver{page}"}
    )

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, page)
    assert Ticket.objects.get(pk=scene.ticket.pk).status == scene.leads_to
    assert TicketEvent.objects.filter(ticket=scene.ticket).count() > events


@every_act
def test_act_never_leads_to_a_page_elsewhere(scene_of):
    scene = scene_of()

    answer = signed_in(scene.actor).post(
        scene.address, scene.sent(), headers={"HX-Current-URL": "https://elsewhere.example/desk/"}
    )

    assert answer.headers["HX-Redirect"] == reverse("admin:helpdesk_ticket_change", args=(scene.ticket.pk,))


@every_act
def test_looking_at_a_dialog_changes_nothing_and_shows_its_form(scene_of):
    scene = scene_of()
    before = state_of(scene.ticket)

    answer = signed_in(scene.actor).get(scene.address)

    assert answer.status_code == 200
    assert state_of(scene.ticket) == before
    assert f'name="seen" value="{seen(scene.ticket)["seen"]}"' in answer.content.decode()
    assert "csrfmiddlewaretoken" in answer.content.decode()


@every_act
def test_head_and_other_methods_change_nothing(scene_of):
    scene = scene_of()
    before = state_of(scene.ticket)
    client = signed_in(scene.actor)

    for method in (client.head, client.put, client.delete, client.patch):
        method(scene.address, scene.sent() if method == client.head else b"")

    assert state_of(scene.ticket) == before


@every_act
def test_act_with_its_fields_in_the_address_changes_nothing(scene_of):
    scene = scene_of()
    before = state_of(scene.ticket)

    signed_in(scene.actor).get(scene.address, scene.sent())

    assert state_of(scene.ticket) == before


@every_act
def test_act_without_a_token_is_refused(scene_of):
    scene = scene_of()
    before = state_of(scene.ticket)

    answer = signed_in(scene.actor, enforce_csrf_checks=True).post(scene.address, scene.sent())

    assert answer.status_code == 403
    assert state_of(scene.ticket) == before


@every_act
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_person_is_sent_to_sign_in(scene_of, method):
    scene = scene_of()
    before = state_of(scene.ticket)

    answer = getattr(Client(), method)(scene.address, scene.sent())

    assert answer.status_code in (302, 401, 403)
    assert "seen" not in answer.content.decode()
    assert state_of(scene.ticket) == before


def _refused(scene: Scene, person, status: int) -> None:
    before = state_of(scene.ticket)
    client = signed_in(person)

    looked, sent = client.get(scene.address), client.post(scene.address, scene.sent())

    assert (looked.status_code, sent.status_code) == (status, status)
    assert state_of(scene.ticket) == before


@engineers_act
@pytest.mark.parametrize("wrong", [SM1Factory, RAFactory, AdminFactory, ReporterFactory, UserFactory])
def test_only_engineers_do_an_engineers_act(scene_of, wrong):
    _refused(scene_of(), wrong(), 403)


@masters_act
@pytest.mark.parametrize("wrong", [EngineerFactory, RAFactory, AdminFactory, ReporterFactory, UserFactory])
def test_only_scrum_masters_do_a_scrum_masters_act(scene_of, wrong):
    _refused(scene_of(), wrong(), 403)


@engineers_act
def test_ticket_of_another_engineer_is_missing_to_an_engineer(scene_of):
    _refused(scene_of(), in_progress().assignment.engineer, 404)


@engineers_act
def test_scrum_master_who_is_an_engineer_cannot_act_on_anothers_ticket(scene_of):
    scene = scene_of()
    before = state_of(scene.ticket)

    answer = signed_in(UserFactory(roles=["sm1", "engineer"])).post(scene.address, scene.sent())

    assert f"Only the assignee of {scene.ticket.case_id} can do this." in answer.content.decode()
    assert state_of(scene.ticket) == before


@every_act
def test_missing_ticket_is_missing(scene_of):
    scene = scene_of()
    client = signed_in(scene.actor)

    for unknown in ("999999", "N-NO-1001", "%00", "x"):
        address = scene.address.replace(f"/{scene.ticket.pk}/", f"/{unknown}/")
        assert client.get(address).status_code == 404
