"""Two on the board at once: who changed what is said, nothing is overwritten, nothing typed is lost (A6)."""

import pytest

from helpdesk.services.commitment import commit_ticket
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tests.admin_board.scenes import cases_in, fields_of, line_of, on_board, panel_of, preview, save, stored
from tests.factories import (
    EngineerFactory,
    SM1Factory,
    SM2Factory,
    an_assignment,
)

pytestmark = pytest.mark.django_db


def test_an_older_board_is_told_who_changed_the_line_before_anything_is_saved(asha):
    client, seen = on_board(SM1Factory()), line_of(asha).shown
    first, second = (slot.ref for slot in line_of(asha).queue.waiting)
    moved = line_of(asha).work[2].ticket
    reorder_queue(actor=SM2Factory(name="Ravi"), engineer_id=asha.pk, order=[second, first], comment="Month end.")

    answer = preview(client, moved, asha, 2, seen=seen)

    panel = panel_of(answer)
    assert "Asha Nair&#x27;s line changed since you loaded it: at 12:00 Ravi moved" in panel
    assert list(answer.json()["columns"]) == [str(asha.pk)]


def test_a_change_between_panel_and_save_is_a_conflict_that_keeps_what_was_typed(asha):
    client = on_board(SM1Factory())
    panel = panel_of(preview(client, line_of(asha).work[2].ticket, asha, 1))
    an_assignment(engineer=asha, by=SM2Factory(name="Ravi"))
    before = stored()

    answer = save(client, panel, comment="The auditors wait.")

    assert answer.status_code == 409
    body = answer.json()
    assert "Ravi assigned" in body["panel"]
    assert "The auditors wait.</textarea>" in body["panel"]
    assert len(cases_in(body["columns"][str(asha.pk)])) == 4
    assert stored() == before
    assert fields_of(body["panel"])["seen"] == line_of(asha).version


@pytest.mark.parametrize("whose", ["ticket", "line"])
def test_a_handover_sees_changes_of_the_ticket_and_of_the_line(asha, whose):
    client, other = on_board(SM1Factory()), EngineerFactory()
    an_assignment(engineer=other)
    moved = line_of(asha).work[2].ticket
    panel = panel_of(preview(client, moved, other, 1))
    if whose == "ticket":
        commit_ticket(actor=asha, ticket_id=moved.pk, resolution_minutes=30)
    else:
        an_assignment(engineer=other)
    before = stored()

    answer = save(client, panel, comment="Kenji knows it.")

    assert answer.status_code == 409
    assert "changed since you loaded it" in answer.json()["panel"]
    assert "Kenji knows it.</textarea>" in answer.json()["panel"]
    assert stored() == before


def test_what_was_resolved_meanwhile_is_said(asha):
    client, ticket = on_board(SM1Factory()), line_of(asha).work[0].ticket
    panel = panel_of(preview(client, ticket, EngineerFactory()))
    resolve_ticket(actor=asha, ticket_id=ticket.pk, note="Done.")

    answer = save(client, panel, comment="Too late.")

    assert answer.status_code == 409
    assert "resolved" in answer.json()["said"]
