"""Moving tickets on the board: what is shown before is what is stored, and nothing of others is overwritten."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from helpdesk.models import Assignment, DeskSettings, TicketEvent
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.commitment import commit_ticket
from helpdesk.services.reordering import reorder_queue
from helpdesk.services.tickets import resolve_ticket
from helpdesk.tests.admin.desk import escalated
from helpdesk.tests.admin_board.scenes import cases_in, fields_of, line_of, on_board, preview, save, stored
from tests.clock import NOON, held
from tests.factories import (
    EngineerFactory,
    RAFactory,
    ReporterFactory,
    SM1Factory,
    SM2Factory,
    a_promise,
    a_ticket,
    an_assignment,
    in_progress,
)

pytestmark = pytest.mark.django_db


def panel_of(answer) -> str:
    assert answer.status_code == 200, answer.content
    return answer.json()["panel"]


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


def waiting_of(engineer) -> list[str]:
    return [slot.case_id for slot in line_of(engineer).queue.waiting]


@pytest.fixture
def asha():
    """One in progress until 14:00, then a promise of 3 h and one that is only expected."""
    engineer = EngineerFactory(name="Asha Nair")
    in_progress(engineer=engineer, minutes=120)
    a_promise(engineer=engineer, minutes=180)
    an_assignment(engineer=engineer)
    return engineer


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


@pytest.mark.parametrize(
    "sent",
    [{}, {"ticket": "x"}, {"ticket": "1", "place": "0"}, {"ticket": "1", "place": "x"}, {"ticket": str(10**30)}],
    ids=["nothing", "no number", "place 0", "place no number", "too large"],
)
def test_what_is_no_move_is_refused_in_words(asha, sent):
    answer = on_board(SM1Factory()).post(reverse("admin:queues-preview", args=[asha.pk]), sent)

    assert answer.status_code == 422
    assert "did not understand" in answer.json()["panel"]


@pytest.mark.parametrize("order", ["", "1,x", "1;2", "1,1", "999999", "-1"])
def test_an_order_of_other_tickets_changes_nothing(asha, order):
    before = stored()

    answer = on_board(SM1Factory()).post(
        reverse("admin:queues-reorder", args=[asha.pk]), {"order": order, "seen": line_of(asha).version}
    )

    assert answer.status_code in {409, 422}
    assert stored() == before


def test_tickets_and_engineers_that_are_not_there_are_missing(asha):
    client, ticket = on_board(SM1Factory()), line_of(asha).work[1].ticket

    assert client.post(reverse("admin:queues-preview", args=[987654]), {"ticket": ticket.pk}).status_code == 404
    assert client.post(reverse("admin:queues-preview", args=[asha.pk]), {"ticket": 987654}).status_code == 404
    assert client.post(reverse("admin:queues-preview", args=[asha.pk]), {"ticket": a_ticket().pk}).status_code == 404
    assert client.post(reverse("admin:queues-suggest", args=[987654])).status_code == 404
    assert client.post(reverse("admin:queues-move", args=[987654])).status_code == 404


def test_who_is_not_in_the_pool_gets_nothing(asha):
    client, ticket = on_board(SM1Factory()), line_of(asha).work[1].ticket
    gone = an_assignment().engineer
    gone.is_active = False
    gone.save(update_fields=["is_active"])

    assert "is not an active assignee" in panel_of(preview(client, ticket, gone))
    assert (
        client.post(reverse("admin:queues-preview", args=[ReporterFactory().pk]), {"ticket": ticket.pk}).status_code
        == 404
    )


# --- the suggested order ----------------------------------------------------------------------------------------------


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


def test_a_move_costs_the_same_in_a_short_and_in_a_long_line(asha, django_assert_max_num_queries):
    client, other = on_board(SM1Factory()), EngineerFactory()
    for _ in range(6):
        an_assignment(engineer=other)
    ticket = line_of(asha).work[1].ticket

    with django_assert_max_num_queries(20):
        preview(client, ticket, other, 2)
