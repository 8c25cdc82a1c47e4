"""The Assign dialog: the engineers as a table, the busy prompt, authority in words, one's own ticket (A1-A7)."""

import re
from datetime import timedelta

import pytest

from helpdesk.models import Assignment, DeskSettings, Ticket
from helpdesk.services.tickets import change_priority
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
from workflow.states import Status

pytestmark = pytest.mark.django_db
PROMPT = "Selected member is already engaged in another task"


def rows_in(page: str) -> list[str]:
    """The engineers of the table, in its order."""
    return re.findall(r'data-words="([^"]*)"', page)


def test_engineers_stand_by_earliest_finish_with_what_they_hold():
    busy, _free = EngineerFactory(name="Asha Rao"), EngineerFactory(name="Zoya Free")
    ticket = in_progress(engineer=busy, minutes=90)

    page = signed_in(SM1Factory()).get(address_of("assign", a_ticket())).content.decode()

    assert rows_in(page) == ["zoya free", "asha rao"]
    assert ticket.case_id in page
    assert "today 13:30" in page
    for name, meant in (
        ("Free", "When the present work will really be done"),
        ("This one starts", "What the promises"),
    ):
        assert re.search(rf'<th scope="col"[^>]* title="{meant}[^"]*">{name}</th>', page)


def test_table_costs_the_same_for_one_and_for_many_engineers(django_assert_max_num_queries):
    client, address = signed_in(SM1Factory()), address_of("assign", a_ticket())
    in_progress(engineer=EngineerFactory())
    client.get(address)
    for _ in range(12):
        in_progress(engineer=EngineerFactory())

    with django_assert_max_num_queries(12):
        page = client.get(address).content.decode()

    assert len(rows_in(page)) == 13


def test_inactive_engineers_are_not_offered():
    EngineerFactory(name="Gone Person", is_active=False)

    page = signed_in(SM1Factory()).get(address_of("assign", a_ticket())).content.decode()

    assert rows_in(page) == []
    assert "There is nobody to assign it to." in page


def test_free_engineer_gets_it_at_once_under_the_level_of_the_open_tab():
    engineer, both = EngineerFactory(), UserFactory(roles=["sm1", "sm2"])
    ticket = a_ticket()
    client = signed_in(both)
    session = client.session
    session["workspace"] = Workspace.TRIAGE_SM1.value
    session.save()

    client.post(address_of("assign", ticket), {**seen(ticket), "engineer_id": engineer.pk})

    stored = Assignment.objects.get(ticket=ticket)
    assert (stored.engineer, stored.assigned_by, stored.level) == (engineer, both, "sm1")


def busy_prompt():
    """An engineer with a promise until 14:00, a ticket for them, and the prompt the scrum master reads."""
    engineer = EngineerFactory(name="Asha Rao")
    present = in_progress(engineer=engineer, minutes=120)
    ticket, client = a_ticket(), signed_in(SM1Factory())
    before = state_of(ticket)
    typed = {**seen(ticket), "engineer_id": engineer.pk}
    page = client.post(address_of("assign", ticket), typed).content.decode()
    return client, ticket, present, typed, page, before


def test_busy_engineer_brings_the_prompt_with_their_tickets_and_both_buttons():
    _client, ticket, present, _typed, page, before = busy_prompt()

    assert state_of(ticket) == before
    assert PROMPT in page
    assert present.case_id in page
    assert re.search(r'<button type="submit" name="assign_anyway"[^>]*>.*?Assign anyway', page, re.DOTALL)
    assert re.search(r'<button type="button"[^>]*openModal = false[^>]*>Assign later</button>', page)


def test_assign_anyway_stores_the_start_and_due_time_of_the_prompt():
    client, ticket, present, typed, page, _before = busy_prompt()
    shown = re.findall(r'<time[^>]*datetime="([^"]+)"', page[page.index('class="assign-plan"') : page.index("</dl>")])

    client.post(address_of("assign", ticket), {**typed, "assign_anyway": "on"})

    stored = Assignment.objects.get(ticket=ticket)
    assert shown == [stored.starts_at.isoformat(), stored.due_at.isoformat()]
    assert (stored.starts_at, stored.due_at) == (NOON + timedelta(hours=2), NOON + timedelta(hours=10))
    assert stored.queued_after == present.assignment


def test_assign_later_is_a_button_that_sends_nothing():
    _client, ticket, _present, _typed, page, before = busy_prompt()
    button = re.search(r"<button([^>]*)>Assign later", page)

    assert button is not None
    assert 'type="button"' in button.group(1)
    assert "hx-" not in button.group(1)
    assert state_of(ticket) == before


def test_busy_prompt_hides_the_table_and_keeps_the_choice_in_it():
    *_rest, typed, page, _before = busy_prompt()

    assert '<div class="assign-choice" data-choice hidden>' in page
    checked = re.search(r'value="(\d+)"[^>]*?checked', page[page.index("data-row") :])
    assert checked is not None
    assert int(checked.group(1)) == typed["engineer_id"]


def test_no_choice_is_asked_for():
    ticket = a_ticket()
    EngineerFactory()

    page = signed_in(SM1Factory()).post(address_of("assign", ticket), seen(ticket)).content.decode()

    assert "Please choose an engineer." in page
    assert Ticket.objects.get(pk=ticket.pk).status == Status.UNASSIGNED


@pytest.mark.parametrize("forged", ["0", "-1", "99999999", "x", "9" * 30])
def test_unknown_engineer_is_refused_in_words(forged):
    ticket = a_ticket()
    EngineerFactory()
    before = state_of(ticket)

    answer = signed_in(SM1Factory()).post(address_of("assign", ticket), {**seen(ticket), "engineer_id": forged})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert state_of(ticket) == before


def test_somebody_who_is_no_engineer_is_refused_in_words():
    ticket, outsider = a_ticket(), SM2Factory(name="Ravi Menon")

    answer = signed_in(SM1Factory()).post(address_of("assign", ticket), {**seen(ticket), "engineer_id": outsider.pk})

    assert "Ravi Menon is not an active assignee." in answer.content.decode()


def test_own_ticket_is_marked_and_needs_the_confirmation():
    engineer = UserFactory(name="Asha Rao", roles=["engineer", "reporter"])
    ticket = a_ticket(reporter=engineer)
    client, address = signed_in(SM1Factory()), address_of("assign", ticket)
    typed = {**seen(ticket), "engineer_id": engineer.pk}

    looked = client.get(address).content.decode()
    refused = client.post(address, typed).content.decode()
    confirmed = client.post(address, {**typed, "confirm_own_ticket": "on"})

    assert "reported it" in looked
    assert "Please confirm that they are to resolve their own ticket." in refused
    assert "assign-own-asked" in refused
    assert confirmed.headers["HX-Redirect"]
    assert Assignment.objects.get(ticket=ticket).engineer == engineer


def test_reassigning_asks_for_the_comment_and_keeps_the_choice():
    ticket, other = an_assignment().ticket, EngineerFactory()
    client, address = signed_in(SM1Factory()), address_of("reassign", ticket)

    page = client.post(address, {**seen(ticket), "engineer_id": other.pk, "comment": "  "}).content.decode()

    assert "Please give a comment" in page
    assert re.search(rf'value="{other.pk}"[^>]*?checked', page)
    assert Assignment.objects.get(ticket=ticket, is_active=True).engineer != other


def test_busy_prompt_of_a_reassignment_keeps_the_comment():
    ticket, other = an_assignment().ticket, EngineerFactory()
    in_progress(engineer=other)
    typed = {**seen(ticket), "engineer_id": other.pk, "comment": "Asha is away <b>till</b> Monday"}

    page = signed_in(SM1Factory()).post(address_of("reassign", ticket), typed).content.decode()

    assert PROMPT in page
    assert "Asha is away &lt;b&gt;till&lt;/b&gt; Monday" in page


def test_present_engineer_cannot_be_chosen_again():
    given = an_assignment()

    page = signed_in(SM1Factory()).get(address_of("reassign", given.ticket)).content.decode()

    assert re.search(rf'value="{given.engineer_id}"[^>]*?disabled', page)


def test_what_sm2_assigned_is_closed_to_sm1_with_the_rule_in_words():
    ticket = an_assignment(by=SM2Factory(name="Ravi Menon")).ticket
    other, client = EngineerFactory(), signed_in(SM1Factory())
    address, before = address_of("reassign", ticket), state_of(ticket)
    rule = f"{ticket.case_id} was assigned by SM2 Ravi Menon; only SM2 can change it."

    looked = client.get(address).content.decode()
    sent = client.post(address, {**seen(ticket), "engineer_id": other.pk, "comment": "Mine"}).content.decode()

    assert rule in looked
    assert 'name="engineer_id"' not in looked
    assert rule in sent
    assert state_of(ticket) == before


def test_level_of_the_tab_binds_who_holds_both():
    ticket = an_assignment(by=SM2Factory()).ticket
    client = signed_in(UserFactory(roles=["sm1", "sm2"]))
    session = client.session
    session["workspace"] = Workspace.TRIAGE_SM1.value
    session.save()

    as_sm1 = client.get(address_of("reassign", ticket)).content.decode()
    session["workspace"] = Workspace.TRIAGE_SM2.value
    session.save()
    as_sm2 = client.get(address_of("reassign", ticket)).content.decode()

    assert "only SM2 can change it" in as_sm1
    assert "only SM2 can change it" not in as_sm2


def test_overriding_sm1_switched_off_is_said_in_words():
    DeskSettings.objects.update_or_create(pk=1, defaults={"sm2_may_override": False})
    ticket = an_assignment(by=SM1Factory(name="Meera Iyer")).ticket

    page = signed_in(SM2Factory()).get(address_of("reassign", ticket)).content.decode()

    assert "was assigned by SM1 Meera Iyer, and overriding SM1 is switched off." in page


def test_escalated_ticket_goes_to_a_busy_engineer_without_a_prompt_and_keeps_its_due_time():
    promise, other = a_promise(minutes=60), EngineerFactory()
    in_progress(engineer=other)
    held.forward(hours=2)
    ticket = promise.ticket
    typed = {**seen(ticket), "engineer_id": other.pk, "comment": "Needs a second pair of eyes"}

    answer = signed_in(SM2Factory()).post(address_of("reassign", ticket), typed)

    stored = Assignment.objects.get(ticket=ticket, is_active=True)
    assert answer.headers["HX-Redirect"]
    assert (stored.engineer, stored.starts_at, stored.due_at) == (other, None, promise.due_at)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.ESCALATED


def test_priority_already_changed_by_another_is_a_conflict_and_not_a_wrong_choice():
    ticket = a_ticket()
    typed = {**seen(ticket), "priority": "high", "reason": "Month end"}
    change_priority(actor=SM2Factory(), ticket_id=ticket.pk, priority="high", reason="Month end closes")

    page = signed_in(SM1Factory()).post(address_of("change_priority", ticket), typed).content.decode()

    assert "changed since you opened this" in page
    assert "valid choice" not in page
