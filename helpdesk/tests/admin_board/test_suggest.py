"""The suggested order on the board: seen beside the present one, taken or left (B03, A2)."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from helpdesk.models import Assignment
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.tests.admin_board.scenes import (
    fields_of,
    line_of,
    on_board,
    panel_of,
    save,
    stored,
    waiting_of,
)
from tests.clock import NOON
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    a_ticket,
    an_assignment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tangled():
    """A long promise ahead of a short one that would be late behind it."""
    engineer = EngineerFactory(name="Asha Nair")
    long, short = an_assignment(engineer=engineer).ticket, an_assignment(engineer=engineer).ticket
    commit_ticket(actor=engineer, ticket_id=long.pk, resolution_minutes=300)
    commit_ticket(actor=engineer, ticket_id=short.pk, resolution_minutes=30)
    Assignment.objects.filter(ticket=long).update(due_at=NOON + timedelta(hours=20))
    Assignment.objects.filter(ticket=short).update(starts_at=NOON, due_at=NOON + timedelta(hours=1))
    return engineer, long, short


def suggestion(client, engineer) -> str:
    return panel_of(client.post(reverse("admin:queues-suggest", args=[engineer.pk])))


def test_a_better_order_is_shown_beside_the_present_one_and_taken(tangled):
    engineer, long, short = tangled
    client = on_board(SM1Factory())

    panel = suggestion(client, engineer)
    answer = save(client, panel, comment="")

    assert re.findall(r'<td><span class="desk-case">([^<]+)<', panel) == [short.case_id, long.case_id]
    assert "Take this order" in panel
    assert "No order makes fewer tickets late" in panel
    assert answer.status_code == 200, answer.content
    assert waiting_of(engineer) == [short.case_id, long.case_id]


def test_the_best_order_already_offers_nothing_to_take(asha):
    panel = suggestion(on_board(SM1Factory()), asha)

    assert "This is the best order already" in panel
    assert "data-save" not in panel


@pytest.mark.parametrize("factory", [SM1Factory, SM2Factory])
def test_a_suggestion_taken_too_late_is_made_anew_and_keeps_what_was_typed(tangled, factory):
    engineer, _, _ = tangled
    client = on_board(SM1Factory())
    panel = suggestion(client, engineer)
    an_assignment(engineer=engineer, by=factory(name="Ravi"))
    before = stored()

    answer = save(client, panel, comment="By the book.")

    assert answer.status_code == 409
    assert "Ravi assigned" in answer.json()["panel"]
    assert "By the book.</textarea>" in answer.json()["panel"]
    assert ("Take this order" in answer.json()["panel"]) is (factory is SM1Factory)
    assert ("What SM2 assigned stays where it is." in answer.json()["panel"]) is (factory is SM2Factory)
    assert stored() == before


def test_a_suggestion_as_sm1_leaves_sm2s_ticket_where_it_is(tangled):
    engineer, _, short = tangled
    assign_ticket(actor=SM2Factory(), ticket_id=(extra := a_ticket()).pk, engineer_id=engineer.pk, assign_anyway=True)
    order = fields_of(suggestion(on_board(SM1Factory()), engineer)).get("order", "")

    refs = {slot.case_id: str(slot.ref) for slot in line_of(engineer).queue.waiting}
    assert not order or order.split(",")[2] == refs[extra.case_id]
    assert short.case_id in refs
