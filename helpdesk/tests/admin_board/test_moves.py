"""Moving tickets on the board: what is shown before is what is stored, by the rules (C6, A2, A3, A7, E1, E3)."""

import re

import pytest
from django.urls import reverse

from helpdesk.models import Assignment, DeskSettings, TicketEvent
from helpdesk.tests.admin.desk import escalated
from helpdesk.tests.admin_board.scenes import (
    cases_in,
    line_of,
    on_board,
    panel_of,
    preview,
    save,
    stored,
    waiting_of,
)
from tests.clock import NOON, held
from tests.factories import (
    EngineerFactory,
    RAFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


def effects_in(panel: str) -> dict[str, tuple[str, str]]:
    """Each due time that the panel says would move: case -> from, to."""
    found = re.findall(
        r'board-effect[ "].*?desk-case">([^<]+)<.*?<span>([^<]+)</span>.*?<strong[^>]*>([^<]+)</strong>',
        panel,
        re.DOTALL,
    )
    return {case: (was, to) for case, was, to in found}


def due_words(moment) -> str:
    day = {0: "today", 1: "tomorrow"}[(moment.date() - NOON.date()).days]
    return f"{day} {moment:%H:%M}"


def test_what_the_panel_shows_is_what_is_stored(asha):
    client = on_board(SM1Factory())
    before = {case: due for case, _, _, due in stored()}
    moved = line_of(asha).work[2].ticket

    panel = panel_of(preview(client, moved, asha, 1))
    told = effects_in(panel)
    answer = save(client, panel, comment="The auditors wait.")

    assert answer.status_code == 200, answer.content
    after = {case: due for case, _, _, due in stored()}
    changed = {case for case in after if after[case] != before[case]}
    assert told == {case: (due_words(before[case]), due_words(after[case])) for case in changed}
    assert len(changed) == 2
    assert waiting_of(asha)[0] == moved.case_id
    assert "2 due times moved" in answer.json()["said"]


def test_a_preview_changes_nothing(asha):
    before, events = stored(), TicketEvent.objects.count()

    preview(on_board(SM1Factory()), line_of(asha).work[2].ticket, asha, 1)

    assert (stored(), TicketEvent.objects.count()) == (before, events)


def test_a_promise_that_moves_later_asks_for_a_comment(asha):
    client = on_board(SM1Factory())
    panel = panel_of(preview(client, line_of(asha).work[2].ticket, asha, 1))
    before = stored()

    refused = save(client, panel, comment=" ")

    assert "promise, later: needs a comment" in panel
    assert "1 promise moves later" in panel
    assert re.search(r"<textarea[^>]*required", panel)
    assert refused.status_code == 422
    assert "Please give a comment" in refused.json()["panel"]
    assert stored() == before


def test_a_promise_that_becomes_late_is_told(asha):
    other = EngineerFactory()
    first = a_promise(engineer=other, minutes=60).ticket
    held.forward(minutes=30)

    panel = panel_of(preview(on_board(SM1Factory()), line_of(asha).work[2].ticket, other, 1))

    assert effects_in(panel)[first.case_id] == ("today 13:00", "today 21:30")


def test_the_line_that_is_left_gets_better_in_the_panel():
    engineer, other = EngineerFactory(), EngineerFactory()
    ahead = a_promise(engineer=engineer, minutes=60).ticket
    behind = a_promise(engineer=engineer, minutes=60).ticket
    held.forward(minutes=30)

    panel = panel_of(preview(on_board(SM1Factory()), ahead, other))

    assert f"In {engineer.name}" in panel
    assert re.search(rf"{behind.case_id}.*?no longer at risk", panel, re.DOTALL)


def test_a_ticket_goes_to_another_engineer_at_the_place_shown(asha):
    other = EngineerFactory(name="Kenji")
    an_assignment(engineer=other)
    last = an_assignment(engineer=other).ticket
    moved = line_of(asha).work[1].ticket
    client = on_board(SM2Factory())

    panel = panel_of(preview(client, moved, other, 2))
    shown = re.search(r"expected due <strong>([^<]+)</strong>", panel).group(1)
    answer = save(client, panel, comment="Kenji knows it.")

    assert answer.status_code == 200, answer.content
    given = Assignment.objects.active().get(ticket=moved)
    assert (given.engineer, given.place, given.level) == (other, 2, "sm2")
    assert due_words(given.due_at) == shown
    assert effects_in(panel)[last.case_id][1] == due_words(Assignment.objects.active().get(ticket=last).due_at)
    assert set(answer.json()["columns"]) == {str(asha.pk), str(other.pk)}
    assert moved.case_id in cases_in(answer.json()["columns"][str(other.pk)])


def test_giving_it_to_another_always_needs_a_comment(asha):
    client, other = on_board(SM1Factory()), EngineerFactory()
    panel = panel_of(preview(client, line_of(asha).work[1].ticket, other))

    answer = save(client, panel)

    assert answer.status_code == 422
    assert waiting_of(other) == []


def test_an_escalated_ticket_takes_no_place_with_another():
    engineer, other = EngineerFactory(reporting_authority=RAFactory()), EngineerFactory(reporting_authority=RAFactory())
    late = escalated(engineer=engineer)
    client = on_board(SM1Factory())

    panel = panel_of(preview(client, late, other, 1))
    answer = save(client, panel, comment="Kenji is here today.")

    assert "stays escalated, takes no place" in panel
    assert answer.status_code == 200
    assert (line_of(other).queue.waiting, len(line_of(other).queue.escalated)) == ((), 1)


@pytest.mark.parametrize("kind", ["started", "escalated"])
def test_what_is_fixed_stays_in_its_own_line_and_says_why(kind):
    engineer = EngineerFactory(reporting_authority=RAFactory())
    fixed = escalated(engineer=engineer) if kind == "escalated" else in_progress(engineer=engineer, minutes=600)
    an_assignment(engineer=engineer)

    panel = panel_of(preview(on_board(SM1Factory()), fixed, engineer, 1))

    assert "can only go to another engineer" in panel
    assert "data-save" not in panel


def test_sm1_moves_nothing_of_sm2(asha):
    sealed = an_assignment(engineer=asha, by=SM2Factory(name="Ravi")).ticket
    before = stored()
    client = on_board(SM1Factory())

    own = panel_of(preview(client, sealed, asha, 1))
    pushed = panel_of(preview(client, line_of(asha).work[1].ticket, asha, 3))
    away = panel_of(preview(client, sealed, EngineerFactory()))

    for panel in (own, pushed, away):
        assert f"{sealed.case_id} was assigned by SM2 Ravi; only SM2 can change it." in panel
        assert "data-save" not in panel
    order = [slot.ref for slot in reversed(line_of(asha).queue.waiting)]
    forced = client.post(
        reverse("admin:queues-reorder", args=[asha.pk]),
        {"order": ",".join(map(str, order)), "seen": line_of(asha).version, "comment": "All the same."},
    )
    assert forced.status_code == 403
    assert stored() == before


def test_sm2_without_the_override_reorders_but_does_not_take(asha):
    DeskSettings.objects.update_or_create(pk=1, defaults={"sm2_may_override": False})
    client, moved = on_board(SM2Factory()), line_of(asha).work[2].ticket

    assert "overriding SM1 is switched off" in panel_of(preview(client, moved, EngineerFactory()))
    assert "data-save" in panel_of(preview(client, moved, asha, 1))


def test_nothing_to_save_where_it_stands_already(asha):
    panel = panel_of(preview(on_board(SM1Factory()), line_of(asha).work[1].ticket, asha, 1))

    assert "stays where it is" in panel
    assert "data-save" not in panel


def test_a_reporter_gets_their_own_ticket_only_when_it_is_confirmed():
    engineer = EngineerFactory(roles=["engineer", "reporter"])
    ticket = an_assignment(ticket=a_ticket(reporter=engineer)).ticket
    client = on_board(SM1Factory())

    panel = panel_of(preview(client, ticket, engineer))

    assert 'name="confirm_own_ticket" required' in panel
    assert save(client, panel, comment="Only they can.").status_code == 409
    assert save(client, panel, comment="Only they can.", confirm_own_ticket="on").status_code == 200


def test_a_promise_that_passed_is_escalated_and_not_planned_anew():
    engineer = EngineerFactory(reporting_authority=RAFactory())
    passed = a_promise(engineer=engineer, minutes=30).ticket
    first, second = an_assignment(engineer=engineer).ticket, an_assignment(engineer=engineer).ticket
    held.forward(hours=1)
    client = on_board(SM1Factory())

    panel = panel_of(preview(client, second, engineer, 2))
    told = effects_in(panel)
    answer = save(client, panel)

    assert answer.status_code == 200, answer.content
    assert waiting_of(engineer) == [second.case_id, first.case_id]
    assert [slot.case_id for slot in line_of(engineer).queue.escalated] == [passed.case_id]
    assert told == {case: (told[case][0], due_words(due)) for case, _, _, due in stored() if case != passed.case_id}


def test_a_place_beside_a_passed_promise_is_the_one_shown():
    engineer = EngineerFactory(reporting_authority=RAFactory())
    a_promise(engineer=engineer, minutes=30)
    stays = an_assignment(engineer=engineer).ticket
    newcomer = an_assignment().ticket
    held.forward(hours=1)
    client = on_board(SM1Factory())

    panel = panel_of(preview(client, newcomer, engineer, 3))
    answer = save(client, panel, comment="Knows it.")

    assert answer.status_code == 200, answer.content
    assert waiting_of(engineer) == [stays.case_id, newcomer.case_id]


def test_a_move_costs_the_same_in_a_short_and_in_a_long_line(asha, django_assert_max_num_queries):
    client, other = on_board(SM1Factory()), EngineerFactory()
    for _ in range(6):
        an_assignment(engineer=other)
    ticket = line_of(asha).work[1].ticket

    with django_assert_max_num_queries(20):
        preview(client, ticket, other, 2)
