"""What is taken away is gone at the next request, in the browser and in the API, and nothing is half done (T4, P8)."""

import pytest
from django.urls import reverse

from helpdesk.models import User
from helpdesk.selectors.tickets import version_of
from helpdesk.services.people import decide_role, set_active
from helpdesk.tests.api.conftest import entra, entra_server  # noqa: F401 - fixtures
from tests.access.world import World, fingerprint
from tests.factories import UserFactory
from workflow.roles import Role

pytestmark = pytest.mark.django_db

ASHA = "asha.nair@corp.example"
LIST = "/desk/helpdesk/ticket/?bucket=unassigned"
IN_A_DIALOG = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"}


def withdraw(world: World, user: User, role: Role) -> None:
    decide_role(actor=world.users["admin"], user=user, role=role, decision="withdrawn", reason="Left.", now=world.now)


def deactivate(world: World, user: User) -> None:
    set_active(actor=world.users["admin"], user=user, is_active=False, reason="Left.", now=world.now)


def assign(world: World):
    """Send the Assign dialog that was open on the screen, filled in."""
    address = reverse("admin:helpdesk_ticket_assign", args=(world.tickets["own"].pk,))
    sent = {"engineer_id": world.users["engineer"].pk, "assign_anyway": "on"}
    sent |= {"_form_submitted": "True", "seen": version_of(world.tickets["own"])}
    return world.clients["sm1"].post(address, sent, headers=IN_A_DIALOG)


def test_the_dialog_would_have_worked(world):
    before = fingerprint()

    assert assign(world).headers["HX-Redirect"]
    assert fingerprint() != before


def test_a_page_is_closed_at_the_next_click_after_the_last_role_is_withdrawn(world):
    client = world.clients["sm1"]
    assert client.get(LIST).status_code == 200

    withdraw(world, world.users["sm1"], Role.SM1)

    answer = client.get(LIST)
    assert answer.status_code == 403
    assert "Role not assigned" in answer.content.decode()


def test_an_open_dialog_changes_nothing_after_the_role_is_withdrawn(world):
    """403 and not a redirect: the dialog stays with what was typed, and the script says why (`sayBroken`)."""
    withdraw(world, world.users["sm1"], Role.SM1)
    before = fingerprint()

    answer = assign(world)

    assert (answer.status_code, "HX-Redirect" in answer.headers) == (403, False)
    assert fingerprint() == before


def test_one_of_several_roles_closes_its_own_pages_only(world):
    client = world.clients["multi"]
    assert client.get("/desk/my-work/").status_code == 200

    withdraw(world, world.users["multi"], Role.ENGINEER)

    assert client.get("/desk/my-work/").status_code == 403
    assert client.get("/desk/helpdesk/ticket/?bucket=escalated").status_code == 200
    assert client.get("/my/").status_code == 200


def test_losing_a_role_takes_the_tickets_seen_by_it(world):
    page = reverse("admin:helpdesk_ticket_change", args=(world.tickets["escalated"].pk,))
    assert world.clients["multi"].get(page).status_code == 200

    withdraw(world, world.users["multi"], Role.RA)

    assert world.clients["multi"].get(page).status_code == 404


def test_a_deactivated_person_is_signed_out_at_the_next_click(world):
    client = world.clients["sm1"]
    assert client.get(LIST).status_code == 200

    deactivate(world, world.users["sm1"])

    assert client.get(LIST).headers["Location"].startswith("/sign-in/")
    assert client.get("/my/").headers["Location"].startswith("/sign-in/")


def test_an_open_dialog_of_a_deactivated_person_changes_nothing(world):
    deactivate(world, world.users["sm1"])
    before = fingerprint()

    answer = assign(world)

    assert answer.headers["HX-Redirect"].startswith("/sign-in/")
    assert fingerprint() == before


def test_an_open_form_of_the_portal_changes_nothing(world):
    deactivate(world, world.users["reporter"])
    before = fingerprint()

    answer = world.clients["reporter"].post(
        reverse("portal:comment", args=(world.tickets["own"].case_id,)), {"comment": "Still there?"}
    )

    assert answer.headers["Location"].startswith("/sign-in/")
    assert fingerprint() == before


def test_a_session_at_the_api_is_refused_at_the_next_call(world):
    client = world.clients["sm1"]
    assert client.get("/api/me/").status_code == 200

    withdraw(world, world.users["sm1"], Role.SM1)
    assert client.get("/api/me/").status_code == 403

    deactivate(world, world.users["sm1"])
    assert client.get("/api/me/").status_code == 401


def test_a_token_is_refused_at_the_next_call(world, entra):  # noqa: F811
    asha = UserFactory(name="Asha Nair", azure_ad_id=entra.person(ASHA).oid, roles=["sm1"])
    bearer = {"Authorization": f"Bearer {entra.api_token(ASHA)}"}
    client = world.clients["anonymous"]
    assert client.get("/api/me/", headers=bearer).status_code == 200

    withdraw(world, asha, Role.SM1)
    assert client.get("/api/me/", headers=bearer).status_code == 403

    deactivate(world, asha)
    assert client.get("/api/me/", headers=bearer).status_code == 401
